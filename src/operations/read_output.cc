#include "operations/read_output.h"

#include "engine/engine.h"

namespace stepwell::operations {

using base::Time;
using store::Attempt;

namespace {

constexpr std::size_t piece = 128u << 10;

std::string time_of_day(Time time) { return base::to_text(time).substr(11, 8); }

} // namespace

TaskText::TaskText(Store const& store, engine::Engine& engine, store::Task task)
    : store_(store), engine_(engine), task_(std::move(task)) {
    attempts_ = store.read([&](store::Session& session) { return store::list_attempts(session, task_.id); });
    text_ = "Task ID:        " + task_.id + "\nTask:           " + task_.description +
            "\nState:          " + task_.state + "\n\n" + std::string(80, '=') + "\n";
}

std::optional<std::string> TaskText::next() {
    while (text_.size() < piece && !ended_) step();
    if (text_.empty()) return std::nullopt;
    return std::exchange(text_, {});
}

void TaskText::step() {
    if (at_ == attempts_.size()) {
        ended_ = true;
        if (!task_.error.empty())
            add(task_.completed.value_or(task_.updated), task_.state == "Canceled" ? "Info" : "Error", task_.error);
        return;
    }
    auto const& attempt = attempts_[at_];
    if (!reader_) begin(attempt);
    if (!attempt.ticket.empty() &&
        reader_->read_records(sequence_, [&](run::Record const& record) { lines_->add(record); }))
        return;
    lines_->end();
    if (!attempt.reason.empty())
        add(attempt.ended.value_or(task_.updated), attempt.state == "skipped" ? "Info" : "Error", attempt.reason);
    reader_.reset();
    ++at_;
}

void TaskText::begin(Attempt const& attempt) {
    reader_.emplace(store_, engine_.worker(), attempt);
    lines_.emplace([this](engine::LogLine&& line) { add(line.at, engine::category_of(line), line.text); });
    sequence_ = 1;
    text_ += "                    | == Step " + std::to_string(attempt.position + 1) + ": " + attempt.name + " ==\n";
}

void TaskText::add(Time at, std::string_view category, std::string_view message) {
    text_ += time_of_day(at);
    text_ += "   ";
    text_ += category;
    text_.append(category.size() < 8 ? 8 - category.size() : 0, ' ');
    text_ += " |   ";
    text_ += message;
    text_ += '\n';
}

StepOutput::StepOutput(Store const& store, engine::Engine& engine, Attempt const& attempt)
    : reader_(store, engine.worker(), attempt) {}

std::optional<std::string> StepOutput::next() {
    std::string bytes;
    bool more = reader_.read_records(sequence_, [&](run::Record const& record) {
        if (record.kind == run::RecordKind::output) bytes += record.bytes;
    });
    return more ? std::optional(std::move(bytes)) : std::nullopt;
}

std::vector<NumberedLine> read_lines(Store const& store, engine::Engine& engine, Attempt const& attempt,
                                     std::int64_t from, std::int64_t count) {
    std::vector<NumberedLine> lines;
    engine::LogReader reader(store, engine.worker(), attempt);
    auto start = reader.start_of_line(from);
    auto number = start.line;
    engine::LineMaker maker([&](engine::LogLine&& line) {
        if (number >= from && number < from + count)
            lines.push_back({number, line.at, engine::category_of(line), std::move(line.text)});
        ++number;
    });
    auto sequence = start.sequence;
    while (number < from + count &&
           reader.read_records(sequence, [&](run::Record const& record) { maker.add(record); })) {
    }
    if (number < from + count) maker.end();
    return lines;
}

Behind queued_behind(Store const& store, engine::Engine& engine, std::string const& task_id) {
    auto known = engine.behind(task_id);
    Behind behind{{}, known.reason};
    store.read([&](store::Session& session) {
        for (auto const& id : known.task_ids)
            if (auto task = store::find_task(session, id)) behind.tasks.push_back(std::move(*task));
    });
    return behind;
}

} // namespace stepwell::operations
