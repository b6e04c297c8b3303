#include "store/sqlite/full_check.h"

#include "base/error.h"
#include "store/events.h"
#include "store/tables.h"

#include <condition_variable>
#include <fmt/format.h>
#include <mutex>

namespace stepwell::store {

namespace {

constexpr std::int64_t events_at_a_time = 200;
constexpr std::size_t max_faults_of_table = 10;
constexpr int max_attempts = 30; // per part, if interrupted
constexpr std::chrono::seconds between_attempts{10};

void pause(std::chrono::milliseconds time, std::stop_token const& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
}

class Check {
public:
    Check(Session& session, std::int64_t last_event, std::function<void(std::string const&)> const& told,
          std::stop_token const& stop)
        : session_(session), last_event_(last_event), told_(told), stop_(stop) {}

    CheckResult run(Parts parts) {
        std::stop_callback interrupt(stop_, [this] { session_.interrupt(); });
        std::vector<std::string> tables;
        attempt("the list of tables", [&] { tables = table_names(); });
        if (parts == Parts::whole) {
            attempt("tables", [&] { check_pages(""); });
            result_.tables = std::ssize(tables);
        } else {
            for (auto const& table : tables) {
                attempt("table " + table, [&] { check_pages(table); });
                ++result_.tables;
            }
        }
        if (!stop_.stop_requested()) told_(fmt::format("tables: {} checked", result_.tables));
        if (std::ranges::find(tables, "event") != tables.end()) check_events();
        if (!stop_.stop_requested()) told_(fmt::format("events: {} checked", result_.events));
        result_.is_complete = !stop_.stop_requested() && !is_part_left_out_;
        return std::move(result_);
    }

private:
    std::vector<std::string> table_names() {
        std::vector<std::string> names;
        session_.each("select name from sqlite_master where type = 'table' order by name",
                      [&](Row const& row) { names.push_back(row.string(0)); });
        return names;
    }
    // Checks one table with its indexes, or all.
    void check_pages(std::string const& table) {
        std::vector<std::string> problems;
        session_.each("pragma integrity_check" + (table.empty() ? "" : "('" + table + "')"),
                      [&](Row const& row) { problems.push_back(row.string(0)); });
        if (problems == std::vector<std::string>{"ok"}) return;
        problems.resize(std::min(problems.size(), max_faults_of_table));
        for (auto const& problem : problems)
            add_fault((table.empty() ? "" : "table " + table + ": ") + problem.substr(0, 300));
    }
    void check_events() {
        ChainHead head;
        bool is_end = false; // all stored events were verified
        for (bool more = true; more && !stop_.stop_requested();) {
            more = false;
            attempt("events", [&] {
                auto before = head.sequence;
                auto broken = verify_events(session_, head, events_at_a_time);
                if (broken) return add_fault(fmt::format("event {} {}", broken->sequence, broken->reason));
                more = head.sequence > before;
                is_end = !more;
            });
        }
        result_.events = head.sequence;
        if (is_end && head.sequence < last_event_)
            add_fault(fmt::format("event {} was committed, but the last event is {}", last_event_, head.sequence));
    }
    // Runs `check`. An exception caused by a damaged page is a fault; the other parts are checked anyway.
    void attempt(std::string const& what, std::function<void()> const& check) {
        for (int attempts = 1; !stop_.stop_requested(); ++attempts) {
            try {
                return check();
            } catch (base::Error const& error) {
                if (stop_.stop_requested()) return;
                if (error.kind() != base::Kind::unavailable) return add_fault(what + ": " + error.message());
                if (attempts == max_attempts) {
                    is_part_left_out_ = true;
                    return told_(what + ": not checked because the server is too busy");
                }
            }
            pause(between_attempts, stop_);
        }
    }
    void add_fault(std::string const& fault) {
        told_("fault: " + fault);
        result_.faults.push_back(fault);
    }

    Session& session_;
    std::int64_t last_event_;
    std::function<void(std::string const&)> const& told_;
    std::stop_token const& stop_;
    CheckResult result_;
    bool is_part_left_out_ = false;
};

} // namespace

CheckResult check_everything(Session& session, Parts parts, std::function<void(std::string const&)> const& told,
                             std::stop_token stop, std::int64_t last_event) {
    return Check(session, last_event, told, stop).run(parts);
}

} // namespace stepwell::store
