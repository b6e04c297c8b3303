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
        field("StepName", &TemplatePackage::step, plain, "Step name.");
        field("ActionName", &TemplatePackage::action, plain, "Action name.");
        field("PackageReferenceName", &TemplatePackage::reference, plain,
              "Name of the package; empty for the primary package.");
        field("PackageId", &TemplatePackage::package, plain, "Name of the package in its feed.");
        field("FeedId", &TemplatePackage::feed, plain, "Feed id, or an expression.");
        field("FeedName", &TemplatePackage::feed_name, plain, "Feed name.");
        field("ProjectName", &TemplatePackage::project, plain, "Always null.");
        field("NuGetPackageId", &TemplatePackage::package, plain, "Same as PackageId, for older clients.");
        field("NuGetFeedId", &TemplatePackage::feed, plain, "Same as FeedId, for older clients.");
        field("NuGetFeedName", &TemplatePackage::feed_name, plain, "Same as FeedName, for older clients.");
        field("IsResolvable", &TemplatePackage::is_resolvable, plain,
              "Whether the feed exists and contains no expression.");
        field("VersionSelectedLastRelease", &TemplatePackage::selected_before, plain,
              "Version selected in the last snapshot.");
        field("FixedVersion", &TemplatePackage::fixed, plain, "Version that the process prescribes.");
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
        field("ActionName", &TemplateGitResource::action, plain, "Action name.");
        field("Name", &TemplateGitResource::name, plain, "Name of the repository; empty for the primary repository.");
        field("RepositoryUri", &TemplateGitResource::uri, plain, "URL of the repository, or an expression.");
        field("DefaultBranch", &TemplateGitResource::branch, plain, "Branch if none is selected.");
        field("IsResolvable", &TemplateGitResource::is_resolvable, plain, "Whether the URL contains no expression.");
        field("FilePathFilters", &TemplateGitResource::paths, plain, "Paths of the required files.");
        field("GitCredentialId", &TemplateGitResource::credential, plain, "Git credential to sign in with.");
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
        field("Id", &SnapshotTemplate::id, plain, "Process id.");
        field("RunbookId", &SnapshotTemplate::runbook, plain, "Runbook id.");
        field("RunbookProcessId", &SnapshotTemplate::process, plain, "Process id.");
        field("NextNameIncrement", &SnapshotTemplate::next_name, plain, "Unused name for the next snapshot.");
        field("Packages", &SnapshotTemplate::packages, plain, "Packages that need a version.");
        field("GitResources", &SnapshotTemplate::git_resources, plain, "Git repositories that need a commit.");
    }
};
// If `snapshot_id` is empty, offers the choices of the newest snapshot.
SnapshotTemplate snapshot_template(store::Session& session, domain::RunbookProcess const& process,
                                   std::string const& snapshot_id);

} // namespace stepwell::operations
