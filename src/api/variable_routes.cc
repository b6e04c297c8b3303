#include "api/access.h"
#include "api/in_project.h"
#include "api/route_files.h"
#include "base/error.h"
#include "base/fold.h"
#include "operations/explain_variables.h"
#include "operations/frozen.h"
#include "operations/lint_values.h"
#include "operations/save_variables.h"
#include "operations/scope_values.h"
#include "operations/variable_names.h"
#include "operations/visibility.h"

namespace stepwell::api {

using domain::VariableSet;
using store::Session;

namespace {

domain::Noun const& noun() { return domain::noun_of<VariableSet>(); }

// Removes the scope values that the caller may not see.
void keep_visible(Call const& call, Session& session, operations::ScopeValues& values, std::string const& owner) {
    auto const& rights = call.caller.rights;
    if (rights.has_everything()) return;
    domain::Subject const in_owner{call.space_id, {}, owner};
    std::erase_if(values.environments, [&](operations::ScopeValue const& each) {
        return !rights.allows(Permission::environment_view, {call.space_id, {}, {}, each.id});
    });
    std::erase_if(values.processes, [&](operations::ScopeProcess const& each) {
        auto of_runbook = in_owner;
        of_runbook.runbook_id = each.id;
        bool const is_of_project = base::equal_ignoring_case(each.id, owner);
        return is_of_project ? !operations::allows(session, rights, Permission::process_view, in_owner)
                             : !operations::allows(session, rights, Permission::runbook_view, of_runbook);
    });
    if (!operations::allows(session, rights, Permission::process_view, in_owner)) values.channels.clear();
}

// Returns the stored set with the values that scopes can have.
std::string render(Call const& call, Session& session, store::Stored const& stored) {
    std::string const owner(domain::link_value(noun(), stored.link_values, "OwnerId"));
    auto values = operations::scope_values(session, owner);
    keep_visible(call, session, values, owner);
    return with_links(noun(), stored, "\"ScopeValues\":" + schema::to_json(values));
}

Crud composed() {
    Crud crud;
    crud.render = render;
    return crud;
}

// Answers with warnings about the saved values.
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

// The set of a library variable set also requires the permission on library variable sets.
void require_for_set(Call& call, std::string_view id, Permission library) {
    if (base::fold(id).starts_with("variableset-libraryvariablesets-")) require(call, library);
}

net::Response answer_set(Call& call, std::string const& id) {
    require_for_set(call, id, Permission::library_variable_set_view);
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
    require_for_set(call, id, Permission::library_variable_set_edit);
    auto stored =
        operations::save_variables(call.store(), call.caller, call.space_id, id, call.body(), call.if_match());
    return answer_stored(call, 200, noun(), saved(), stored);
}

// A query parameter that names the owner of variables.
struct Asked {
    std::string_view name;
    domain::Noun const& noun;
};
std::vector<Asked> asked_documents() {
    return {{"project", domain::noun_of<domain::Project>()},
            {"runbook", domain::noun_of<domain::Runbook>()},
            {"snapshot", domain::noun_of<domain::RunbookSnapshot>()},
            {"environment", domain::noun_of<domain::Environment>()}};
}

// Throws as for a missing document if the caller may not see one in the query. The handler reports missing documents.
void require_asked(Call const& call) {
    auto const& rights = call.caller.rights;
    if (rights.allows(Permission::variable_view, domain::Subject{call.space_id})) return;
    domain::Subject subject{call.space_id};
    call.store().read([&](Session& session) {
        for (auto const& [name, noun] : asked_documents()) {
            auto const word = call.query.text(name).value_or("");
            auto const found = word.empty() ? std::nullopt : store::find_document(session, noun, word, call.space_id);
            if (!found) continue;
            if (!is_visible(call, session, noun, *found)) base::reject(std::string(name), "there is no '" + word + "'");
            operations::place(subject, operations::subject_of(noun, *found));
        }
        if (!operations::allows(session, rights, Permission::variable_view, subject))
            domain::throw_forbidden(Permission::variable_view);
    });
}

net::Response names(Call& call) {
    auto const runbook = call.query.text("runbook"), asked = call.query.text("project");
    if (runbook) load_visible(call, domain::noun_of<domain::Runbook>(), *runbook);
    if (asked) load_visible(call, domain::noun_of<domain::Project>(), *asked);
    if (runbook || asked) require_asked(call);
    auto known = call.store().read([&](Session& session) {
        std::string project;
        if (runbook)
            project = store::load<domain::Runbook>(session, *runbook, call.space_id).project.value;
        else if (asked)
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
    require_asked(call);
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
    require_asked(call);
    auto set = operations::preview_variables(call.store(), call.space_id, context_in(call));
    store::Stored stored{0, 1, set.id, set.space_id, schema::to_json(set), {set.owner_id}};
    return answer_json(200, call.store().read([&](Session& session) { return render(call, session, stored); }));
}

} // namespace

void add_variable_routes(Routes& routes) {
    auto [view, create, edit, remove] = noun().access;
    auto const& type = *noun().type;
    routes.add(Route("GET", "variables", view, On::anything, Cost::work,
                     "List the variables of all projects and library variable sets",
                     [](Call& call) {
                         require(call, Permission::library_variable_set_view);
                         return answer_list(call, noun(), composed(), collection_path(call, noun()));
                     })
                   .gives_list(type));
    routes.add(Route("GET", "variables/all", view, On::anything, Cost::work,
                     "List the variables of all owners as an array",
                     [](Call& call) {
                         require(call, Permission::library_variable_set_view);
                         return answer_all(call, noun(), composed());
                     })
                   .gives_list(type));
    routes.add(
        Route("GET", "variables/names", view, On::anything, Cost::work, "List variable names of a project", names));
    routes.add(Route("GET", "variables/preview", view, On::anything, Cost::work,
                     "Resolve variables for an environment, step or other scope", preview)
                   .gives(type));
    auto const& reasons = schema::type_of<operations::ExplainedVariables>();
    routes.add(Route("GET", "variables/explain", view, On::anything, Cost::large,
                     "Explain which value of each variable applies in a scope", explain)
                   .gives(reasons));
    routes.add(Route("GET", "runbookRuns/{run}/variables/explain", view, On::document, Cost::large,
                     "Explain which value of each variable a run used", explain_run)
                   .gives(reasons));
    routes.add(Route("GET", "runbookRuns/{run}/variables", view, On::document, Cost::work,
                     "Read the variables that a run used", read_set_of_run)
                   .gives(type));
    for (auto path : {"variables/{id}", "projects/{project}/variables"}) {
        routes.add(Route("GET", path, view, On::document, Cost::work, "Read the live or frozen variables of an owner",
                         read_set)
                       .gives(type));
        routes.add(Route("PUT", path, edit, On::document, Cost::work, "Replace the variables of an owner", save_set)
                       .takes(type)
                       .gives(type));
    }
}

} // namespace stepwell::api
