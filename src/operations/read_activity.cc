#include "operations/read_activity.h"

#include "base/utf8.h"
#include "operations/read_output.h"
#include "operations/step_titles.h"

#include <deque>

namespace stepwell::operations {

using engine::LineMaker;
using engine::LogLine;
using engine::LogReader;
using engine::LogRecord;
using store::Attempt;
using store::Task;

namespace {

using domain::AttemptState;
using domain::TaskState;
using domain::VerdictKind;

std::string status_of(Task const& task) {
    switch (task.state) {
    case TaskState::queued: return "Pending";
    case TaskState::executing:
    case TaskState::cancelling: return "Running";
    case TaskState::success: return task.warnings ? "SuccessWithWarning" : "Success";
    case TaskState::canceled: return "Canceled";
    case TaskState::failed:
    case TaskState::timed_out: break;
    }
    return "Failed";
}

std::string status_of(Attempt const& attempt) {
    switch (attempt.state) {
    case AttemptState::dispatching:
    case AttemptState::running: return "Running";
    case AttemptState::skipped: return "Skipped";
    case AttemptState::refused: return "Failed";
    case AttemptState::ended: break;
    }
    if (attempt.verdict == VerdictKind::canceled) return "Canceled";
    if (attempt.verdict == VerdictKind::succeeded) return attempt.warnings ? "SuccessWithWarning" : "Success";
    return "Failed";
}

// Returns the status of a step: the first one in this order that one of its attempts has. Ignores tries that were
// repeated.
std::string status_of(std::span<Attempt const> attempts) {
    constexpr std::array<std::string_view, 6> by_weight{"Running", "Failed", "Canceled", "SuccessWithWarning",
                                                        "Success", "Skipped"};
    auto place = by_weight.size() - 1;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        bool const is_repeated = i + 1 < attempts.size() && attempts[i + 1].key.target == attempts[i].key.target;
        if (is_repeated) continue;
        auto at = std::size_t(std::ranges::find(by_weight, status_of(attempts[i])) - by_weight.begin());
        place = std::min(place, at);
    }
    return std::string(by_weight[place]);
}

// The maximum size of one element of the tree.
struct Room {
    std::size_t lines = 0, bytes = 0;

    // One line always fits, even if each of its bytes must be escaped.
    std::size_t line_bytes() const { return std::clamp<std::size_t>(bytes / 8, 64, max_shown_line); }
};

// Distributes the size of the tree among its elements. Space that an element does not use is available to the following
// ones.
class Rooms {
public:
    Rooms(ActivityOptions const& options, std::size_t elements) : tail_(options.tail), elements_(elements) {}

    Room next() const { return {tail_, left_ / std::max<std::size_t>(elements_, 1)}; }
    void use(std::size_t bytes) {
        left_ -= std::min(left_, bytes);
        if (elements_ > 0) --elements_;
    }

private:
    std::size_t tail_, elements_, left_ = max_listed_bytes;
};

// The last lines that fit. Records if lines were omitted.
class Tail {
public:
    Tail(Room room, bool verbose) : room_(room), verbose_(verbose) {}

    void start(LogReader::Start const& start) {
        number_ = left_out_ = start.line;
        in_line_ = start.in_line;
    }
    void add(LogLine&& line) {
        ++number_;
        bool is_begun = std::exchange(in_line_, false);
        if (!verbose_ && line.category == "Verbose") return;
        ActivityLine shown{line.at,    std::string(line.category), base::to_utf8(line.text), number_, is_begun,
                           line.is_cut};
        bytes_ += listed_size(shown.text);
        lines_.push_back(std::move(shown));
        // Omits an incomplete first line if whole lines follow it.
        while (lines_.size() > 1 && (lines_.size() > room_.lines || bytes_ > room_.bytes || lines_.front().is_begun))
            drop_first();
    }
    // Returns the size of the lines.
    std::size_t show_in(Activity& activity) {
        if (left_out_ > 0 && !lines_.empty())
            activity.lines.push_back(
                {lines_.front().at, "Gap",
                 std::to_string(left_out_) + " earlier lines are omitted. The raw log has all lines."});
        for (auto& line : lines_) activity.lines.push_back(std::move(line));
        return bytes_;
    }

private:
    void drop_first() {
        bytes_ -= listed_size(lines_.front().text);
        lines_.pop_front();
        ++left_out_;
    }

