// A check of everything that is stored, which reads all of it: every page of every table and index, and the chain of
// audit events.
#pragma once
#include "store/session.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace stepwell::store {

struct CheckResult {
    bool is_complete = false; // false if it was stopped, or the writer needed the log
    std::int64_t tables = 0, events = 0;
    std::vector<std::string> faults; // one line each; no fault beyond the first few of a table is listed

    bool is_good() const { return is_complete && faults.empty(); }
};

// Whether the pages are checked in one statement, which also finds those that belong to two tables or to none, or
// table by table, so that a writer's log can begin anew in between.
enum class Parts { whole, tables };

// Checks the database of `session` in little memory on the calling thread. `told` gets a line for each part done
// and for each fault. A part that is interrupted is tried again later.
CheckResult check_everything(Session& session, Parts parts, std::function<void(std::string const& line)> const& told,
                             std::stop_token stop);

} // namespace stepwell::store
