// A complete check of the database: every page of every table and index, and the chain of audit events.
#pragma once
#include "store/session.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace stepwell::store {

struct CheckResult {
    bool is_complete = false;            // false if stopped, or if the writer needed the log
    std::int64_t tables = 0, events = 0; // found in order, up to the first damaged event
    std::vector<std::string> faults;     // one line each; only the first few of each table

    bool is_good() const { return is_complete && faults.empty(); }
};

// Check all pages in one statement, which also finds pages that belong to two tables or to none; or table by table, so
// that the log can restart in between.
enum class Parts { whole, tables };

// Checks the database of `session` on the calling thread, with little memory. Calls `told` with a line per finished
// part and per fault. An interrupted part is retried later. Fails if the events end before `last_event`, the number of
// an event that was committed earlier; 0 means unknown.
CheckResult check_everything(Session& session, Parts parts, std::function<void(std::string const& line)> const& told,
                             std::stop_token stop, std::int64_t last_event = 0);

} // namespace stepwell::store
