#include "engine/queue.h"

#include "base/id.h"

#include <algorithm>

namespace stepwell::engine {

Slot::~Slot() {
    if (queue_) queue_->release(task_id_);
}

bool Queue::State::tag_is_free(std::string const& tag) const {
    return tag.empty() || std::ranges::none_of(running, [&](auto const& each) { return each.second == tag; });
}

// One that has expired never begins, however late that is noticed.
bool Queue::State::may_run(Waiting const& task, base::Time now) const {
    return (!task.not_before || *task.not_before <= now) && (!task.expires || *task.expires > now) &&
           tag_is_free(task.tag) && !stopped_spaces.contains(task.space_id);
}

Slot Queue::try_begin(Waiting const& task, base::Time now) {
    bool begins = state_.with([&](State& state) {
        if (state.running.size() >= state.slots || !state.may_run(task, now)) return false;
        // No task overtakes one that could run, nor one that waits for the same tag.
        for (auto const& [number, other] : state.waiting)
            if (state.may_run(other, now) || (!task.tag.empty() && other.tag == task.tag)) return false;
        state.running.emplace(task.task_id, task.tag);
        return true;
    });
    return begins ? Slot(*this, task.task_id) : Slot();
}

void Queue::wait(Waiting task) {
    state_.with([&](State& state) { state.waiting.emplace(task.number, std::move(task)); });
}

std::optional<Waiting> Queue::stop_waiting(std::string const& task_id) {
    return state_.with([&](State& state) -> std::optional<Waiting> {
        auto found = state.waiting.extract(base::number_of(task_id));
        return found ? std::optional(std::move(found.mapped())) : std::nullopt;
    });
}

std::optional<Queue::Begun> Queue::begin_next(base::Time now) {
    auto next = state_.with([&](State& state) -> std::optional<Waiting> {
        if (state.running.size() >= state.slots) return std::nullopt;
        for (auto at = state.waiting.begin(); at != state.waiting.end(); ++at) {
            if (!state.may_run(at->second, now)) continue;
            auto task = std::move(at->second);
            state.waiting.erase(at);
            state.running.emplace(task.task_id, task.tag);
            return task;
        }
        return std::nullopt;
    });
    if (!next) return std::nullopt;
    Slot slot(*this, next->task_id);
    return Begun{std::move(*next), std::move(slot)};
}

Slot Queue::adopt(std::string const& task_id, std::string const& tag) {
    state_.with([&](State& state) { state.running.emplace(task_id, tag); });
    return Slot(*this, task_id);
}

void Queue::release(std::string const& task_id) {
    bool is_wanted = state_.with([&](State& state) {
        state.running.erase(task_id);
        return !state.waiting.empty();
    });
    if (is_wanted && on_free_) on_free_();
}

void Queue::set_space_stopped(std::string const& space_id, bool stopped) {
    state_.with([&](State& state) {
        if (stopped)
            state.stopped_spaces.insert(space_id);
        else
            state.stopped_spaces.erase(space_id);
    });
}

std::vector<Waiting> Queue::take_expired(base::Time now) {
    return state_.with([&](State& state) {
        std::vector<Waiting> expired;
        for (auto at = state.waiting.begin(); at != state.waiting.end();) {
            auto here = at++;
            if (here->second.expires && *here->second.expires <= now)
                expired.push_back(std::move(state.waiting.extract(here).mapped()));
        }
        return expired;
    });
}

std::optional<base::Time> Queue::next_change(base::Time now) const {
    return state_.with([&](State const& state) {
        std::optional<base::Time> next;
        for (auto const& [number, task] : state.waiting)
            for (auto const& time : {task.not_before, task.expires})
                if (time && *time > now && (!next || *time < *next)) next = time;
        return next;
    });
}

Behind Queue::behind(std::string const& task_id, base::Time now) const {
    return state_.with([&](State const& state) {
        Behind behind;
        auto mine = state.waiting.find(base::number_of(task_id));
        if (mine == state.waiting.end()) return behind;
        auto const& task = mine->second;
        if (state.stopped_spaces.contains(task.space_id))
            behind.reason = "The task queue of its space is stopped.";
        else if (task.not_before && *task.not_before > now)
            behind.reason = "It is scheduled for " + base::to_text(*task.not_before) + ".";
        else if (!state.tag_is_free(task.tag))
            behind.reason = "Only one such run may be under way at a time.";
        else
            behind.reason = "All " + std::to_string(state.slots) + " slots of this server are taken.";
        bool by_tag = !state.tag_is_free(task.tag);
        for (auto const& [id, tag] : state.running)
            if (!by_tag || tag == task.tag) behind.task_ids.push_back(id);
        for (auto const& [number, other] : state.waiting)
            if (number < task.number && (!by_tag || other.tag == task.tag)) behind.task_ids.push_back(other.task_id);
        return behind;
    });
}

std::size_t Queue::running() const {
    return state_.with([](State const& state) { return state.running.size(); });
}

} // namespace stepwell::engine
