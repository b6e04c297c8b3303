// The usages of an account: steps that name it and variables that refer to it, in current documents and in snapshots.
#pragma once
#include "operations/library_sets.h"

namespace stepwell::operations {

struct StepUse {
    std::string id, name;

    static constexpr std::string_view type_name = "StepUsageEntry";
    static void describe(auto& field) {
        field("StepId", &StepUse::id, schema::plain, "Step id.");
        field("StepName", &StepUse::name, schema::plain, "Step name.");
    }
};

struct ProjectUse {
    std::string id, name, slug;

    static void describe_common(auto& field) {
        field("ProjectId", &ProjectUse::id, schema::plain, "Project id.");
        field("ProjectName", &ProjectUse::name, schema::plain, "Project name.");
        field("ProjectSlug", &ProjectUse::slug, schema::plain, "Name of the project in URLs.");
    }
};

struct ProcessUse : ProjectUse {
    std::vector<StepUse> steps;

    static constexpr std::string_view type_name = "StepUsage";
    static void describe(auto& field) {
        field("Steps", &ProcessUse::steps, schema::plain, "Steps that use the account.");
    }
};

struct RunbookUse : ProcessUse {
    std::string process_id, runbook_id, runbook_name;

    static constexpr std::string_view type_name = "RunbookStepUsage";
    static void describe(auto& field) {
        ProcessUse::describe(field);
        field("ProcessId", &RunbookUse::process_id, schema::plain, "Process id.");
        field("RunbookId", &RunbookUse::runbook_id, schema::plain, "Runbook id.");
        field("RunbookName", &RunbookUse::runbook_name, schema::plain, "Runbook name.");
    }
};

struct ProjectVariablesUse : ProjectUse {
    bool is_used_now = false;
    std::vector<schema::Verbatim> releases; // always empty
    std::vector<SnapshotUsage> snapshots;

    static constexpr std::string_view type_name = "ProjectVariableSetUsage";
    static void describe(auto& field) {
        using Use = ProjectVariablesUse;
        field("IsCurrentlyBeingUsedInProject", &Use::is_used_now, schema::plain,
              "Whether the live variables use the account; false if only snapshots do.");
        field("Releases", &Use::releases, schema::plain, "Releases with frozen variables that use the account.");
        field("RunbookSnapshots", &Use::snapshots, schema::plain,
              "Snapshots with frozen variables that use the account.");
    }
};

struct LibraryVariablesUse {
    std::string id, name;

    static constexpr std::string_view type_name = "LibraryVariableSetUsageEntry";
    static void describe(auto& field) {
        field("LibraryVariableSetId", &LibraryVariablesUse::id, schema::plain, "Library variable set id.");
        field("LibraryVariableSetName", &LibraryVariablesUse::name, schema::plain, "Library variable set name.");
    }
};

struct SnapshotsUse {
    std::string project_id, project_name, runbook_id, runbook_name;
    std::vector<SnapshotUsage> snapshots;

    static constexpr std::string_view type_name = "RunbookSnapshotUsage";
    static void describe(auto& field) {
        field("ProjectId", &SnapshotsUse::project_id, schema::plain, "Project id.");
        field("ProjectName", &SnapshotsUse::project_name, schema::plain, "Project name.");
        field("RunbookId", &SnapshotsUse::runbook_id, schema::plain, "Runbook id.");
        field("RunbookName", &SnapshotsUse::runbook_name, schema::plain, "Runbook name.");
        field("Snapshots", &SnapshotsUse::snapshots, schema::plain, "Snapshots of the runbook that use the account.");
    }
};

struct AccountUsage {
    std::string id;
    std::vector<schema::Verbatim> targets, releases; // always empty
    std::vector<ProcessUse> deployment_processes;
    std::vector<RunbookUse> runbook_processes;
    std::vector<ProjectVariablesUse> project_sets;
    std::vector<LibraryVariablesUse> library_sets;
    std::vector<SnapshotsUse> snapshots;

    static constexpr std::string_view type_name = "AccountUsage";
    static void describe(auto& field) {
        field("Id", &AccountUsage::id, schema::plain, "Account id.");
        field("Targets", &AccountUsage::targets, schema::plain, "Targets that use the account to sign in.");
        field("DeploymentProcesses", &AccountUsage::deployment_processes, schema::plain,
              "Steps of deployment processes that use the account.");
        field("RunbookProcesses", &AccountUsage::runbook_processes, schema::plain,
              "Steps of runbooks that use the account.");
        field("ProjectVariableSets", &AccountUsage::project_sets, schema::plain,
              "Projects with variables that refer to the account.");
        field("LibraryVariableSets", &AccountUsage::library_sets, schema::plain,
              "Library variable sets with variables that refer to the account.");
        field("Releases", &AccountUsage::releases, schema::plain,
              "Releases with frozen variables that use the account.");
        field("RunbookSnapshots", &AccountUsage::snapshots, schema::plain,
              "Snapshots with frozen variables that use the account.");
    }
};
// Reads the whole space. The session must show one consistent state.
AccountUsage usage_of_account(store::Session& session, std::string const& space_id, std::string const& id);

} // namespace stepwell::operations
