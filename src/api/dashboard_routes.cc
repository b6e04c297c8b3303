// Dashboards and the progress of releases. There are no deployments, but clients for runbooks read these answers.
#include "api/access.h"
#include "api/crud.h"
#include "api/route_files.h"
#include "domain/lifecycle.h"
#include "domain/nouns.h"

#include <set>

namespace stepwell::api {

using base::JsonWriter;
using P = Permission;
using store::Session;

namespace {

template <class Noun> std::vector<Noun> all_of(Call const& call, Session& session) {
    store::ListQuery query;
    query.space_id = call.space_id;
    query.take = store::everything;
    narrow(call, domain::noun_of<Noun>(), query);
    std::vector<Noun> all;
    for (auto const& stored : store::list_documents(session, domain::noun_of<Noun>(), query).items)
        all.push_back(store::parse<Noun>(stored));
    return all;
}

using Ids = std::vector<std::string>;

bool has_id(Ids const& ids, std::string const& id) {
    return std::ranges::any_of(ids, [&](std::string const& each) { return base::equal_ignoring_case(each, id); });
}

// The documents of a dashboard: all of a space, read in one consistent state.
struct Board {
    std::vector<domain::Environment> environments;
    std::vector<domain::Project> projects;
    std::vector<domain::ProjectGroup> groups;
    std::map<std::string, Ids> reached; // environments by lifecycle

    Board(Call const& call, Session& session)
        : environments(all_of<domain::Environment>(call, session)), projects(all_of<domain::Project>(call, session)),
          groups(all_of<domain::ProjectGroup>(call, session)) {
        for (auto const& lifecycle : all_of<domain::Lifecycle>(call, session)) reached[lifecycle.id] = reach(lifecycle);
    }

