#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// A source of packages. Every space has the built-in feed of the server.
struct Feed : SpaceDocument {
    std::string name, slug, feed_type = "BuiltIn";
    std::optional<std::string> uri, username, delete_after_days;
    Secret password;
    bool is_built_in_repo_sync_enabled = false, deletes_packages_of_releases = false;
    std::int64_t download_attempts = 5, download_backoff_seconds = 10;
    std::vector<std::string> acquisition_locations{"Server", "ExecutionTarget"};

    static constexpr std::string_view type_name = "Feed", route = "feeds", prefix = "feeds",
                                      example_id = "feeds-builtin";
    static constexpr Verbs verbs{false, false, false};
    static constexpr std::string_view query = "skip,take,ids,partialName,feedType,name";
    static constexpr Access access{Permission::feed_view, Permission::feed_edit, Permission::feed_edit,
                                   Permission::feed_edit};

    static void describe(auto& field) {
        field("Name", &Feed::name, required | unique | at_most(200) | like("Octopus Server (built-in)"), "Name.");
        field("Slug", &Feed::slug, some_slug | unique | kept, "Name in URLs.");
        field("FeedType", &Feed::feed_type, indexed, "Type of feed; only BuiltIn is supported.");
        field("FeedUri", &Feed::uri, plain, "URL of the feed.");
        field("Username", &Feed::username, plain, "Username to sign in with.");
        field("Password", &Feed::password, plain, "Password to sign in with.");
        field("DeleteUnreleasedPackagesAfterDays", &Feed::delete_after_days, plain,
              "Days after which unreleased packages are deleted; null: never.");
        field("DeletePackagesAssociatedWithReleases", &Feed::deletes_packages_of_releases, plain,
              "Whether packages are deleted together with their releases.");
        field("IsBuiltInRepoSyncEnabled", &Feed::is_built_in_repo_sync_enabled, plain,
              "Whether the package folder is indexed at startup.");
        field("DownloadAttempts", &Feed::download_attempts, plain, "Maximum number of download attempts.");
        field("DownloadRetryBackoffSeconds", &Feed::download_backoff_seconds, plain,
              "Delay between download attempts, in seconds.");
        field("PackageAcquisitionLocationOptions", &Feed::acquisition_locations, plain,
              "Locations that may download packages.");
    }
};

} // namespace stepwell::domain
