// The template for a new snapshot or release: the packages and repositories whose versions are to be chosen.
#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

using schema::plain;

struct TemplatePackage {
    std::string step, action, reference, package, feed, feed_name;
    std::optional<std::string> project;
    bool is_resolvable = false;
    std::optional<std::string> selected_before, fixed;

    static constexpr std::string_view type_name = "TemplatePackage";
    static void describe(auto& field) {
        field("StepName", &TemplatePackage::step, plain, "The step.");
        field("ActionName", &TemplatePackage::action, plain, "The action.");
        field("PackageReferenceName", &TemplatePackage::reference, plain, "Empty for its primary package.");
        field("PackageId", &TemplatePackage::package, plain, "Name of the package in its feed.");
        field("FeedId", &TemplatePackage::feed, plain, "The feed, or an expression.");
        field("FeedName", &TemplatePackage::feed_name, plain, "What the feed is called.");
        field("ProjectName", &TemplatePackage::project, plain, "Always null.");
        field("NuGetPackageId", &TemplatePackage::package, plain, "PackageId, as older clients say it.");
        field("NuGetFeedId", &TemplatePackage::feed, plain, "FeedId, as older clients say it.");
        field("NuGetFeedName", &TemplatePackage::feed_name, plain, "FeedName, as older clients say it.");
        field("IsResolvable", &TemplatePackage::is_resolvable, plain, "The feed is known and no expression.");
        field("VersionSelectedLastRelease", &TemplatePackage::selected_before, plain, "Chosen in the last snapshot.");
        field("FixedVersion", &TemplatePackage::fixed, plain, "The process names the version.");
    }
};

struct TemplateGitResource {
    std::string action, name, uri, branch;
    bool is_resolvable = false;
    std::vector<std::string> paths;
    std::optional<std::string> credential;
    std::optional<schema::Verbatim> selected_before;

    static constexpr std::string_view type_name = "TemplateGitResource";
    static void describe(auto& field) {
        field("ActionName", &TemplateGitResource::action, plain, "The action.");
        field("Name", &TemplateGitResource::name, plain, "Empty for its primary repository.");
        field("RepositoryUri", &TemplateGitResource::uri, plain, "Address of the repository, or an expression.");
        field("DefaultBranch", &TemplateGitResource::branch, plain, "Taken when none is chosen.");
        field("IsResolvable", &TemplateGitResource::is_resolvable, plain, "The address is no expression.");
        field("FilePathFilters", &TemplateGitResource::paths, plain, "Files that are needed.");
        field("GitCredentialId", &TemplateGitResource::credential, plain, "Who signs in there.");
        field("GitResourceSelectedLastRelease", &TemplateGitResource::selected_before, plain,
              "Branch and commit chosen in the last snapshot.");
    }
};

// The packages and repositories of enabled actions, in the order of the steps.
struct Selectable {
    std::vector<TemplatePackage> packages;
    std::vector<TemplateGitResource> git_resources;
};
// `before` is the snapshot whose choices are offered again.
Selectable selectable(store::Session& session, domain::Process const& process,
                      std::optional<domain::RunbookSnapshot> const& before);

struct SnapshotTemplate {
    std::string id, runbook, process, next_name;
    std::vector<TemplatePackage> packages;
    std::vector<TemplateGitResource> git_resources;

    static constexpr std::string_view type_name = "RunbookSnapshotTemplate";
    static void describe(auto& field) {
        field("Id", &SnapshotTemplate::id, plain, "That of the process.");
        field("RunbookId", &SnapshotTemplate::runbook, plain, "The runbook.");
        field("RunbookProcessId", &SnapshotTemplate::process, plain, "Its process.");
        field("NextNameIncrement", &SnapshotTemplate::next_name, plain, "A name nobody has taken.");
        field("Packages", &SnapshotTemplate::packages, plain, "Packages whose version is to be chosen.");
        field("GitResources", &SnapshotTemplate::git_resources, plain, "Repositories whose commit is to be chosen.");
    }
};
// If `snapshot_id` is empty, offers the choices of the newest snapshot.
SnapshotTemplate snapshot_template(store::Session& session, domain::RunbookProcess const& process,
                                   std::string const& snapshot_id);

} // namespace stepwell::operations
