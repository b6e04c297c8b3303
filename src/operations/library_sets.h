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
        field("SnapshotId", &SnapshotUsage::id, schema::plain, "Snapshot id.");
        field("SnapshotName", &SnapshotUsage::name, schema::plain, "Snapshot name.");
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
        field("ProjectId", &Usage::id, schema::plain, "Project id.");
        field("ProjectName", &Usage::name, schema::plain, "Project name.");
        field("ProjectSlug", &Usage::slug, schema::plain, "Name of the project in URLs.");
        field("IsCurrentlyBeingUsedInProject", &Usage::includes_it, schema::plain,
              "Whether the project includes the set now.");
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
        field("Id", &Usage::id, schema::plain, "Library variable set id.");
        field("Projects", &Usage::projects, schema::plain,
              "Projects that include the set or whose snapshots froze it.");
        field("CountOfProjectsUserCannotSee", &Usage::unseen_projects, schema::plain,
              "Number of further projects that the user cannot see.");
        field("CountOfReleasesUserCannotSee", &Usage::unseen_releases, schema::plain,
              "Number of further releases that the user cannot see.");
        field("CountOfRunbookSnapshotsUserCannotSee", &Usage::unseen_snapshots, schema::plain,
              "Number of further snapshots that the user cannot see.");
    }
};
LibrarySetUsage usage_of_library_set(store::Session& session, std::string const& id);

} // namespace stepwell::operations