    Room room_;
    bool verbose_;
    std::deque<ActivityLine> lines_;
    std::size_t bytes_ = 0;
    std::int64_t number_ = 0, left_out_ = 0;
    bool in_line_ = false;
};

// Reads the log from its end, at most as much as the shown lines may take.
void read_tail(LogReader const& reader, Attempt const& attempt, Room room, Tail& tail) {
    // after the chunks committed at the start of the call; the log may grow faster than it is read
    constexpr int max_reads = 16;
    auto start = reader.start_of_tail(attempt.lines - std::int64_t(room.lines), std::int64_t(room.bytes) * 2);
    tail.start(start);
    LineMaker lines([&](LogLine&& line) { tail.add(std::move(line)); }, LineMaker::LongLine::cut, room.line_bytes());
    auto use = [&](LogRecord const& record) { lines.add(record); };
    auto sequence = start.sequence;
    for (int reads = 0; reads < max_reads && reader.read_records(sequence, use);)
        if (sequence > std::uint64_t(attempt.next_sequence)) ++reads;
    lines.end();
}

LogLine line_of_reason(Attempt const& attempt, std::size_t max_bytes) {
    LogLine line;
    line.at = attempt.ended.value_or(attempt.started.value_or(base::Time{}));
    line.category = status_of(attempt) == "Failed" ? "Error" : "Info";
    line.text = base::first_bytes(attempt.reason, max_bytes);
    line.is_cut = line.text.size() < attempt.reason.size();
    return line;
}

// Builds the activity tree of one task.
class Tree {
public:
    Tree(engine::Engine const& engine, Task const& task, ActivityOptions const& options,
         std::vector<Attempt> const& attempts)
        : engine_(engine), task_(task), options_(options), attempts_(attempts), rooms_(options, attempts.size()) {}

    Activity step(domain::PlannedAction const& action) {
        Activity step;
        step.id = task_.id + "_" + action.step_id + "/" + action.action_id;
        step.name = "Step " + action.number + ": " + action.name;
        step.status = task_.completed ? "Skipped" : "Pending";
        auto [begin, end] = std::ranges::equal_range(attempts_, action.position, {},
                                                     [](Attempt const& attempt) { return attempt.key.action; });
        std::span<Attempt const> attempts(begin, end);
        if (attempts.empty()) return step;
        step.status = status_of(attempts);
        step.started = attempts.front().started;
        step.ended = attempts.front().ended;
        for (auto const& attempt : attempts.subspan(1)) {
            if (attempt.started) step.started = std::min(step.started.value_or(*attempt.started), *attempt.started);
            step.ended =
                step.ended && attempt.ended ? std::optional(std::max(*step.ended, *attempt.ended)) : std::nullopt;
        }
        step.progress = step.ended ? 100 : 0;
        for (auto const& attempt : attempts)
            if (attempt.ticket.empty())
                add_lines(attempt, step);
            else
                step.children.push_back(place_of(attempt, step.id));
        return step;
    }

private:
    // Returns an element with the target and the lines of an attempt.
    Activity place_of(Attempt const& attempt, std::string const& step_id) {
        Activity place;
        bool const is_repeated = attempt.key.number > 1;
        place.id = step_id + "/" + (attempt.key.target.empty() ? "worker" : attempt.key.target) +
                   (is_repeated ? "/" + std::to_string(attempt.key.number) : "");
        place.name =
            "Run a Script on " + attempt.machine + (is_repeated ? ", try " + std::to_string(attempt.key.number) : "");
        place.status = status_of(attempt);
        place.started = attempt.started;
        place.ended = attempt.ended;
        place.progress = attempt.ended ? 100 : 0;
        add_lines(attempt, place);
        return place;
    }

    void add_lines(Attempt const& attempt, Activity& activity) {
        activity.attempt = attempt.number;
        if (!options_.with_lines) return;
        auto room = rooms_.next();
        Tail tail(room, options_.verbose);
        if (!attempt.ticket.empty()) read_tail(engine_.log_of(attempt), attempt, room, tail);
        if (!attempt.reason.empty()) tail.add(line_of_reason(attempt, room.line_bytes()));
        rooms_.use(tail.show_in(activity));
    }

    engine::Engine const& engine_;
    Task const& task_;
    ActivityOptions const& options_;
    std::vector<Attempt> const& attempts_; // by key
    Rooms rooms_;
};

int percentage(Activity const& root) {
    if (root.children.empty()) return 0;
    auto ended = std::ranges::count_if(root.children, [](auto const& step) { return step.ended.has_value(); });
    return int(ended * 100 / std::ptrdiff_t(root.children.size()));
}

} // namespace

Activity read_activity(store::Store const& store, engine::Engine& engine, Task const& task,
                       ActivityOptions const& options) {
    Activity root;
    root.id = task.id + "_root";
    root.name = task.description;
    root.status = status_of(task);
    root.started = task.started;
    root.ended = task.completed;
    auto attempts = store.read([&](store::Session& session) { return store::list_attempts(session, task.id); });
    StepTitles const titles(store, task);
    Tree tree(engine, task, options, attempts);
    for (auto const& action : titles.actions()) root.children.push_back(tree.step(action));
    root.progress = task.completed ? 100 : percentage(root);
    if (!task.error.empty() && options.with_lines) {
        auto& line = root.lines.emplace_back();
        line.at = task.completed.value_or(task.updated);
        line.category = task.state == TaskState::canceled ? "Info" : "Error";
        line.text = base::to_utf8(base::first_bytes(task.error, max_shown_line));
        line.number = 1;
        line.is_cut = line.text.size() < task.error.size();
    }
    return root;
}

} // namespace stepwell::operations
