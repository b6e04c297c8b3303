#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

enum class SkipMachines { none, unavailable };
constexpr std::array<std::string_view, 2> skip_machines_names{"None", "SkipUnavailableMachines"};
constexpr auto const& names_of(SkipMachines) { return skip_machines_names; }
constexpr bool was_free_text(SkipMachines) { return true; }

// The treatment of targets that cannot be reached.
struct ConnectivityPolicy {
    SkipMachines skip_machines = SkipMachines::none;
    std::vector<std::string> target_roles;
    bool allow_no_targets = true;
    bool exclude_unhealthy = false;

    static constexpr std::string_view type_name = "ConnectivityPolicy";
    static void describe(auto& field) {
        field("SkipMachineBehavior", &ConnectivityPolicy::skip_machines, plain, "None or SkipUnavailableMachines.");
        field("TargetRoles", &ConnectivityPolicy::target_roles, plain, "Tags of the targets that may be skipped.");
        field("AllowDeploymentsToNoTargets", &ConnectivityPolicy::allow_no_targets, plain,
              "Whether a run without targets is allowed.");
        field("ExcludeUnhealthyTargets", &ConnectivityPolicy::exclude_unhealthy, plain,
              "Whether unhealthy targets are excluded.");
    }
};

enum class GuidedFailureMode { environment_default, off, on };
constexpr std::array<std::string_view, 3> guided_failure_modes{"EnvironmentDefault", "Off", "On"};
constexpr auto const& names_of(GuidedFailureMode) { return guided_failure_modes; }

enum class TenantedMode { untenanted, tenanted_or_untenanted, tenanted };
constexpr std::array<std::string_view, 3> tenanted_modes{"Untenanted", "TenantedOrUntenanted", "Tenanted"};
constexpr auto const& names_of(TenantedMode) { return tenanted_modes; }

} // namespace stepwell::domain
