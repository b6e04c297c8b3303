#include "api/identify.h"
#include "api/in_project.h"
#include "api/route_files.h"
#include "base/error.h"
#include "operations/explain_variables.h"
#include "operations/frozen.h"
#include "operations/lint_values.h"
#include "operations/save_variables.h"
#include "operations/scope_values.h"
#include "operations/variable_names.h"

namespace stepwell::api {

using domain::VariableSet;
using store::Session;

namespace {

domain::Noun const& noun() { return domain::noun_of<VariableSet>(); }

// The stored set, with what its variables can be scoped to.
std::string render(Call const&, Session& session, store::Stored const& stored) {
    auto owner = domain::link_value(noun(), stored.link_values, "OwnerId");
    auto values = operations::scope_values(session, std::string(owner));
    return with_links(noun(), stored, "\"ScopeValues\":" + schema::to_json(values));
}

Crud composed() {
    Crud crud;
    crud.render = render;
    return crud;
}

// With what is odd about the values that were just saved.
Crud saved() {
    Crud crud;
    crud.render = [](Call const& call, Session& session, store::Stored const& stored) {
        auto lints = operations::lint_set(call.store(), session, store::parse<VariableSet>(stored));
        return with_warnings(render(call, session, stored), lints);
    };
    return crud;
}

std::string set_id(Call const& call) {
    return call.path.contains("project") ? "variableset-" + project_in_path(call) : call.id();
}

// Those of a library variable set take its permission too.
void authorize_set(Call const& call, std::string_view id, Permission library) {
    if (base::starts_ignoring_case(id, "variableset-LibraryVariableSets-")) authorize(call, library);
}

net::Response answer_set(Call const& call, std::string const& id) {
    authorize_set(call, id, Permission::library_variable_set_view);
    auto frozen = call.store().read(
        [&](Session& session) { return operations::find_frozen_variables(session, id, call.space_id); });
    return answer_stored(call, 200, noun(), composed(), frozen ? *frozen : load_stored(call, noun(), id));
}

net::Response read_set(Call& call) { return answer_set(call, set_id(call)); }

net::Response read_set_of_run(Call& call) {
    auto run =
        store::parse<domain::RunbookRun>(load_stored(call, domain::noun_of<domain::RunbookRun>(), call.part("run")));
    return answer_set(call, run.manifest_variables.value_or(""));
}

net::Response save_set(Call& call) {
    auto id = set_id(call);
    authorize_set(call, id, Permission::library_variable_set_edit);
    auto stored =
        operations::save_variables(call.store(), call.caller.actor, call.space_id, id, call.body(), call.if_match());
    return answer_stored(call, 200, noun(), saved(), stored);
}

net::Response names(Call& call) {
    auto known = call.store().read([&](Session& session) {
        std::string project;
        if (auto runbook = call.query.text("runbook"))
            project = store::load<domain::Runbook>(session, *runbook, call.space_id).project.value;
        else if (auto asked = call.query.text("project"))
            project = store::load<domain::Project>(session, *asked, call.space_id).id;
        return operations::variable_names(session, project);
    });
    return answer_json(200, schema::to_json(known));
}

operations::VariableContext context_in(Call const& call) {
    auto asked = [&](char const* name) { return call.query.text(name).value_or(""); };
    return {asked("project"), asked("runbook"), asked("environment"), asked("channel"), asked("tenant"),
            asked("action"),  asked("machine"), asked("role"),        asked("snapshot")};
}

net::Response explain(Call& call) {
    return answer_json(200,
                       schema::to_json(operations::explain_variables(call.store(), call.space_id, context_in(call))));
}

net::Response explain_run(Call& call) {
    auto run =
        store::parse<domain::RunbookRun>(load_stored(call, domain::noun_of<domain::RunbookRun>(), call.part("run")));
    auto action = call.query.text("action").value_or("");
    return answer_json(200, schema::to_json(operations::explain_variables_of_run(call.store(), run, action)));
}

net::Response preview(Call& call) {
    auto set = operations::preview_variables(call.store(), call.space_id, context_in(call));
    store::Stored stored{0, 1, set.id, set.space_id, schema::to_json(set), {set.owner_id}};
    return answer_json(200, call.store().read([&](Session& session) { return render(call, session, stored); }));
}

} // namespace

void add_variable_routes(Routes& routes) {
    auto [view, create, edit, remove] = noun().access;
    auto const& type = *noun().type;
    routes.add(Route("GET", "variables", view, Cost::work,
                     "List the variables of every project and library variable set",
                     [](Call& call) {
                         authorize(call, Permission::library_variable_set_view);
                         return answer_list(call, noun(), composed(), collection_path(call, noun()));
                     })
                   .gives_list(type));
    routes.add(Route("GET", "variables/all", view, Cost::work, "Return, as an array, the variables of every owner",
                     [](Call& call) {
                         authorize(call, Permission::library_variable_set_view);
                         return answer_all(call, noun(), composed());
                     })
                   .gives_list(type));
    routes.add(Route("GET", "variables/names", view, Cost::work, "Names that can be used in a project", names));
    routes.add(
        Route("GET", "variables/preview", view, Cost::work, "The values that count somewhere", preview).gives(type));
    auto const& reasons = schema::type_of<operations::ExplainedVariables>();
    routes.add(Route("GET", "variables/explain", view, Cost::large,
                     "Which value of each variable counts somewhere, and why the others do not", explain)
                   .gives(reasons));
    routes.add(Route("GET", "runbookRuns/{run}/variables/explain", view, Cost::large,
                     "Which value of each variable counted in a run, and why the others did not", explain_run)
                   .gives(reasons));
    routes.add(Route("GET", "runbookRuns/{run}/variables", view, Cost::work, "Read the variables that a run saw",
                     read_set_of_run)
                   .gives(type));
    for (auto path : {"variables/{id}", "projects/{project}/variables"}) {
        routes.add(Route("GET", path, view, Cost::work, "Read the variables of one owner, live or frozen", read_set)
                       .gives(type));
        routes.add(Route("PUT", path, edit, Cost::work, "Replace the variables of one owner", save_set)
                       .takes(type)
                       .gives(type));
    }
}

} // namespace stepwell::api
