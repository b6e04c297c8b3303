#pragma once
#include "domain/resources/retention_period.h"

namespace stepwell::domain {

struct Environment;

// A stage of a lifecycle.
struct Phase {
    std::string id, name;
    std::vector<Id<Environment>> automatic, optional;
    std::int64_t minimum_before_promotion = 0;
    bool is_optional = false, is_priority = false;
    std::optional<RetentionPeriod> release_retention, tentacle_retention;

    static constexpr std::string_view type_name = "Phase";
    static void describe(auto& field) {
        field("Id", &Phase::id, some_uuid, "Kept as sent; made up when missing.");
        field("Name", &Phase::name, required | trimmed | like("Production"), "Shown as the stage's title.");
        field("AutomaticDeploymentTargets", &Phase::automatic, plain, "Environments that follow by themselves.");
        field("OptionalDeploymentTargets", &Phase::optional, plain, "Environments a person chooses.");
        field("MinimumEnvironmentsBeforePromotion", &Phase::minimum_before_promotion, plain, "0: all of them.");
        field("IsOptionalPhase", &Phase::is_optional, plain, "It may be passed over.");
        field("IsPriorityPhase", &Phase::is_priority, plain, "Its tasks go first.");
        field("ReleaseRetentionPolicy", &Phase::release_retention, plain, "None: that of the lifecycle.");
        field("TentacleRetentionPolicy", &Phase::tentacle_retention, plain, "None: that of the lifecycle.");
    }
    void settle() {
        if (id.empty()) id = base::new_uuid();
        for (auto retention : {&release_retention, &tentacle_retention})
            if (*retention) (*retention)->settle_unit("Days");
    }
};

// The order in which releases reach the environments.
struct Lifecycle : SpaceDocument {
    std::string name, slug, description;
    RetentionPeriod release_retention = RetentionPeriod::space_default();
    RetentionPeriod tentacle_retention = RetentionPeriod::space_default();
    std::vector<Phase> phases;

    static constexpr std::string_view type_name = "Lifecycle", route = "lifecycles", prefix = "Lifecycles";
    static constexpr Access access{Permission::lifecycle_view, Permission::lifecycle_create, Permission::lifecycle_edit,
                                   Permission::lifecycle_delete};
    static constexpr Link links[] = {
        {"Preview", "/api/$SpaceId/lifecycles/$Id/preview"},
        {"Projects", "/api/$SpaceId/lifecycles/$Id/projects"},
    };

    static void describe(auto& field) {
        field("Name", &Lifecycle::name, required | unique | at_most(200) | like("Default Lifecycle"),
              "What it is called.");
        field("Slug", &Lifecycle::slug, some_slug | unique | kept, "The name in addresses.");
        field("Description", &Lifecycle::description, plain, "Markdown.");
        field("ReleaseRetentionPolicy", &Lifecycle::release_retention, plain, "How long releases are kept.");
        field("TentacleRetentionPolicy", &Lifecycle::tentacle_retention, plain, "How long files stay on targets.");
        field("Phases", &Lifecycle::phases, plain, "In order; none means every environment in sort order.");
    }
    void settle() {
        release_retention.settle_unit("Days");
        tentacle_retention.settle_unit("Days");
    }
};

} // namespace stepwell::domain
