#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct Account;

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

enum class CacheUnit { items };
constexpr std::array<std::string_view, 1> cache_units{"Items"};
constexpr auto const& names_of(CacheUnit) { return cache_units; }
constexpr bool was_free_text(CacheUnit) { return true; }

struct HealthScript {
    HealthScriptSource source = HealthScriptSource::inherit;
    std::optional<std::string> body;

    static constexpr std::string_view type_name = "MachineScriptPolicy";
    static void describe(auto& field) {
        field("RunType", &HealthScript::source, plain, "Source of the script.");
        field("ScriptBody", &HealthScript::body, plain, "Script, for the source Inline.");
    }
};

struct HealthCheckPolicy {
    HealthCheckType type = HealthCheckType::run_script;
    std::optional<std::string> interval = "1.00:00:00", cron;
    std::string time_zone = "UTC";
    HealthScript powershell, bash;

    static constexpr std::string_view type_name = "MachineHealthCheckPolicy";
    static void describe(auto& field) {
        field("HealthCheckType", &HealthCheckPolicy::type, plain, "Type of health check.");
        field("HealthCheckInterval", &HealthCheckPolicy::interval, like("1.00:00:00"),
              "Interval as [d.]hh:mm:ss; null: HealthCheckCron applies.");
        field("HealthCheckCron", &HealthCheckPolicy::cron, plain, "Schedule of health checks, as a cron expression.");
        field("HealthCheckCronTimezone", &HealthCheckPolicy::time_zone, plain, "Time zone of the cron expression.");
        field("PowerShellHealthCheckPolicy", &HealthCheckPolicy::powershell, plain, "Script for targets with Windows.");
        field("BashHealthCheckPolicy", &HealthCheckPolicy::bash, plain, "Script for all other targets.");
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
              "Whether an offline target fails the health check.");
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
              "Time that targets must be unavailable before they are deleted, as [d.]hh:mm:ss.");
    }
};

struct MachineUpdatePolicy {
    CalamariUpdate calamari = CalamariUpdate::on_deployment;
    TentacleUpdate tentacle = TentacleUpdate::never;
    Id<Account> account;
    KubernetesAgentUpdate kubernetes_agent = KubernetesAgentUpdate::never;

    static constexpr std::string_view type_name = "MachineUpdatePolicy";
    static void describe(auto& field) {
        field("CalamariUpdateBehavior", &MachineUpdatePolicy::calamari, plain,
              "Time when tools on targets are updated.");
        field("TentacleUpdateBehavior", &MachineUpdatePolicy::tentacle, plain, "Whether agents are updated.");
        field("TentacleUpdateAccountId", &MachineUpdatePolicy::account, loose, "Account for updates of agents.");
        field("KubernetesAgentUpdateBehavior", &MachineUpdatePolicy::kubernetes_agent, plain,
              "Whether agents in Kubernetes are updated.");
    }
};

struct PackageCacheRetention {
    CacheRetention strategy = CacheRetention::standard;
    std::optional<std::int64_t> packages, versions;
    CacheUnit package_unit = CacheUnit::items, version_unit = CacheUnit::items;

    static constexpr std::string_view type_name = "MachinePackageCacheRetentionPolicy";
    static void describe(auto& field) {
        field("Strategy", &PackageCacheRetention::strategy, plain,
              "Default, or Quantities to use the quantities below.");
        field("QuantityOfPackagesToKeep", &PackageCacheRetention::packages, plain,
              "Number of packages to keep on a target.");
        field("PackageUnit", &PackageCacheRetention::package_unit, plain, "Unit of QuantityOfPackagesToKeep: Items.");
        field("QuantityOfVersionsToKeep", &PackageCacheRetention::versions, plain,
              "Number of versions to keep of each package.");
        field("VersionUnit", &PackageCacheRetention::version_unit, plain, "Unit of QuantityOfVersionsToKeep: Items.");
    }
};

struct RpcRetryPolicy {
    bool enabled = true;
    std::string duration = "00:02:30", health_check_duration = "00:02:30";

    static constexpr std::string_view type_name = "MachineRpcCallRetryPolicy";
    static void describe(auto& field) {
        field("Enabled", &RpcRetryPolicy::enabled, plain, "Whether failed calls are repeated.");
        field("RetryDuration", &RpcRetryPolicy::duration, plain, "Maximum time to retry in runs, as [d.]hh:mm:ss.");
        field("HealthCheckRetryDuration", &RpcRetryPolicy::health_check_duration, plain,
              "Maximum time to retry in health checks, as [d.]hh:mm:ss.");
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
        field("Name", &MachinePolicy::name, required | unique | at_most(200) | like("Default Machine Policy"), "Name.");
        field("Description", &MachinePolicy::description, plain, "Description, in Markdown.");
        field("IsDefault", &MachinePolicy::is_default, computed | indexed,
              "Whether it applies to targets that name no policy.");
        field("MachineHealthCheckPolicy", &MachinePolicy::health_check, plain, "Health checks of targets.");
        field("MachineConnectivityPolicy", &MachinePolicy::connectivity, plain, "Treatment of offline targets.");
        field("MachineCleanupPolicy", &MachinePolicy::cleanup, plain, "Deletion of unavailable targets.");
        field("MachineUpdatePolicy", &MachinePolicy::update, plain, "Updates of agents and tools.");
        field("MachinePackageCacheRetentionPolicy", &MachinePolicy::package_cache, plain,
              "Packages to keep on targets.");
        field("MachineRpcCallRetryPolicy", &MachinePolicy::rpc_retry, plain, "Retries of failed calls.");
        field("PollingRequestQueueTimeout", &MachinePolicy::polling_queue_timeout, plain,
              "Maximum time of a request in the queue, as [d.]hh:mm:ss.");
        field("PollingRequestMaximumMessageProcessingTimeout", &MachinePolicy::polling_processing_timeout, plain,
              "[d.]hh:mm:ss.");
        field("ConnectionRetryCountLimit", &MachinePolicy::connection_retries, plain,
              "Maximum number of connection attempts.");
        field("ConnectionRetrySleepInterval", &MachinePolicy::retry_pause, plain,
              "Delay between connection attempts, as [d.]hh:mm:ss.");
        field("ConnectionRetryTimeLimit", &MachinePolicy::retry_limit, plain,
              "Maximum time of all connection attempts, as [d.]hh:mm:ss.");
        field("ConnectionConnectTimeout", &MachinePolicy::connection_timeout, plain,
              "Maximum time of one connection attempt, as [d.]hh:mm:ss.");
    }
    void check(Reading& reading, Place const& place) const;
};

} // namespace stepwell::domain