    // Sorted like the environments.
    Ids reach(domain::Lifecycle const& lifecycle) const {
        auto named = domain::environments_of(lifecycle);
        Ids ordered;
        for (auto const& environment : environments)
            if (!named || named->contains(environment.id)) ordered.push_back(environment.id);
        return ordered;
    }
    Ids const& reach_of(std::string const& lifecycle) const {
        static Ids const none;
        auto found = reached.find(lifecycle);
        return found == reached.end() ? none : found->second;
    }
    // Keeps only the listed documents. An empty list keeps all.
    void narrow(Ids const& project_ids, Ids const& environment_ids) {
        if (!project_ids.empty())
            std::erase_if(projects, [&](auto const& each) { return !has_id(project_ids, each.id); });
        if (environment_ids.empty()) return;
        auto gone = [&](std::string const& id) { return !has_id(environment_ids, id); };
        std::erase_if(environments, [&](auto const& each) { return gone(each.id); });
        for (auto& [id, ids] : reached) std::erase_if(ids, gone);
    }
};

void write_ids(JsonWriter& to, std::string_view name, Ids const& ids) {
    to.key(name).begin_array();
    for (auto const& id : ids) to.text(id);
    to.end_array();
}

void write_self(JsonWriter& to, Call const& call, std::string_view route, std::string const& id) {
    to.key("Links").begin_object().member("Self", fmt::format("/api/{}/{}/{}", call.space_id, route, id)).end_object();
}

void write_project(JsonWriter& to, Call const& call, Board const& board, domain::Project const& project) {
    to.begin_object().member("Id", project.id).member("Name", project.name).member("Slug", project.slug);
    to.member("ProjectGroupId", project.group.value);
    write_ids(to, "EnvironmentIds", board.reach_of(project.lifecycle.value));
    to.member("TenantedDeploymentMode", schema::name_of(project.tenanted_mode));
    to.member("CanPerformUntenantedDeployment", project.tenanted_mode != domain::TenantedMode::tenanted);
    to.member("IsDisabled", project.is_disabled);
    write_self(to, call, "projects", project.id);
    to.end_object();
}

void write_group(JsonWriter& to, Call const& call, Board const& board, domain::ProjectGroup const& group) {
    Ids reached;
    for (auto const& environment : board.environments)
        if (std::ranges::any_of(board.projects, [&](domain::Project const& project) {
                return project.group.value == group.id &&
                       has_id(board.reach_of(project.lifecycle.value), environment.id);
            }))
            reached.push_back(environment.id);
    to.begin_object().member("Id", group.id).member("Name", group.name);
    write_ids(to, "EnvironmentIds", reached);
    write_self(to, call, "projectgroups", group.id);
    to.end_object();
}

// Must have exactly these members: strict clients reject any other.
net::Response dashboard(Call& call) {
    auto projects = call.query.list("projects"), more = call.query.list("projectId");
    projects.insert(projects.end(), more.begin(), more.end());
    auto environments = call.query.list("environments");
    bool tenants = !call.query.list("tenants").empty() || !call.query.list("selectedTenants").empty();
    auto board = call.store().read_at_once([&](Session& session) { return Board(call, session); });
    board.narrow(projects, environments);
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Id", "dashboard").key("Projects").begin_array();
    for (auto const& project : board.projects) write_project(to, call, board, project);
    to.end_array().key("ProjectGroups").begin_array();
    for (auto const& group : board.groups) write_group(to, call, board, group);
    to.end_array().key("Environments").begin_array();
    for (auto const& environment : board.environments) {
        to.begin_object().member("Id", environment.id).member("Name", environment.name);
        write_self(to, call, "environments", environment.id);
        to.end_object();
    }
    to.end_array().key("Tenants").raw("[]").key("Items").raw("[]").key("ProjectLimit").null();
    to.member("IsFiltered", !projects.empty() || !environments.empty() || tenants);
    to.key("Links").begin_object().member("Self", "/api/" + call.space_id + "/dashboard").end_object().end_object();
    return answer_json(200, std::move(json));
}

void write_references(JsonWriter& to, Board const& board, Ids const* only) {
    to.begin_array();
    for (auto const& environment : board.environments)
        if (!only || has_id(*only, environment.id))
            to.begin_object().member("Id", environment.id).member("Name", environment.name).end_object();
    to.end_array();
}

net::Response progression(Call& call) {
    auto project = store::parse<domain::Project>(load_stored(call, domain::noun_of<domain::Project>(), call.id()));
    std::string json;
    JsonWriter to(json);
    call.store().read_at_once([&](Session& session) {
        Board board(call, session);
        to.begin_object().key("Environments");
        write_references(to, board, nullptr);
        std::set<std::string> lifecycles{project.lifecycle.value};
        to.key("ChannelEnvironments").begin_object();
        for (auto const& channel : all_of<domain::Channel>(call, session)) {
            if (channel.project.value != project.id) continue;
            auto lifecycle = channel.lifecycle.empty() ? project.lifecycle.value : channel.lifecycle.value;
            lifecycles.insert(lifecycle);
            to.key(channel.id);
            write_references(to, board, &board.reach_of(lifecycle));
        }
        to.end_object().key("LifecycleEnvironments").begin_object();
        for (auto const& lifecycle : lifecycles) {
            to.key(lifecycle);
            write_references(to, board, &board.reach_of(lifecycle));
        }
        to.end_object().key("Releases").raw("[]");
    });
    to.key("Links")
        .begin_object()
        .member("Self", "/api/" + call.space_id + "/progression/" + project.id)
        .end_object()
        .end_object();
    return answer_json(200, std::move(json));
}

} // namespace

void add_dashboard_routes(Routes& routes) {
    routes.add(Route("GET", "dashboard", P::deployment_view, On::anything, Cost::work,
                     "Show deployments of all projects", dashboard));
    routes.add(Route("GET", "dashboard/dynamic", P::deployment_view, On::anything, Cost::work,
                     "Show deployments of selected projects", dashboard));
    routes.add(Route("GET", "progression/{id}", P::deployment_view, On::part, Cost::work,
                     "Show the progress of releases of a project", progression)
                   .about(domain::noun_of<domain::Project>()));
    routes.add(Route("GET", "projects/{id}/progression", P::deployment_view, On::part, Cost::work,
                     "Show the progress of releases of a project", progression));
}

} // namespace stepwell::api
