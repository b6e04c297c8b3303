#include "engine/queue.h"

#include "base/id.h"
#include "base/text.h"

#include <algorithm>

namespace stepwell::engine {

Slot::~Slot() {
    if (queue_) queue_->release(task_id_);
}

namespace {

bool share_one(Tags const& some, Tags const& others) {
    return std::ranges::any_of(some, [&](auto const& tag) { return std::ranges::find(others, tag) != others.end(); });
}

} // namespace

std::string join_tags(Tags const& tags) {
    std::string joined;
    for (auto const& tag : tags) {
        auto line = base::replace_all(std::string(base::trim(tag)), "\n", " ");
        if (!line.empty()) joined += (joined.empty() ? "" : "\n") + line;
    }
    return joined;
}

Tags split_tags(std::string_view joined) {
    Tags tags;
    for (auto line : base::split(joined, '\n'))
        if (!line.empty()) tags.emplace_back(line);
    return tags;
}

bool Queue::State::are_free(Tags const& tags) const {
    return std::ranges::none_of(running, [&](auto const& each) { return share_one(each.second, tags); });
}

// An expired task never starts, even if it is checked late.
bool Queue::State::is_ready(Waiting const& task, base::Time now) const {
    return (!task.not_before || *task.not_before <= now) && (!task.expires || *task.expires > now) &&
           !stopped_spaces.contains(task.space_id);
}

Slot Queue::try_begin(Waiting const& task, base::Time now) {
    bool begins = state_.with([&](State& state) {
        if (state.running.size() >= state.slots || !state.is_ready(task, now) || !state.are_free(task.tags))
            return false;
        // A task does not overtake one that could run, or one that waits for the same tag.
        for (auto const& [number, other] : state.waiting)
            if (share_one(other.tags, task.tags) || (state.is_ready(other, now) && state.are_free(other.tags)))
                return false;
        state.running.emplace(task.task_id, task.tags);
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
        std::set<std::string_view> awaited; // tags that earlier tasks wait for
        for (auto at = state.waiting.begin(); at != state.waiting.end(); ++at) {
            auto const& tags = at->second.tags;
            if (!state.is_ready(at->second, now)) continue;
            auto is_awaited = [&](std::string const& tag) { return awaited.contains(tag); };
            if (std::ranges::any_of(tags, is_awaited) || !state.are_free(tags)) {
                awaited.insert(tags.begin(), tags.end());
                continue;
            }
            auto task = std::move(at->second);
            state.waiting.erase(at);
            state.running.emplace(task.task_id, task.tags);
            return task;
        }
        return std::nullopt;
    });
    if (!next) return std::nullopt;
    Slot slot(*this, next->task_id);
    return Begun{std::move(*next), std::move(slot)};
}

Slot Queue::adopt(std::string const& task_id, Tags const& tags) {
    state_.with([&](State& state) { state.running.emplace(task_id, tags); });
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

WaitReason Queue::find_wait_reason(std::string const& task_id, base::Time now) const {
    return state_.with([&](State const& state) {
        WaitReason wait;
        auto mine = state.waiting.find(base::number_of(task_id));
        if (mine == state.waiting.end()) return wait;
        auto const& task = mine->second;
        if (state.stopped_spaces.contains(task.space_id))
            wait.reason = "The task queue of the space is stopped.";
        else if (task.not_before && *task.not_before > now)
            wait.reason = "The task is scheduled for " + base::to_text(*task.not_before) + ".";
        else if (!state.are_free(task.tags))
            wait.reason = "Only one such run may be active at a time.";
        else
            wait.reason = "All " + std::to_string(state.slots) + " slots of this server are in use.";
        bool by_tag = !state.are_free(task.tags);
        for (auto const& [id, tags] : state.running)
            if (!by_tag || share_one(tags, task.tags)) wait.task_ids.push_back(id);
        for (auto const& [number, other] : state.waiting)
            if (number < task.number && (!by_tag || share_one(other.tags, task.tags)))
                wait.task_ids.push_back(other.task_id);
        return wait;
    });
}

std::size_t Queue::running() const {
    return state_.with([](State const& state) { return state.running.size(); });
}

} // namespace stepwell::engine
