#include "operations/follow_task.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/utf8.h"
#include "engine/engine.h"

namespace stepwell::operations {

namespace {

constexpr std::size_t longest_begun = 3; // bytes of a character whose last one is missing

bool nothing_begun(Cursor const& cursor) {
    return std::ranges::all_of(cursor.begun, [](auto const& bytes) { return bytes.empty(); });
}

std::optional<std::array<std::string, 2>> parse_begun(std::string_view text) {
    auto pieces = base::split(text, '.');
    if (pieces.size() != 2) return std::nullopt;
    std::array<std::string, 2> begun;
    for (std::size_t i = 0; i < 2; ++i) {
        auto bytes = base::from_hex(pieces[i]);
        if (!bytes || bytes->size() > longest_begun) return std::nullopt;
        begun[i] = std::move(*bytes);
    }
    return begun;
}

} // namespace

std::string to_text(Cursor const& cursor) {
    auto text = std::to_string(cursor.position) + ":" + std::to_string(cursor.sequence);
    if (nothing_begun(cursor)) return text;
    return text + ":" + base::to_hex(cursor.begun[0]) + "." + base::to_hex(cursor.begun[1]);
}

std::optional<Cursor> parse_cursor(std::string_view text) {
    auto pieces = base::split(text, ':');
    if (pieces.size() < 2 || pieces.size() > 3) return std::nullopt;
    auto position = base::to_number(pieces[0]), sequence = base::to_number(pieces[1]);
    auto begun = parse_begun(pieces.size() == 3 ? pieces[2] : ".");
    if (!position || !sequence || !begun || *position < 0 || *sequence < 1) return std::nullopt;
    return Cursor{*position, std::uint64_t(*sequence), std::move(*begun)};
}

Follower::Follower(Store const& store, engine::Engine& engine, std::string task_id, Cursor from)
    : store_(store), engine_(engine), task_id_(std::move(task_id)), cursor_(from) {
    auto task = store.read([&](store::Session& session) { return store::find_task(session, task_id_); });
    if (!task) store::throw_not_found(task_id_);
    task_id_ = task->id; // as the watchers know it
}

News Follower::next() {
    News news;
    seen_ = engine_.watchers().seen(task_id_);
    std::optional<store::Task> task;
    std::vector<store::Attempt> attempts;
    store_.read_at_once([&](store::Session& session) {
        task = store::find_task(session, task_id_);
        attempts = store::list_attempts(session, task_id_);
    });
    if (!task) { // deleted meanwhile
        news.over = true;
        return news;
    }
    for (auto const& attempt : attempts) {
        if (attempt.position < cursor_.position) continue;
        if (attempt.position > cursor_.position) cursor_ = {attempt.position, 1};
        if (!attempt.ticket.empty()) read_step(news, attempt);
        if (!news.printed.empty() || news.more) break; // a piece at a time
        if (attempt.state == "dispatching" || attempt.state == "running") break;
        show_begun(news, attempt);
        if (!news.printed.empty()) break;
        cursor_ = {attempt.position + 1, 1};
    }
    auto state = task->state + base::to_text(task->updated);
    bool const at_end = news.printed.empty() && !news.more;
    if (state != told_ && (at_end || !task->completed)) {
        told_ = state;
        news.task = task;
    }
    news.over = task->completed && at_end;
    return news;
}

void Follower::read_step(News& news, store::Attempt const& attempt) {
    auto const reader = engine_.log_of(attempt);
    auto use = [&](engine::LogRecord const& record) { show(news, attempt, record); };
    // Records that show nothing, such as service messages, must not hold up the thread.
    constexpr int max_reads = 8;
    for (int reads = 0; news.printed.empty(); ++reads) {
        if (reads == max_reads) return void(news.more = true);
        if (!reader.read_records(cursor_.sequence, use)) return;
    }
}

void Follower::show(News& news, store::Attempt const& attempt, engine::LogRecord const& record) {
    auto tell = [&](std::string bytes) {
        news.printed.push_back({{attempt.position, record.sequence + 1, cursor_.begun},
                                attempt.position,
                                attempt.name,
                                std::string(record.category),
                                record.at,
                                std::move(bytes)});
    };
    if (record.kind == engine::LogRecord::Kind::marker) return tell(std::string(record.bytes));
    if (record.kind != engine::LogRecord::Kind::output) return;
    auto& begun = cursor_.begun[std::size_t(record.stream)];
    auto bytes = std::exchange(begun, {}) + std::string(record.bytes);
    auto end = base::end_of_characters(bytes);
    begun = bytes.substr(end);
    bytes.resize(end);
    if (!bytes.empty()) tell(std::move(bytes));
}

// A step that is over ends no character any more.
void Follower::show_begun(News& news, store::Attempt const& attempt) {
    for (std::size_t i = 0; i < cursor_.begun.size(); ++i) {
        auto bytes = std::exchange(cursor_.begun[i], {});
        if (bytes.empty()) continue;
        news.printed.push_back({cursor_, attempt.position, attempt.name, std::string(engine::LogRecord().category),
                                attempt.ended.value_or(base::Time()), std::move(bytes)});
    }
}

void Follower::wait(std::function<void()> wake) { engine_.watchers().wait(task_id_, seen_, std::move(wake)); }

} // namespace stepwell::operations
