// The usages of an account: steps that name it and variables that refer to it, in current documents and in snapshots.
#pragma once
#include "operations/library_sets.h"

namespace stepwell::operations {

struct StepUse {
    std::string id, name;

    static constexpr std::string_view type_name = "StepUsageEntry";
    static void describe(auto& field) {
        field("StepId", &StepUse::id, schema::plain, "The step.");
        field("StepName", &StepUse::name, schema::plain, "What it is called.");
    }
};

struct ProjectUse {
    std::string id, name, slug;

    static void describe_common(auto& field) {
        field("ProjectId", &ProjectUse::id, schema::plain, "The project.");
        field("ProjectName", &ProjectUse::name, schema::plain, "What it is called.");
        field("ProjectSlug", &ProjectUse::slug, schema::plain, "Its name in addresses.");
    }
};

struct ProcessUse : ProjectUse {
    std::vector<StepUse> steps;

    static constexpr std::string_view type_name = "StepUsage";
    static void describe(auto& field) { field("Steps", &ProcessUse::steps, schema::plain, "Its steps that do."); }
};

struct RunbookUse : ProcessUse {
    std::string process_id, runbook_id, runbook_name;

    static constexpr std::string_view type_name = "RunbookStepUsage";
    static void describe(auto& field) {
        ProcessUse::describe(field);
        field("ProcessId", &RunbookUse::process_id, schema::plain, "The process.");
        field("RunbookId", &RunbookUse::runbook_id, schema::plain, "The runbook.");
        field("RunbookName", &RunbookUse::runbook_name, schema::plain, "What it is called.");
    }
};

struct ProjectVariablesUse : ProjectUse {
    bool is_used_now = false;
    std::vector<schema::Verbatim> releases; // always empty
    std::vector<SnapshotUsage> snapshots;

    static constexpr std::string_view type_name = "ProjectVariableSetUsage";
    static void describe(auto& field) {
        using Use = ProjectVariablesUse;
        field("IsCurrentlyBeingUsedInProject", &Use::is_used_now, schema::plain, "Not in snapshots alone.");
        field("Releases", &Use::releases, schema::plain, "Releases that froze the variables.");
        field("RunbookSnapshots", &Use::snapshots, schema::plain, "Snapshots that froze the variables.");
    }
};

struct LibraryVariablesUse {
    std::string id, name;

    static constexpr std::string_view type_name = "LibraryVariableSetUsageEntry";
    static void describe(auto& field) {
        field("LibraryVariableSetId", &LibraryVariablesUse::id, schema::plain, "The set.");
        field("LibraryVariableSetName", &LibraryVariablesUse::name, schema::plain, "What it is called.");
    }
};

struct SnapshotsUse {
    std::string project_id, project_name, runbook_id, runbook_name;
    std::vector<SnapshotUsage> snapshots;

    static constexpr std::string_view type_name = "RunbookSnapshotUsage";
    static void describe(auto& field) {
        field("ProjectId", &SnapshotsUse::project_id, schema::plain, "The project.");
        field("ProjectName", &SnapshotsUse::project_name, schema::plain, "What it is called.");
        field("RunbookId", &SnapshotsUse::runbook_id, schema::plain, "The runbook.");
        field("RunbookName", &SnapshotsUse::runbook_name, schema::plain, "What it is called.");
        field("Snapshots", &SnapshotsUse::snapshots, schema::plain, "Its snapshots that do.");
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
        field("Id", &AccountUsage::id, schema::plain, "The account.");
        field("Targets", &AccountUsage::targets, schema::plain, "Targets that sign in with it.");
        field("DeploymentProcesses", &AccountUsage::deployment_processes, schema::plain, "Steps that name it.");
        field("RunbookProcesses", &AccountUsage::runbook_processes, schema::plain, "Steps that name it.");
        field("ProjectVariableSets", &AccountUsage::project_sets, schema::plain, "Variables that refer to it.");
        field("LibraryVariableSets", &AccountUsage::library_sets, schema::plain, "Variables that refer to it.");
        field("Releases", &AccountUsage::releases, schema::plain, "Releases that froze its use.");
        field("RunbookSnapshots", &AccountUsage::snapshots, schema::plain, "Snapshots that froze its use.");
    }
};
// Reads the whole space. The session must show one consistent state.
AccountUsage usage_of_account(store::Session& session, std::string const& space_id, std::string const& id);

} // namespace stepwell::operations
