#include "engine/live_tasks.h"

namespace stepwell::engine {

LiveTasks::Live LiveTasks::find(std::string const& task_id) const {
    return register_.with([&](Register const& known) -> Live {
        auto at = known.by_id.find(task_id);
        return at == known.by_id.end() ? nullptr : at->second.live;
    });
}

LiveTasks::Live LiveTasks::find_by_ticket(run::Ticket const& ticket) const {
    return register_.with([&](Register const& known) -> Live {
        auto at = known.by_ticket.find(ticket);
        return at == known.by_ticket.end() ? nullptr : at->second;
    });
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
