#include "engine/live_tasks.h"

namespace stepwell::engine {

namespace {

template <class Map> std::shared_ptr<LiveTask> find_in(Map const& map, std::string const& key) {
    auto at = map.find(key);
    if (at == map.end()) return nullptr;
    if constexpr (requires { at->second.live; })
        return at->second.live;
    else
        return at->second;
}

} // namespace

LiveTasks::Live LiveTasks::find(std::string const& task_id) const {
    return register_.with([&](Register const& known) { return find_in(known.by_id, task_id); });
}

LiveTasks::Live LiveTasks::find_by_ticket(run::Ticket const& ticket) const {
    return register_.with([&](Register const& known) { return find_in(known.by_ticket, ticket); });
}

void LiveTasks::put(Live const& live) {
    std::vector<run::Ticket> tickets;
    for (auto const& [key, attempt] : live->record.open)
        if (is_open(attempt.state)) tickets.push_back(attempt.ticket);
    register_.with([&](Register& known) {
        auto& entry = known.by_id[live->id];
        for (auto const& ticket : entry.tickets) known.by_ticket.erase(ticket);
        for (auto const& ticket : tickets) known.by_ticket[ticket] = live;
        entry = {live, std::move(tickets)};
    });
}

void LiveTasks::remove(std::string const& task_id) {
    register_.with([&](Register& known) {
        auto at = known.by_id.find(task_id);
        if (at == known.by_id.end()) return;
        for (auto const& ticket : at->second.tickets) known.by_ticket.erase(ticket);
        known.by_id.erase(at);
    });
}

} // namespace stepwell::engine
