#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// How targets are watched and kept up to date.
struct MachinePolicy : SpaceDocument {
    std::string name, description;
    bool is_default = false;
    std::optional<Verbatim> health_check, connectivity, cleanup, update, rpc_retry;
    std::string polling_queue_timeout = "00:02:00", connection_timeout = "00:01:00", retry_limit = "00:05:00";
    std::int64_t connection_retries = 5;

    static constexpr std::string_view type_name = "MachinePolicy", route = "machinepolicies",
                                      prefix = "MachinePolicies";
    static constexpr Access access{Permission::machine_policy_view, Permission::machine_policy_create,
                                   Permission::machine_policy_edit, Permission::machine_policy_delete};
    static constexpr Link links[] = {
        {"Machines", "/api/$SpaceId/machinepolicies/$Id/machines"},
        {"Workers", "/api/$SpaceId/machinepolicies/$Id/workers"},
        {"Template", "/api/$SpaceId/machinepolicies/template"},
    };

    static void describe(auto& field) {
        field("Name", &MachinePolicy::name, required | unique | at_most(200) | like("Default Machine Policy"),
              "What it is called.");
        field("Description", &MachinePolicy::description, plain, "Markdown.");
        field("IsDefault", &MachinePolicy::is_default, computed | indexed, "Given to targets that name none.");
        field("MachineHealthCheckPolicy", &MachinePolicy::health_check, plain, "When and how health is checked.");
        field("MachineConnectivityPolicy", &MachinePolicy::connectivity, plain, "Whether being offline is an error.");
        field("MachineCleanupPolicy", &MachinePolicy::cleanup, plain, "When unreachable targets are removed.");
        field("MachineUpdatePolicy", &MachinePolicy::update, plain, "When agents are updated.");
        field("MachineRpcCallRetryPolicy", &MachinePolicy::rpc_retry, plain, "How often calls are tried again.");
        field("PollingRequestQueueTimeout", &MachinePolicy::polling_queue_timeout, plain, "hh:mm:ss.");
        field("ConnectionRetryCountLimit", &MachinePolicy::connection_retries, plain, "Tries to connect.");
        field("ConnectionRetryTimeLimit", &MachinePolicy::retry_limit, plain, "hh:mm:ss.");
        field("ConnectionConnectTimeout", &MachinePolicy::connection_timeout, plain, "hh:mm:ss.");
    }
};

} // namespace stepwell::domain
