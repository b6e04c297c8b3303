// The workers that scripts are sent to. Registered while the server starts, before any other thread uses them.
#pragma once
#include "run/contract.h"

#include <vector>

namespace stepwell::engine {

// The server's own worker: its id, as attempts keep it, and its name.
constexpr char const* local_worker_id = "local";
constexpr char const* local_worker_name = "the server's worker";

struct RegisteredWorker {
    std::string id;   // kept with attempts: must be the same after a restart
    std::string name; // for people, such as "the server's worker"
    run::Worker* worker = nullptr;
};

class Workers {
public:
    // The worker must outlive this.
    void add(std::string id, std::string name, run::Worker& worker) {
        all_.push_back({std::move(id), std::move(name), &worker});
    }

    bool empty() const { return all_.empty(); }
    std::vector<RegisteredWorker> const& all() const { return all_; }
    // The worker for actions that run once. There must be one.
    RegisteredWorker const& first() const { return all_.front(); }
    // Returns null if no worker with this id is registered.
    run::Worker* find(std::string_view id) const {
        for (auto const& each : all_)
            if (each.id == id) return each.worker;
        return nullptr;
    }

private:
    std::vector<RegisteredWorker> all_;
};

} // namespace stepwell::engine
