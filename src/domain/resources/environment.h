#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// A place where a runbook may run, such as production, test or a customer's site.
struct Environment : SpaceDocument {
    std::string name, slug, description;
    std::int64_t sort_order = 0;
    bool use_guided_failure = false;
    bool allow_dynamic_infrastructure = false;
    std::vector<std::string> tags;
    std::vector<Verbatim> extension_settings;

    static constexpr std::string_view type_name = "Environment", route = "environments", prefix = "Environments";
    static constexpr Order order = Order::by_sort_order;
    static constexpr std::string_view query = "skip,take,ids,partialName,name";
    static constexpr Access access{Permission::environment_view, Permission::environment_create,
                                   Permission::environment_edit, Permission::environment_delete};
    static constexpr Link links[] = {
        {"Machines", "/api/$SpaceId/environments/$Id/machines{?skip,take,partialName,roles,isDisabled,healthStatuses,"
                     "commStyles,tenantIds,tenantTags,shellNames}"},
        {"SinglyScopedVariableDetails", "/api/$SpaceId/environments/$Id/singlyScopedVariableDetails"},
        {"Metadata", "/api/$SpaceId/environments/$Id/metadata"},
    };

    static void describe(auto& field) {
        field("Name", &Environment::name, required | unique | at_most(50) | like("Production"), "Name.");
        field("Slug", &Environment::slug, some_slug | unique | kept, "Name in URLs and files.");
        field("Description", &Environment::description, plain, "Description, in Markdown.");
        field("SortOrder", &Environment::sort_order, indexed, "Position in lists, lowest first.");
        field("UseGuidedFailure", &Environment::use_guided_failure, without_effect,
              "Whether a failed step waits for a person's decision.");
        field("AllowDynamicInfrastructure", &Environment::allow_dynamic_infrastructure, without_effect,
              "Whether scripts may create targets in it.");
        field("EnvironmentTags", &Environment::tags, plain, "Canonical names of tags, such as Region/EU.");
        field("ExtensionSettings", &Environment::extension_settings, plain,
              "Settings of extensions; stored unchanged.");
    }
};

} // namespace stepwell::domain
