#include "operations/follow_task.h"

#include "base/text.h"
#include "engine/engine.h"

namespace stepwell::operations {

std::string to_text(Cursor const& cursor) {
    return std::to_string(cursor.position) + ":" + std::to_string(cursor.sequence);
}

std::optional<Cursor> parse_cursor(std::string_view text) {
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto position = base::to_number(text.substr(0, colon)), sequence = base::to_number(text.substr(colon + 1));
    if (!position || !sequence || *position < 0 || *sequence < 1) return std::nullopt;
    return Cursor{*position, std::uint64_t(*sequence)};
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
        if (!news.printed.empty()) break; // a piece at a time
        if (attempt.state == "dispatching" || attempt.state == "running") break;
        cursor_ = {attempt.position + 1, 1};
    }
    auto state = task->state + base::to_text(task->updated);
    if (state != told_ && (news.printed.empty() || !task->completed)) {
        told_ = state;
        news.task = task;
    }
    news.over = task->completed && news.printed.empty();
    return news;
}

void Follower::read_step(News& news, store::Attempt const& attempt) {
    engine::LogReader reader(store_, engine_.worker(), attempt);
    while (news.printed.empty() && reader.read_records(cursor_.sequence, [&](run::Record const& record) {
        bool shown = record.kind == run::RecordKind::output || record.kind == run::RecordKind::marker;
        if (!shown) return;
        auto category = engine::category_of({record.at, record.kind, record.stream, record.level, {}});
        news.printed.push_back({{attempt.position, record.sequence + 1},
                                attempt.position,
                                attempt.name,
                                category,
                                record.at,
                                std::string(record.bytes)});
    })) {
    }
}

void Follower::wait(std::function<void()> wake) { engine_.watchers().wait(task_id_, seen_, std::move(wake)); }

} // namespace stepwell::operations
