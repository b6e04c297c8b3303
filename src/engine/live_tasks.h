// The register of live tasks: by id, and by the tickets of their open attempts.
#pragma once
#include "engine/live_task.h"

namespace stepwell::engine {

// Thread-safe.
class LiveTasks {
public:
    using Live = std::shared_ptr<LiveTask>;

    // Return null if there is no such task.
    Live find(std::string const& task_id) const;
    Live find_by_ticket(run::Ticket const& ticket) const;
    // Registers a task, or the tickets that it has now. Only its holder calls this.
    void put(Live const& live);
    void remove(std::string const& task_id);

private:
    struct Entry {
        Live live;
        std::vector<run::Ticket> tickets;
    };
    struct Register {
        std::map<std::string, Entry> by_id;
        std::map<run::Ticket, Live> by_ticket;
    };
    base::Sync<Register> register_;
};

} // namespace stepwell::engine
