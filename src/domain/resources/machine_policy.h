#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

enum class HealthCheckType { run_script, only_connectivity };
constexpr std::array<std::string_view, 2> health_check_types{"RunScript", "OnlyConnectivity"};
constexpr auto const& names_of(HealthCheckType) { return health_check_types; }

enum class HealthScriptSource { inherit, inline_script, only_connectivity };
constexpr std::array<std::string_view, 3> health_script_sources{"InheritFromDefault", "Inline", "OnlyConnectivity"};
constexpr auto const& names_of(HealthScriptSource) { return health_script_sources; }

enum class OfflineBehavior { is_error, may_be_skipped };
constexpr std::array<std::string_view, 2> offline_behaviors{"ExpectedToBeOnline", "MayBeOfflineAndCanBeSkipped"};
constexpr auto const& names_of(OfflineBehavior) { return offline_behaviors; }

enum class CleanupBehavior { keep, delete_unavailable };
constexpr std::array<std::string_view, 2> cleanup_behaviors{"DoNotDelete", "DeleteUnavailableMachines"};
constexpr auto const& names_of(CleanupBehavior) { return cleanup_behaviors; }

enum class CalamariUpdate { on_deployment, on_new_machine, always };
constexpr std::array<std::string_view, 3> calamari_updates{"UpdateOnDeployment", "UpdateOnNewMachine", "UpdateAlways"};
constexpr auto const& names_of(CalamariUpdate) { return calamari_updates; }

enum class TentacleUpdate { never, automatic };
constexpr std::array<std::string_view, 2> tentacle_updates{"NeverUpdate", "Update"};
constexpr auto const& names_of(TentacleUpdate) { return tentacle_updates; }

enum class KubernetesAgentUpdate { never, automatic, blocked };
constexpr std::array<std::string_view, 3> kubernetes_agent_updates{"NeverUpdate", "Update", "Block"};
constexpr auto const& names_of(KubernetesAgentUpdate) { return kubernetes_agent_updates; }

enum class CacheRetention { standard, quantities };
constexpr std::array<std::string_view, 2> cache_retentions{"Default", "Quantities"};
constexpr auto const& names_of(CacheRetention) { return cache_retentions; }

struct HealthScript {
    HealthScriptSource source = HealthScriptSource::inherit;
    std::optional<std::string> body;

    static constexpr std::string_view type_name = "MachineScriptPolicy";
    static void describe(auto& field) {
        field("RunType", &HealthScript::source, plain, "Where the script comes from.");
        field("ScriptBody", &HealthScript::body, plain, "The script, with Inline.");
    }
};

struct HealthCheckPolicy {
    HealthCheckType type = HealthCheckType::run_script;
    std::optional<std::string> interval = "1.00:00:00", cron;
    std::string time_zone = "UTC";
    HealthScript powershell, bash;

    static constexpr std::string_view type_name = "MachineHealthCheckPolicy";
    static void describe(auto& field) {
        field("HealthCheckType", &HealthCheckPolicy::type, plain, "How health is checked.");
        field("HealthCheckInterval", &HealthCheckPolicy::interval, like("1.00:00:00"), "[d.]hh:mm:ss; null: by cron.");
        field("HealthCheckCron", &HealthCheckPolicy::cron, plain, "When health is checked, as a cron expression.");
        field("HealthCheckCronTimezone", &HealthCheckPolicy::time_zone, plain, "Time zone of that expression.");
        field("PowerShellHealthCheckPolicy", &HealthCheckPolicy::powershell, plain, "Script of targets on Windows.");
        field("BashHealthCheckPolicy", &HealthCheckPolicy::bash, plain, "Script of all other targets.");
    }
    void settle() {
        if (interval && interval->empty()) interval.reset();
    }
};

struct MachineConnectivityPolicy {
    OfflineBehavior behavior = OfflineBehavior::is_error;

    static constexpr std::string_view type_name = "MachineConnectivityPolicy";
    static void describe(auto& field) {
        field("MachineConnectivityBehavior", &MachineConnectivityPolicy::behavior, plain,
              "Whether being offline is an error.");
    }
};

struct MachineCleanupPolicy {
    CleanupBehavior behavior = CleanupBehavior::keep;
    std::string after = "00:00:00";

