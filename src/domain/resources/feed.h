#pragma once
#include "domain/noun.h"

namespace stepwell::domain {

// A source of packages. Every space has the built-in feed of the server.
struct Feed : SpaceDocument {
    std::string name, slug, feed_type = "BuiltIn";
    std::optional<std::string> uri, username, delete_after_days;
    Secret password;
    bool is_built_in_repo_sync_enabled = false;
    std::int64_t download_attempts = 5, download_backoff_seconds = 10;
    std::vector<std::string> acquisition_locations{"Server", "ExecutionTarget"};

    static constexpr std::string_view type_name = "Feed", route = "feeds", prefix = "feeds",
                                      example_id = "feeds-builtin";
    static constexpr Verbs verbs{false, false, false};
    static constexpr std::string_view query = "skip,take,ids,partialName,feedType,name";
    static constexpr Access access{Permission::feed_view, Permission::feed_edit, Permission::feed_edit,
                                   Permission::feed_edit};

    static void describe(auto& field) {
        field("Name", &Feed::name, required | unique | at_most(200) | like("Octopus Server (built-in)"),
              "What it is called.");
        field("Slug", &Feed::slug, some_slug | unique | kept, "The name in addresses.");
        field("FeedType", &Feed::feed_type, indexed, "BuiltIn; other kinds come with packages.");
        field("FeedUri", &Feed::uri, plain, "Its address.");
        field("Username", &Feed::username, plain, "Who signs in there.");
        field("Password", &Feed::password, plain, "With what.");
        field("DeleteUnreleasedPackagesAfterDays", &Feed::delete_after_days, plain, "None: never.");
        field("IsBuiltInRepoSyncEnabled", &Feed::is_built_in_repo_sync_enabled, plain, "Look for new files at start.");
        field("DownloadAttempts", &Feed::download_attempts, plain, "Tries to fetch a package.");
        field("DownloadRetryBackoffSeconds", &Feed::download_backoff_seconds, plain, "Pause between tries.");
        field("PackageAcquisitionLocationOptions", &Feed::acquisition_locations, plain, "Who may fetch.");
    }
};

} // namespace stepwell::domain
