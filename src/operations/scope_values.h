// The values that scopes of variables can have, for editors. The variables of a library variable set cannot be scoped
// to processes or channels.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

struct ScopeValue {
    std::string id, name;

    static constexpr std::string_view type_name = "ScopeValue";
    static void describe(auto& field) {
        field("Id", &ScopeValue::id, schema::plain, "Value in scopes.");
        field("Name", &ScopeValue::name, schema::plain, "Name to show.");
    }
};

struct ScopeProcess {
    std::string id, name, type;

    static constexpr std::string_view type_name = "ScopeProcess";
    static void describe(auto& field) {
        field("Id", &ScopeProcess::id, schema::plain,
              "Project id for the deployment process; otherwise the runbook id.");
        field("Name", &ScopeProcess::name, schema::plain, "Name to show.");
        field("ProcessType", &ScopeProcess::type, schema::plain, "Deployment or Runbook.");
    }
};

struct ScopeValues {
    std::vector<ScopeValue> environments, machines, actions, roles, channels, tenant_tags;
    std::vector<ScopeProcess> processes;

    static constexpr std::string_view type_name = "ScopeValues";
    static void describe(auto& field) {
        field("Environments", &ScopeValues::environments, schema::plain, "Environments, in sort order.");
        field("Machines", &ScopeValues::machines, schema::plain, "Targets.");
        field("Actions", &ScopeValues::actions, schema::plain, "Actions of all processes of the project.");
        field("Roles", &ScopeValues::roles, schema::plain, "Tags of targets.");
        field("Channels", &ScopeValues::channels, schema::plain, "Channels of the project.");
        field("TenantTags", &ScopeValues::tenant_tags, schema::plain, "Canonical names of tags.");
        field("Processes", &ScopeValues::processes, schema::plain, "Deployment process, followed by runbooks.");
    }
};

// `owner_id` is a project or a library variable set. Equal states give the same order.
ScopeValues scope_values(store::Session& session, std::string const& owner_id);
// Returns the steps and actions of all processes of a project; none for a library variable set.
std::vector<ScopeValue> step_values(store::Session& session, std::string const& owner_id);

} // namespace stepwell::operations
