#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

struct LibraryVariableSet;
struct Project;
struct Runbook;

struct SelectedPackage {
    std::string action, reference, step, version;

    static constexpr std::string_view type_name = "SelectedPackage";
    static void describe(auto& field) {
        field("ActionName", &SelectedPackage::action, plain, "Action name.");
        field("PackageReferenceName", &SelectedPackage::reference, plain,
              "Name of the package; empty for the primary package.");
        field("StepName", &SelectedPackage::step, plain, "Step name, for older clients.");
        field("Version", &SelectedPackage::version, plain, "Selected version.");
    }
};

// A named pointer to frozen content: process, variables and library sets. Content is found by its digest and never
// changes.
struct RunbookSnapshot : SpaceDocument {
    std::string name;
    std::optional<std::string> notes;
    Id<Project> project;
    Id<Runbook> runbook;
    Time assembled;
    std::string frozen_process, frozen_variable_set, variable_snapshot, content;
    std::vector<Id<LibraryVariableSet>> library_sets;
    std::vector<std::string> library_snapshots; // one for each of `library_sets`, in the same order
    std::vector<SelectedPackage> packages;
    std::vector<Verbatim> git_resources;
    std::optional<Verbatim> git_reference;

    static constexpr std::string_view type_name = "RunbookSnapshot", route = "runbookSnapshots",
                                      prefix = "RunbookSnapshots";
    static constexpr Order order = Order::newest_first;
    static constexpr std::string_view query = "skip,take,ids,publish,searchByName";
    static constexpr Access access{Permission::runbook_view, Permission::runbook_snapshot_create,
                                   Permission::runbook_edit, Permission::runbook_edit};
    static constexpr Link links[] = {
        {"Project", "/api/$SpaceId/projects/$ProjectId"},
        {"Runbook", "/api/$SpaceId/runbooks/$RunbookId"},
        {"RunbookRuns", "/api/$SpaceId/runbookSnapshots/$Id/runbookRuns{?skip,take}"},
        {"RunbookRunTemplate", "/api/$SpaceId/runbookSnapshots/$Id/runbookRuns/template"},
        {"RunbookRunPreview", "/api/$SpaceId/runbookSnapshots/$Id/runbookRuns/preview/{environment}{/tenant}"
                              "{?includeDisabledSteps}"},
        {"RunbookRunTenantPreview", "/api/$SpaceId/runbookSnapshots/$Id/runbookRuns/previews"},
        {"Artifacts", "/api/$SpaceId/artifacts?regarding=$Id"},
        {"SnapshotVariables", "/api/$SpaceId/runbookSnapshots/$Id/snapshot-variables"},
        {"FrozenRunbookProcess", "/api/$SpaceId/runbookProcesses/$FrozenRunbookProcessId"},
        {"VariablesSnapshot", "/api/$SpaceId/variables/$ProjectVariableSetSnapshotId"},
        {"ProjectVariableSnapshot", "/api/$SpaceId/variables/$ProjectVariableSetSnapshotId"},
        {"Web", "/app#/$SpaceId/projects/$ProjectId/operations/runbooks/$RunbookId/snapshots/$Id"},
    };

    static void describe(auto& field) {
        field("Name", &RunbookSnapshot::name, kept | unique | at_most(200) | like("Snapshot 7GF2HQX"),
              "Name; generated if empty.");
        field("Notes", &RunbookSnapshot::notes, plain, "Notes, in Markdown.");
        field("ProjectId", &RunbookSnapshot::project, kept | owner, "Project id.");
        field("RunbookId", &RunbookSnapshot::runbook, required | kept | owner, "Runbook id.");
        field("Assembled", &RunbookSnapshot::assembled, computed, "Time of creation.");
        field("FrozenRunbookProcessId", &RunbookSnapshot::frozen_process, computed | indexed,
              "Id of the frozen process.");
        field("FrozenProjectVariableSetId", &RunbookSnapshot::frozen_variable_set, computed,
              "Id of the live variable set.");
        field("ProjectVariableSetSnapshotId", &RunbookSnapshot::variable_snapshot, computed | indexed,
              "Id of the frozen variable set.");
        field("LibraryVariableSetSnapshotIds", &RunbookSnapshot::library_snapshots, computed,
              "Ids of the frozen library variable sets.");
        field("LibraryVariableSetIds", &RunbookSnapshot::library_sets, computed,
              "Ids of the live library variable sets.");
        field("SelectedPackages", &RunbookSnapshot::packages, plain, "Selected versions of packages.");
        field("SelectedGitResources", &RunbookSnapshot::git_resources, plain, "Selected commits of git repositories.");
        field("GitReference", &RunbookSnapshot::git_reference, plain, "Branch and commit of the snapshot.");
        field("ContentDigest", &RunbookSnapshot::content, computed, "SHA-256 of the frozen content.");
    }
};

} // namespace stepwell::domain
