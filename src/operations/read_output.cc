#include "operations/read_output.h"

#include "base/utf8.h"
#include "engine/engine.h"

namespace stepwell::operations {

using base::Time;
using store::Attempt;

namespace {

constexpr std::size_t piece = 128u << 10;

std::string time_of_day(Time time) { return base::to_text(time).substr(11, 8); }

} // namespace

TaskText::TaskText(Store const& store, engine::Engine const& engine, store::Task task)
    : engine_(engine), task_(std::move(task)), titles_(store, task_) {
    attempts_ = store.read([&](store::Session& session) { return store::list_attempts(session, task_.id); });
    text_ = "Task ID:        " + task_.id + "\nTask:           " + task_.description +
            "\nState:          " + std::string(schema::name_of(task_.state)) + "\n\n" + std::string(80, '=') + "\n";
}

std::optional<std::string> TaskText::next() {
    // Limits the records without output, such as service messages, that one call reads.
    constexpr int max_records = 10'000;
    for (int records = 0; records < max_records && text_.size() < piece && !ended_; ++records) step();
    if (text_.empty() && ended_) return std::nullopt;
    return std::exchange(text_, {});
}

// Reads one record at a time, because a record of empty lines becomes much longer as text.
void TaskText::step() {
    if (at_ == attempts_.size()) {
        ended_ = true;
        if (!task_.error.empty())
            add(task_.completed.value_or(task_.updated), task_.state == domain::TaskState::canceled ? "Info" : "Error",
                task_.error);
        return;
    }
    auto const& attempt = attempts_[at_];
    if (!reader_) begin(attempt);
    if (!attempt.ticket.empty())
        if (auto record = reader_->next()) return lines_->add(*record);
    lines_->end();
    if (!attempt.reason.empty())
        add(attempt.ended.value_or(task_.updated), attempt.state == domain::AttemptState::skipped ? "Info" : "Error",
            attempt.reason);
    reader_.reset();
    ++at_;
}

void TaskText::begin(Attempt const& attempt) {
    reader_.emplace(engine_.log_of(attempt));
    lines_.emplace([this](engine::LogLine&& line) { add(line); });
    text_ += "                    | == " + titles_.title_of(attempt) + " ==\n";
}

void TaskText::add(engine::LogLine const& line) {
    bool continues = !line.begins && open_ == line.stream;
    if (open_ && !continues) text_ += '\n';
    if (!continues) add_head(line.at, line.category);
    text_ += line.text;
    if (line.ends) text_ += '\n';
    open_ = line.ends ? std::nullopt : std::optional(line.stream);
}

void TaskText::add(Time at, std::string_view category, std::string_view message) {
    add_head(at, category);
    text_ += message;
    text_ += '\n';
}

void TaskText::add_head(Time at, std::string_view category) {
    text_ += time_of_day(at);
    text_ += "   ";
    text_ += category;
    text_.append(category.size() < 8 ? 8 - category.size() : 0, ' ');
    text_ += " |   ";
}

StepOutput::StepOutput(engine::Engine const& engine, Attempt const& attempt) : reader_(engine.log_of(attempt)) {}

std::optional<std::string> StepOutput::next() {
    std::string bytes;
    bool more = reader_.read_records(sequence_, [&](engine::LogRecord const& record) {
        if (record.kind == engine::LogRecord::Kind::output) bytes += record.bytes;
    });
    return more ? std::optional(std::move(bytes)) : std::nullopt;
}

std::size_t listed_size(std::string_view utf8) {
    constexpr std::size_t members = 160; // number, time, category
    auto escaped = std::ranges::count_if(
        utf8, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; });
    return members + utf8.size() + std::size_t(escaped) * 5;
}

namespace {

// Collects lines until the page is full.
class LinePage {
public:
    LinePage(std::int64_t from, std::int64_t count, std::int64_t number)
        : from_(from), count_(count), number_(number) {
        page_.next = from;
    }

    std::int64_t number() const { return number_; } // of the next line
    bool is_full() const { return page_.next - from_ >= count_ || bytes_ >= max_listed_bytes; }
    void add(engine::LogLine&& line) {
        auto number = number_++;
        if (number != page_.next || is_full()) return;
        auto text = base::to_utf8(line.text);
        bytes_ += listed_size(text);
        page_.lines.push_back({number, line.at, std::string(line.category), std::move(text), line.is_cut});
        ++page_.next;
    }
    NumberedLines take() { return std::move(page_); }

private:
    std::int64_t from_, count_, number_;
    std::size_t bytes_ = 0;
    NumberedLines page_;
};

} // namespace

NumberedLines read_lines(engine::Engine const& engine, Attempt const& attempt, std::int64_t from, std::int64_t count) {
    constexpr int max_reads = 256; // 64 MiB; the uncommitted part may be larger, and may grow during the call
    auto const reader = engine.log_of(attempt);
    auto start = reader.start_of_line(from);
    LinePage page(from, count, start.line);
    engine::LineMaker maker([&](engine::LogLine&& line) { page.add(std::move(line)); },
                            engine::LineMaker::LongLine::cut, max_shown_line);
    auto sequence = start.sequence;
    for (int reads = 0; reads < max_reads && !page.is_full(); ++reads) {
        if (!reader.read_records(sequence, [&](engine::LogRecord const& record) { maker.add(record); })) {
            maker.end();
            break;
        }
        if (!maker.is_past_cut()) continue;
        // Skips the rest of a long line.
        auto end = reader.start_of_line(page.number() + 1);
        if (end.sequence <= sequence || end.line != page.number()) continue;
        sequence = end.sequence;
    }
    return page.take();
}

QueuedBehind queued_behind(Store const& store, engine::Engine& engine, std::string const& task_id) {
    auto known = engine.find_wait_reason(task_id);
    QueuedBehind behind{{}, known.reason};
    store.read([&](store::Session& session) {
        for (auto const& id : known.task_ids)
            if (auto task = store::find_task(session, id)) behind.tasks.push_back(std::move(*task));
    });
    return behind;
}

} // namespace stepwell::operations