    static constexpr std::string_view type_name = "MachineCleanupPolicy";
    static void describe(auto& field) {
        field("DeleteMachinesBehavior", &MachineCleanupPolicy::behavior, plain,
              "Whether unavailable targets are deleted.");
        field("DeleteMachinesElapsedTimeSpan", &MachineCleanupPolicy::after, plain,
              "[d.]hh:mm:ss that they must be unavailable.");
    }
};

struct MachineUpdatePolicy {
    CalamariUpdate calamari = CalamariUpdate::on_deployment;
    TentacleUpdate tentacle = TentacleUpdate::never;
    std::optional<std::string> account;
    KubernetesAgentUpdate kubernetes_agent = KubernetesAgentUpdate::never;

    static constexpr std::string_view type_name = "MachineUpdatePolicy";
    static void describe(auto& field) {
        field("CalamariUpdateBehavior", &MachineUpdatePolicy::calamari, plain, "When tools on targets are updated.");
        field("TentacleUpdateBehavior", &MachineUpdatePolicy::tentacle, plain, "Whether agents are updated.");
        field("TentacleUpdateAccountId", &MachineUpdatePolicy::account, plain, "Account for that.");
        field("KubernetesAgentUpdateBehavior", &MachineUpdatePolicy::kubernetes_agent, plain,
              "Whether agents in Kubernetes are updated.");
    }
};

struct PackageCacheRetention {
    CacheRetention strategy = CacheRetention::standard;
    std::optional<std::int64_t> packages, versions;
    std::string package_unit = "Items", version_unit = "Items";

    static constexpr std::string_view type_name = "MachinePackageCacheRetentionPolicy";
    static void describe(auto& field) {
        field("Strategy", &PackageCacheRetention::strategy, plain, "Default, or Quantities with the numbers below.");
        field("QuantityOfPackagesToKeep", &PackageCacheRetention::packages, plain, "Packages kept on a target.");
        field("PackageUnit", &PackageCacheRetention::package_unit, plain, "Items.");
        field("QuantityOfVersionsToKeep", &PackageCacheRetention::versions, plain, "Versions kept of each.");
        field("VersionUnit", &PackageCacheRetention::version_unit, plain, "Items.");
    }
};

struct RpcRetryPolicy {
    bool enabled = true;
    std::string duration = "00:02:30", health_check_duration = "00:02:30";

    static constexpr std::string_view type_name = "MachineRpcCallRetryPolicy";
    static void describe(auto& field) {
        field("Enabled", &RpcRetryPolicy::enabled, plain, "Calls that fail are repeated.");
        field("RetryDuration", &RpcRetryPolicy::duration, plain, "[d.]hh:mm:ss in runs.");
        field("HealthCheckRetryDuration", &RpcRetryPolicy::health_check_duration, plain, "The same in health checks.");
    }
};

// The rules for health checks, connections, updates and cleanup of targets.
struct MachinePolicy : SpaceDocument {
    std::string name, description;
    bool is_default = false;
    HealthCheckPolicy health_check;
    MachineConnectivityPolicy connectivity;
    MachineCleanupPolicy cleanup;
    MachineUpdatePolicy update;
    PackageCacheRetention package_cache;
    RpcRetryPolicy rpc_retry;
    std::string polling_queue_timeout = "00:10:00", polling_processing_timeout = "00:10:00";
    std::string connection_timeout = "00:01:00", retry_pause = "00:00:01", retry_limit = "00:05:00";
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
        field("MachinePackageCacheRetentionPolicy", &MachinePolicy::package_cache, plain, "Packages kept on targets.");
        field("MachineRpcCallRetryPolicy", &MachinePolicy::rpc_retry, plain, "How often calls are tried again.");
        field("PollingRequestQueueTimeout", &MachinePolicy::polling_queue_timeout, plain, "[d.]hh:mm:ss.");
        field("PollingRequestMaximumMessageProcessingTimeout", &MachinePolicy::polling_processing_timeout, plain,
              "[d.]hh:mm:ss.");
        field("ConnectionRetryCountLimit", &MachinePolicy::connection_retries, plain, "Tries to connect.");
        field("ConnectionRetrySleepInterval", &MachinePolicy::retry_pause, plain, "[d.]hh:mm:ss between tries.");
        field("ConnectionRetryTimeLimit", &MachinePolicy::retry_limit, plain, "[d.]hh:mm:ss.");
        field("ConnectionConnectTimeout", &MachinePolicy::connection_timeout, plain, "[d.]hh:mm:ss.");
    }
    void check(Reading& reading, Place const& place) const;
};

} // namespace stepwell::domain
