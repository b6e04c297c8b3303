#include "api/access.h"
#include "api/in_project.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/lint_members.h"
#include "operations/clone_project.h"
#include "operations/create_project.h"
#include "operations/save_settings.h"

#include <boost/json.hpp>

namespace stepwell::api {

using base::JsonWriter;
using domain::Channel;
using domain::DeploymentSettings;
using domain::Lifecycle;
using domain::Project;
using domain::ProjectGroup;
using store::Session;

namespace {

net::Response create_project(Call& call) {
    auto const& caller = call.caller;
    auto source = call.query.text("clone");
    if (source) refuse_invisible(call, domain::noun_of<Project>(), "clone", *source);
    auto stored = source ? operations::clone_project(call.store(), caller, call.space_id, *source, call.body())
                         : operations::create_project(call.store(), caller, call.space_id, call.body());
    return answer_stored(call, 201, domain::noun_of<Project>(), {}, stored);
}

net::Response summary(Call& call) {
    auto project = store::parse<Project>(load_stored(call, domain::noun_of<Project>(), call.id()));
    std::string json;
    JsonWriter to(json);
    call.store().read([&](Session& session) {
        auto process = store::load<domain::DeploymentProcess>(session, project.deployment_process);
        store::ListQuery query{call.space_id, {}, {}, {{"ProjectId", {project.id}}}, 0, 0};
        narrow(call, domain::noun_of<domain::Runbook>(), query);
        auto runbooks = store::list_documents(session, domain::noun_of<domain::Runbook>(), query);
        to.begin_object()
            .member("Id", project.id)
            .member("HasDeploymentProcess", !process.steps.empty())
            .member("HasRunbooks", runbooks.total > 0);
    });
    to.key("Links")
        .begin_object()
        .member("Self", "/api/" + call.space_id + "/projects/" + project.id + "/summary")
        .end_object()
        .end_object();
    return answer_json(200, std::move(json));
}

net::Response answer_settings(Project const& project) {
    auto settings = DeploymentSettings::of(project);
    auto of_project = "/api/" + project.space_id + "/projects/" + project.id;
    std::string links;
    JsonWriter(links)
        .begin_object()
        .member("Self", of_project + "/deploymentsettings")
        .member("Project", of_project)
        .end_object();
    auto json = with_members(schema::to_json(settings), "\"Links\":" + links);
    auto const lints = domain::lint_members(schema::type_of<DeploymentSettings>(), &settings);
    return answer_json(200, with_warnings(std::move(json), lints));
}

net::Response read_settings(Call& call) {
    return answer_settings(store::parse<Project>(load_stored(call, domain::noun_of<Project>(), call.id())));
}

net::Response change_settings(Call& call) {
    auto settings = schema::read_as<DeploymentSettings>(call.body());
    auto stored = operations::save_deployment_settings(call.store(), call.caller, call.space_id, call.id(), settings);
    return answer_settings(store::parse<Project>(stored));
}

void add_projects(Routes& routes) {
    auto const& noun = domain::noun_of<Project>();
    auto const& settings = schema::type_of<DeploymentSettings>();
    auto const& [view, create, edit, remove] = noun.access;
    routes.add(Route("POST", "projects", create, On::created, Cost::work, "Create or clone a project", create_project)
                   .takes(*noun.type)
                   .gives(*noun.type));
    routes.add(Route("GET", "projects/{id}/summary", view, On::document, Cost::work,
                     "Read whether a project has a process or runbooks", summary));
    routes.add(Route("GET", "projects/{id}/deploymentsettings", view, On::document, Cost::read,
                     "Read deployment settings of a project", read_settings)
                   .gives(settings));
    routes.add(Route("PUT", "projects/{id}/deploymentsettings", edit, On::document, Cost::work,
                     "Change deployment settings of a project", change_settings)
                   .takes(settings)
                   .gives(settings));
    routes.add(Route("GET", "projects/{id}/metadata", view, On::document, Cost::read, "Read settings of extensions",
                     [&noun](Call& call) {
                         load_stored(call, noun, call.id());
                         return answer_json(200, "[]");
                     }));
    routes.add(Route("GET", "projects/{id}/logo", view, On::document, Cost::read, "Download the logo of a project",
                     [](Call& call) -> net::Response { store::throw_not_found(call.id() + "/logo"); }));
}

net::Response create_channel(Call& call) {
    auto const& noun = domain::noun_of<Channel>();
    auto stored = operations::create(call.store(), call.caller, noun, call.space_id, body_here(call));
    return answer_stored(call, 201, noun, {}, stored);
}

net::Response modify_channel(Call& call) {
    auto const& noun = domain::noun_of<Channel>();
    auto id = load_here(call, noun, call.id()).id;
    auto stored = operations::modify(call.store(), call.caller, noun, call.space_id, id, call.body(), call.if_match());
    return answer_stored(call, 200, noun, {}, stored);
}

net::Response delete_channel(Call& call) {
    auto const& noun = domain::noun_of<Channel>();
    operations::remove(call.store(), call.caller, noun, call.space_id, load_here(call, noun, call.id()).id,
                       call.if_match());
    return answer_json(200, "{}");
}

// Channels are always sorted by name. A request for another order is rejected instead of ignored.
net::Response order_channels(Call& call) {
    auto const& body = call.body();
    if (body.is_array() && !body.as_array().empty())
        base::reject("", "Channels are always sorted by name; the order cannot be changed.");
    return answer_all(call, domain::noun_of<Channel>(), {}, filter_here(call));
}

void add_channels(Routes& routes) {
    auto const& noun = domain::noun_of<Channel>();
    auto const& [view, create, edit, remove] = noun.access;
    add_both(routes, Route("GET", "channels", view, On::anything, Cost::work, "List channels", [&noun](Call& call) {
                         return answer_list(call, noun, {}, path_here(call, noun), filter_here(call));
                     }).gives_list(*noun.type));
    add_both(routes, Route("GET", "channels/all", view, On::anything, Cost::work, "List all channels as an array",
                           [&noun](Call& call) { return answer_all(call, noun, {}, filter_here(call)); })
                         .gives_list(*noun.type));
    add_both(routes,
             Route("GET", "channels/{id}", view, On::document, Cost::read, "Read a channel", [&noun](Call& call) {
                 return answer_stored(call, 200, noun, {}, load_here(call, noun, call.id()));
             }).gives(*noun.type));
    add_both(routes, Route("POST", "channels", create, On::created, Cost::work, "Create a channel", create_channel)
                         .takes(*noun.type)
                         .gives(*noun.type));
    add_both(routes, Route("PUT", "channels/{id}", edit, On::document, Cost::work, "Replace a channel", modify_channel)
                         .takes(*noun.type)
                         .gives(*noun.type));
    add_both(routes,
             Route("DELETE", "channels/{id}", remove, On::document, Cost::work, "Delete a channel", delete_channel));
    routes.add(Route("POST", "projects/{project}/channels/order", edit, On::document, Cost::work,
                     "Sort the channels of a project by name", order_channels)
                   .takes_list()
                   .gives_array(*noun.type));
}

// A lifecycle without phases includes every environment, one after the other. A phase without environments includes all
// of them.
void fill_phases(Lifecycle& lifecycle, std::vector<domain::Environment> const& environments) {
    if (lifecycle.phases.empty())
        for (auto const& environment : environments) {
            auto& phase = lifecycle.phases.emplace_back();
            phase.id = environment.id;
            phase.name = environment.name;
            phase.optional = {{environment.id}};
        }
    for (auto& phase : lifecycle.phases)
        if (phase.automatic.empty() && phase.optional.empty())
            for (auto const& environment : environments) phase.optional.push_back({environment.id});
}

net::Response preview_lifecycle(Call& call) {
    auto const& noun = domain::noun_of<Lifecycle>();
    auto stored = load_stored(call, noun, call.id());
    auto lifecycle = store::parse<Lifecycle>(stored);
    std::vector<domain::Environment> environments;
    call.store().read([&](Session& session) {
        store::ListQuery every{call.space_id, {}, {}, {}, 0, store::everything};
        narrow(call, domain::noun_of<domain::Environment>(), every);
        for (auto const& each : store::list_documents(session, domain::noun_of<domain::Environment>(), every).items)
            environments.push_back(store::parse<domain::Environment>(each));
    });
    fill_phases(lifecycle, environments);
    stored.json = schema::to_json(lifecycle);
    return answer_json(200, with_links(noun, stored));
}

void add_shelves(Routes& routes) {
    auto const& projects = domain::noun_of<Project>();
    auto const& lifecycles = domain::noun_of<Lifecycle>();
    auto const& groups = domain::noun_of<ProjectGroup>();
    routes.add(Route("GET", "lifecycles/{id}/preview", lifecycles.access.view, On::document, Cost::work,
                     "Read a lifecycle with the environments of its phases", preview_lifecycle)
                   .gives(*lifecycles.type));
    routes.add(Route("GET", "lifecycles/{id}/projects", projects.access.view, On::part, Cost::work,
                     "List projects of a lifecycle",
                     [&](Call& call) {
                         return answer_all(call, projects, {},
                                           {{"LifecycleId", {load_stored(call, lifecycles, call.id()).id}}});
                     })
                   .gives_array(*projects.type));
    routes.add(Route("GET", "projectgroups/{id}/projects", projects.access.view, On::part, Cost::work,
                     "List projects of a project group",
                     [&](Call& call) {
                         auto group = load_stored(call, groups, call.id());
                         return answer_list(call, projects, {}, self_path(groups, group) + "/projects",
                                            {{"ProjectGroupId", {group.id}}});
                     })
                   .gives_list(*projects.type));
}

} // namespace

void add_project_routes(Routes& routes) {
    add_projects(routes);
    add_channels(routes);
    add_shelves(routes);
}

} // namespace stepwell::api
