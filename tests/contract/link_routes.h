// Finds the routes of links in the table of routes, like a client that follows them.
#pragma once
#include "api/application.h"
#include "api/missing_features.h"
#include "base/text.h"
#include "domain/nouns.h"

#include <gtest/gtest.h>

namespace stepwell::contract {

using Segments = std::vector<std::string>;

// The value for an id; no route contains this word.
inline constexpr std::string_view some_id = "Some-1";

// Expands a template like a client: without a query, and with {/id} omitted or expanded like {id} and $Id.
inline std::string expand(std::string target, bool with_optional) {
    target = domain::fill_link(target,
                               [](std::string_view name) { return name == "SpaceId" || name == "S" ? "$S" : some_id; });
    std::string path;
    std::string_view rest = target;
    for (std::size_t open; (open = rest.find('{')) != std::string_view::npos;) {
        auto close = rest.find('}', open);
        auto inside = rest.substr(open + 1, close - open - 1);
        path += rest.substr(0, open);
        if (inside.front() == '/' && with_optional) path += '/';
        if (inside.front() != '?' && (inside.front() != '/' || with_optional)) path += some_id;
        rest.remove_prefix(close + 1);
    }
    path += rest;
    return path.substr(0, path.find_first_of("#?"));
}

// Splits a path like the application: below /api and the space, or below "~".
inline Segments segments_of(std::string const& path) {
    Segments segments;
    for (auto segment : base::split(path, '/'))
        if (!segment.empty()) segments.emplace_back(segment);
    if (segments.empty() || segments.front() != "api") {
        segments.insert(segments.begin(), "~");
        return segments;
    }
    segments.erase(segments.begin());
    if (segments.empty() || segments.front() != "$S") return segments;
    segments.erase(segments.begin());
    if (segments.empty()) segments.emplace_back("~space");
    return segments;
}

inline api::Routes const& routes() {
    static auto const all = [] {
        auto made = std::make_unique<api::Routes>();
        api::add_all_routes(*made);
        return made;
    }();
    return *all;
}

// Returns the route of a link; null if there is none. A route that would treat a word of the link as an id does not
// match, except for "me".
inline api::Route const* route_of(std::string_view method, Segments const& link) {
    auto route = routes().find(method, link).route;
    if (!route) return nullptr;
    std::size_t at = 0;
    for (auto segment : base::split(route->path, '/')) {
        if (segment.empty()) continue;
        if (segment.front() == '{' && link[at].find(some_id) == std::string::npos && link[at] != "me") return nullptr;
        ++at;
    }
    return route;
}

// Links to which clients send a request other than GET.
struct Sending {
    std::string_view name, method;
};
inline constexpr Sending sending[] = {
    {"AccessToken", "POST"},
    {"Archive", "POST"},
    {"AzureDevOpsConnectivityCheck", "POST"},
    {"BuildInformationBulk", "DELETE"},
    {"CloudTemplate", "POST"},
    {"ConvertToGit", "POST"},
    {"ConvertToVcs", "POST"},
    {"CreateRunbookRun", "POST"},
    {"EnvironmentSortOrder", "PUT"},
    {"ExportProjects", "POST"},
    {"ImportProjects", "POST"},
    {"Invitations", "POST"},
    {"JiraConnectAppCredentialsTest", "POST"},
    {"JiraCredentialsTest", "POST"},
    {"LoginInitiated", "POST"},
    {"MigrationsImport", "POST"},
    {"MigrationsPartialExport", "POST"},
    {"OrderChannels", "POST"},
    {"PackageDeltaUpload", "POST"},
    {"PackagesBulk", "DELETE"},
    {"PackageUpload", "POST"},
    {"ProjectImportPreview", "POST"},
    {"Register", "POST"},
    {"Replace", "POST"},
    {"RevokeSessions", "POST"},
    {"RunbookRunTenantPreview", "POST"},
    {"SignIn", "POST"},
    {"SignOut", "POST"},
    {"SnapshotVariables", "POST"},
    {"TagSetSortOrder", "PUT"},
    {"TeamMembershipPreviewTeam", "POST"},
    {"Unarchive", "POST"},
    {"VersionControlClearCache", "POST"},
    {"WorkerPoolSortOrder", "PUT"},
    {"WorkerPoolsSortOrder", "PUT"},
};

inline std::string_view method_of(std::string_view link) {
    for (auto const& [name, method] : sending)
        if (name == link) return method;
    return "GET";
}

// Expects a route, or a message that the feature is not supported yet.
inline void expect_route(std::string const& of, std::string_view name, std::string_view target) {
    for (bool with_optional : {false, true}) {
        auto const segments = segments_of(expand(std::string(target), with_optional));
        EXPECT_TRUE(route_of(method_of(name), segments) || !api::missing_feature(segments).empty())
            << of << " " << name << ": " << method_of(name) << " " << target;
    }
}

} // namespace stepwell::contract
