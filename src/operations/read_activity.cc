#include "operations/read_activity.h"

#include "base/text.h"
#include "domain/planner.h"
#include "engine/read_log.h"
#include "store/contents.h"

#include <deque>

namespace stepwell::operations {

using engine::category_of;
using engine::LineMaker;
using engine::LogLine;
using engine::LogReader;
using store::Attempt;
using store::Task;

namespace {

std::string status_of(Task const& task) {
    if (task.state == "Queued") return "Pending";
    if (task.state == "Executing" || task.state == "Cancelling") return "Running";
    if (task.state == "Success") return task.warnings ? "SuccessWithWarning" : "Success";
    if (task.state == "Canceled") return "Canceled";
    return "Failed";
}

std::string status_of(Attempt const& attempt) {
    if (attempt.state == "dispatching" || attempt.state == "running") return "Running";
    if (attempt.state == "skipped") return "Skipped";
    if (attempt.state == "refused") return "Failed";
    if (attempt.ending == "canceled") return "Canceled";
    if (attempt.ending == "exited" && attempt.code.value_or(1) == 0)
        return attempt.warnings ? "SuccessWithWarning" : "Success";
    return "Failed";
}

// The last lines that fit, and whether some did not.
class Tail {
public:
    Tail(Activity& activity, ActivityOptions const& options) : activity_(activity), options_(options) {}

    void skip(std::int64_t lines) { number_ = left_out_ = lines; }
    void add(LogLine&& line) {
        ++number_;
        auto category = category_of(line);
        if (!options_.verbose && (category == "Verbose" || category == "Trace")) return;
        lines_.push_back({line.at, std::move(category), std::move(line.text), number_});
        if (lines_.size() <= options_.tail) return;
        lines_.pop_front();
        ++left_out_;
    }
    void done() {
        if (left_out_ > 0 && !lines_.empty())
            activity_.lines.push_back(
                {lines_.front().at, "Gap",
                 std::to_string(left_out_) + " lines before this are left out here; the raw log has them all.", 0});
        for (auto& line : lines_) activity_.lines.push_back(std::move(line));
    }

private:
    Activity& activity_;
    ActivityOptions const& options_;
    std::deque<ActivityLine> lines_;
    std::int64_t number_ = 0, left_out_ = 0;
};

void add_lines(store::Store const& store, run::Worker* worker, Attempt const& attempt, ActivityOptions const& options,
               Activity& activity) {
    if (!options.with_lines) return;
    Tail tail(activity, options);
    if (!attempt.ticket.empty()) {
        LogReader reader(store, worker, attempt);
        auto start = reader.start_of_line(attempt.lines - std::int64_t(options.tail));
        tail.skip(start.line);
        LineMaker lines([&](LogLine&& line) { tail.add(std::move(line)); });
        reader.for_each(start.sequence, [&](run::Record const& record) { lines.add(record); });
        lines.end();
    }
    if (!attempt.reason.empty()) {
        LogLine line;
        line.at = attempt.ended.value_or(attempt.started.value_or(base::Time{}));
        line.level = status_of(attempt) == "Failed" ? run::Level::error : run::Level::standard;
        line.text = attempt.reason;
        tail.add(std::move(line));
    }
    tail.done();
}

Activity step_activity(store::Store const& store, run::Worker* worker, Task const& task,
                       domain::PlannedAction const& action, Attempt const* attempt, ActivityOptions const& options) {
    Activity step;
    step.id = task.id + "_" + action.step_id + "/" + action.action_id;
    step.name = "Step " + action.number + ": " + action.name;
    step.status = task.completed ? "Skipped" : "Pending";
    if (!attempt) return step;
    step.status = status_of(*attempt);
    step.started = attempt->started;
    step.ended = attempt->ended;
    step.progress = attempt->ended ? 100 : 0;
    if (attempt->ticket.empty()) {
        add_lines(store, worker, *attempt, options, step);
        return step;
    }
    auto& where = step.children.emplace_back();
    where.id = step.id + "/worker";
    where.name = "Run a Script on the server's worker";
    where.status = step.status;
    where.started = step.started;
    where.ended = step.ended;
    where.progress = step.progress;
    add_lines(store, worker, *attempt, options, where);
    return step;
}

int percentage(Activity const& root) {
    if (root.children.empty()) return 0;
    auto ended = std::ranges::count_if(root.children, [](auto const& step) { return step.ended.has_value(); });
    return int(ended * 100 / std::ptrdiff_t(root.children.size()));
}

} // namespace

Activity read_activity(store::Store const& store, engine::Engine& engine, Task const& task,
                       ActivityOptions const& options) {
    auto worker = engine.worker();
    Activity root;
    root.id = task.id + "_root";
    root.name = task.description;
    root.status = status_of(task);
    root.started = task.started;
    root.ended = task.completed;
    std::vector<Attempt> attempts;
    store::SharedContent content;
    store.read([&](store::Session& session) {
        attempts = store::list_attempts(session, task.id);
        if (!task.content.empty()) content = store.contents().load(session, task.content);
    });
    if (content) {
        for (auto const& action : domain::flatten(*content)) {
            auto at = std::ranges::find(attempts, std::int64_t(action.position), &Attempt::position);
            root.children.push_back(
                step_activity(store, worker, task, action, at == attempts.end() ? nullptr : &*at, options));
        }
    }
    root.progress = task.completed ? 100 : percentage(root);
    if (!task.error.empty() && options.with_lines)
        root.lines.push_back(
            {task.completed.value_or(task.updated), task.state == "Canceled" ? "Info" : "Error", task.error, 1});
    return root;
}

} // namespace stepwell::operations
