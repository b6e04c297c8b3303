#include "operations/follow_task.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "engine/engine.h"

#include <limits>

namespace stepwell::operations {

namespace {

constexpr std::size_t max_begun = 3; // bytes of a character whose last one is missing
constexpr std::size_t max_cursor_attempts = 10'000;
constexpr int max_reads = 8; // that show nothing, such as those of service messages
constexpr std::size_t max_open_bytes = 256u << 10;

bool has_begun(Cursor::Position const& position) {
    return std::ranges::any_of(position.begun, [](auto const& bytes) { return !bytes.empty(); });
}

std::optional<std::array<std::string, 2>> parse_begun(std::string_view text) {
    auto parts = base::split(text, '.');
    if (parts.size() != 2) return std::nullopt;
    std::array<std::string, 2> begun;
    for (std::size_t i = 0; i < 2; ++i) {
        auto bytes = base::from_hex(parts[i]);
        if (!bytes || bytes->size() > max_begun) return std::nullopt;
        begun[i] = std::move(*bytes);
    }
    return begun;
}

std::optional<std::pair<std::int64_t, Cursor::Position>> parse_position(std::string_view text) {
    auto parts = base::split(text, ':');
    if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
    auto attempt = base::to_number(parts[0]), sequence = base::to_number(parts[1]);
    auto begun = parse_begun(parts.size() == 3 ? parts[2] : ".");
    if (!attempt || !sequence || !begun || *attempt < 1 || *sequence < 1) return std::nullopt;
    return std::pair(*attempt, Cursor::Position{std::uint64_t(*sequence), std::move(*begun)});
}

constexpr auto after_all = std::numeric_limits<std::int64_t>::max();

// "2:17:e2.": the cursor of a client from before a task had several attempts. It has the position of an action, whose
// attempt now has the next number, and a sequence. Such a client names a position after all others to get states only.
std::optional<Cursor> parse_former_cursor(std::string_view text) {
    auto const colon = std::min(text.find(':'), text.size());
    auto const action = base::to_number(text.substr(0, colon));
    if (!action || *action < 0) return std::nullopt;
    if (*action >= std::int64_t(max_cursor_attempts)) return Cursor{after_all, {}};
    auto position = parse_position(std::to_string(*action + 1) + std::string(text.substr(colon)));
    if (!position) return std::nullopt;
    Cursor cursor;
    for (std::int64_t number = 1; number <= *action; ++number) cursor.attempts[number].sequence = after_all;
    cursor.attempts.insert(std::move(*position));
    return cursor;
}

} // namespace

std::string to_text(Cursor const& cursor) {
    auto text = std::to_string(cursor.chunk);
    for (auto const& [attempt, position] : cursor.attempts) {
        text += ';' + std::to_string(attempt) + ':' + std::to_string(position.sequence);
        if (has_begun(position)) text += ':' + base::to_hex(position.begun[0]) + '.' + base::to_hex(position.begun[1]);
    }
    return text;
}

std::optional<Cursor> parse_cursor(std::string_view text) {
    if (text.find(';') == text.npos && text.find(':') != text.npos) return parse_former_cursor(text);
    auto parts = base::split(text, ';');
    auto chunk = parts.empty() ? std::nullopt : base::to_number(parts[0]);
    if (!chunk || *chunk < 0 || parts.size() > max_cursor_attempts + 1) return std::nullopt;
    Cursor cursor{*chunk, {}};
    for (auto const& part : std::span(parts).subspan(1)) {
        auto position = parse_position(part);
        if (!position) return std::nullopt;
        cursor.attempts.insert(std::move(*position));
    }
    return cursor;
}

Follower::Follower(Store const& store, engine::Engine& engine, std::string task_id, Cursor from, Show show)
    : store_(store), engine_(engine), task_id_(std::move(task_id)), cursor_(std::move(from)),
      show_(cursor_.chunk == after_all ? Show::states : show) {
    std::optional<store::Task> task;
    store.read([&](store::Session& session) {
        task = store::find_task(session, task_id_);
        if (!task) store::throw_not_found(task_id_);
        // A higher number comes from another copy of the database.
        cursor_.chunk = std::min(cursor_.chunk, store::last_log_chunk_number(session, task->id));
    });
    task_id_ = task->id; // as the watchers have it
    if (show_ == Show::all) titles_.emplace(store, *task);
}

Follower::View Follower::look() const {
    View view;
    store_.read_at_once([&](store::Session& session) {
        view.task = store::find_task(session, task_id_);
        if (show_ == Show::states) return;
        view.chunk = store::find_log_chunk_after(session, task_id_, cursor_.chunk);
        std::vector<std::int64_t> numbers;
        numbers.reserve(cursor_.attempts.size() + 1);
        for (auto const& [attempt, position] : cursor_.attempts) numbers.push_back(attempt);
        if (view.chunk) numbers.push_back(view.chunk->attempt);
        view.attempts = store::list_attempts_in_view(session, task_id_, numbers);
    });
    return view;
}

News Follower::next() {
    News news;
    seen_ = engine_.watchers().seen(task_id_);
    auto view = look();
    if (view.task) read_chunks(news, view);
    if (!view.task) { // deleted meanwhile
        news.over = true;
        return news;
    }
    if (!view.chunk && news.printed.empty()) read_open(news, view);
    auto state = std::string(schema::name_of(view.task->state)) + base::to_text(view.task->updated);
    bool const at_end = news.printed.empty() && !news.more;
    if (state != returned_ && (at_end || !view.task->completed)) {
        returned_ = state;
        news.task = view.task;
    }
    news.over = view.task->completed && at_end;
    return news;
}

// Reads chunks until one shows something.
void Follower::read_chunks(News& news, View& view) {
    for (int reads = 0; view.task && view.chunk && news.printed.empty(); ++reads) {
        if (reads == max_reads) return void(news.more = true);
        read_chunk(news, view);
        if (news.printed.empty()) view = look();
    }
}

void Follower::read_chunk(News& news, View const& view) {
    auto const& [number, attempt_number, chunk] = *view.chunk;
    auto attempt = std::ranges::find(view.attempts, attempt_number, &store::Attempt::number);
    if (attempt == view.attempts.end()) throw base::Error(base::Kind::internal, "a log chunk has no attempt");
    auto& position = cursor_.attempts[attempt_number];
    if (position.sequence < std::uint64_t(chunk.next_sequence))
        engine::for_each_log_record(chunk.records, [&](engine::LogRecord const& record) {
            if (record.sequence >= position.sequence) show(news, *attempt, record);
        });
    position.sequence = std::max(position.sequence, std::uint64_t(chunk.next_sequence));
    cursor_.chunk = number;
    if (!is_open(attempt->state) && chunk.next_sequence == attempt->next_sequence) close(news, *attempt);
}

// All committed chunks were read: what is left is with the workers.
void Follower::read_open(News& news, View& view) {
    auto& attempts = view.attempts;
    std::ranges::rotate(attempts, std::ranges::upper_bound(attempts, last_open_, {}, &store::Attempt::number));
    std::size_t bytes = 0;
    bool has_read = false;
    for (auto const& attempt : attempts) {
        if (bytes > max_open_bytes) break;
        if (!is_open(attempt.state)) {
            close(news, attempt);
            continue;
        }
        last_open_ = attempt.number;
        auto const at = cursor_.attempts.find(attempt.number);
        auto sequence = at == cursor_.attempts.end() ? 1 : at->second.sequence;
        auto use = [&](engine::LogRecord const& record) {
            bytes += record.bytes.size();
            show(news, attempt, record);
        };
        if (!engine_.log_of(attempt).read_records(sequence, use)) continue;
        cursor_.attempts[attempt.number].sequence = sequence;
        has_read = true;
    }
    news.more = has_read && news.printed.empty();
}

void Follower::add(News& news, store::Attempt const& attempt, std::string_view category, base::Time at,
                   std::string bytes) {
    news.printed.push_back({to_text(cursor_), attempt.number, titles_->number_of(attempt), attempt.name,
                            attempt.target_name(), std::string(category), at, std::move(bytes)});
}

void Follower::add_message(News& news, store::Attempt const& attempt, engine::LogRecord const& record) {
    add(news, attempt, record.category, record.at, std::string(record.bytes) + '\n');
    news.printed.back().is_message = true;
}

void Follower::show(News& news, store::Attempt const& attempt, engine::LogRecord const& record) {
    auto& position = cursor_.attempts[attempt.number];
    position.sequence = record.sequence + 1;
    if (record.kind == engine::LogRecord::Kind::marker) return add_message(news, attempt, record);
    if (record.kind != engine::LogRecord::Kind::output) return;
    auto& begun = position.begun[std::size_t(record.stream)];
    auto bytes = std::exchange(begun, {}) + std::string(record.bytes);
    auto end = base::end_of_characters(bytes);
    begun = bytes.substr(end);
    bytes.resize(end);
    if (!bytes.empty()) add(news, attempt, record.category, record.at, std::move(bytes));
}

// The log of an attempt that has ended was read: shows the begun characters, which stay incomplete.
void Follower::close(News& news, store::Attempt const& attempt) {
    for (auto& stream : cursor_.attempts[attempt.number].begun)
        if (auto bytes = std::exchange(stream, {}); !bytes.empty())
            add(news, attempt, engine::LogRecord().category, attempt.ended.value_or(base::Time()), std::move(bytes));
    cursor_.attempts.erase(attempt.number);
}

void Follower::wait(std::function<void()> wake) { engine_.watchers().wait(task_id_, seen_, std::move(wake)); }

} // namespace stepwell::operations
