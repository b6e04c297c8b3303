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
        field("Id", &Phase::id, some_uuid, "Id; generated if missing.");
        field("Name", &Phase::name, required | trimmed | like("Production"), "Name.");
        field("AutomaticDeploymentTargets", &Phase::automatic, plain, "Environments to deploy to automatically.");
        field("OptionalDeploymentTargets", &Phase::optional, plain, "Environments to deploy to by hand.");
        field("MinimumEnvironmentsBeforePromotion", &Phase::minimum_before_promotion, without_effect,
              "Number of environments required before the next phase; 0: all.");
        field("IsOptionalPhase", &Phase::is_optional, without_effect, "Whether the phase can be skipped.");
        field("IsPriorityPhase", &Phase::is_priority, without_effect, "Whether tasks of the phase have priority.");
        field("ReleaseRetentionPolicy", &Phase::release_retention, without_effect,
              "Retention of releases; null: that of the lifecycle.");
        field("TentacleRetentionPolicy", &Phase::tentacle_retention, without_effect,
              "Retention of files on targets; null: that of the lifecycle.");
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
        field("Name", &Lifecycle::name, required | unique | at_most(200) | like("Default Lifecycle"), "Name.");
        field("Slug", &Lifecycle::slug, some_slug | unique | kept, "Name in URLs.");
        field("Description", &Lifecycle::description, plain, "Description, in Markdown.");
        field("ReleaseRetentionPolicy", &Lifecycle::release_retention, without_effect, "Retention of releases.");
        field("TentacleRetentionPolicy", &Lifecycle::tentacle_retention, without_effect,
              "Retention of files on targets.");
        field("Phases", &Lifecycle::phases, plain, "Phases, in order; empty: all environments in their order.");
    }
    void settle() {
        release_retention.settle_unit("Days");
        tentacle_retention.settle_unit("Days");
    }
};

} // namespace stepwell::domain
