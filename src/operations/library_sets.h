// Creates library variable sets and lists their usages.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// Creates a set and its variables in one transaction.
Stored create_library_set(Store& store, Caller const& caller, std::string const& space_id, base::Json const& body);
// The settle function of library variable sets (rules.h). A new set is created with its variables.
void settle_library_set(ChangeContext const& context, Document& next, Document const* before, Change& rest);

struct SnapshotUsage {
    std::string id, name;

    static constexpr std::string_view type_name = "RunbookSnapshotUsageEntry";
    static void describe(auto& field) {
        field("SnapshotId", &SnapshotUsage::id, schema::plain, "The snapshot.");
        field("SnapshotName", &SnapshotUsage::name, schema::plain, "What it is called.");
    }
};

struct LibrarySetProjectUsage {
    std::string id, name, slug;
    bool includes_it = false;
    std::vector<schema::Verbatim> releases; // always empty
    std::vector<SnapshotUsage> snapshots;

    static constexpr std::string_view type_name = "LibraryVariableSetProjectUsage";
    static void describe(auto& field) {
        using Usage = LibrarySetProjectUsage;
        field("ProjectId", &Usage::id, schema::plain, "The project.");
        field("ProjectName", &Usage::name, schema::plain, "What it is called.");
        field("ProjectSlug", &Usage::slug, schema::plain, "Its name in addresses.");
        field("IsCurrentlyBeingUsedInProject", &Usage::includes_it, schema::plain, "Whether it includes the set now.");
        field("Releases", &Usage::releases, schema::plain, "Releases that froze the set.");
        field("RunbookSnapshots", &Usage::snapshots, schema::plain, "Snapshots that froze the set.");
    }
};

struct LibrarySetUsage {
    std::string id;
    std::vector<LibrarySetProjectUsage> projects;
    std::int64_t unseen_projects = 0, unseen_releases = 0, unseen_snapshots = 0;

    static constexpr std::string_view type_name = "LibraryVariableSetUsage";
    static void describe(auto& field) {
        using Usage = LibrarySetUsage;
        field("Id", &Usage::id, schema::plain, "The set.");
        field("Projects", &Usage::projects, schema::plain, "Who uses it, or did when a snapshot was taken.");
        field("CountOfProjectsUserCannotSee", &Usage::unseen_projects, schema::plain, "Further projects.");
        field("CountOfReleasesUserCannotSee", &Usage::unseen_releases, schema::plain, "Further releases.");
        field("CountOfRunbookSnapshotsUserCannotSee", &Usage::unseen_snapshots, schema::plain, "Further snapshots.");
    }
};
LibrarySetUsage usage_of_library_set(store::Session& session, std::string const& id);

} // namespace stepwell::operations
