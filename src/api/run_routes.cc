#include "api/access.h"
#include "api/crud.h"
#include "api/remembered.h"
#include "api/route_files.h"
#include "api/run_bodies.h"
#include "base/error.h"
#include "domain/nouns.h"
#include "operations/find_named.h"
#include "operations/read_outputs.h"
#include "operations/run_runbook.h"
#include "schema/describe_once.h"

namespace stepwell::api {

using domain::RunbookRun;
using operations::RunRequest;
using store::Session;
using store::Stored;

namespace {

domain::Noun const& runs() { return domain::noun_of<RunbookRun>(); }

template <class Body> Body read_body(Call& call) {
    auto body = schema::read_as<Body>(call.body());
    if (body.names_tenants()) base::reject("TenantId", "must be empty: tenants are not supported yet");
    return body;
}

// Starts runs. Stores the answer under the caller's Idempotency-Key in the same transaction.
template <class Answer> net::Response run(Call& call, RunRequest const& request, Answer const& answer) {
    Remembered const remembered(call);
    if (auto earlier = remembered.find_answer()) return std::move(*earlier);
    auto admitted = operations::admit_runs(call.store(), call.house.engine, call.caller, request);
    auto json = answer(admitted.runs);
    admitted.change.write(remembered.store_answer(201, json));
    try {
        operations::start_runs(call.store(), std::move(admitted));
    } catch (base::Error const& error) {
        if (error.kind() != base::Kind::conflict) throw;
        if (auto earlier = remembered.find_answer()) return std::move(*earlier);
        throw;
    }
    return answer_json(201, std::move(json));
}

std::string run_json(Stored const& stored) { return with_member_warnings(with_links(runs(), stored), runs(), stored); }

std::string run_list(std::vector<Stored> const& started) {
    std::vector<std::string> items;
    for (auto const& stored : started) items.push_back(run_json(stored));
    return list_of(items);
}

// POST /runbookRuns: starts one run and returns it.
net::Response create_run(Call& call) {
    auto body = read_body<RunToCreate>(call);
    RunRequest request{call.space_id, body.runbook_id, body.snapshot_id, {body.environment_id}, std::move(body)};
    return run(call, request, [](auto const& started) { return run_json(started.at(0)); });
}

// POST /runbooks/{id}/run: starts one run for each environment and returns an array.
net::Response run_runbook(Call& call) {
    auto body = read_body<RunsToStart>(call);
    RunRequest request{call.space_id, call.id(), body.snapshot, body.environment_ids.items, body};
    request.members.snapshot = "RunbookSnapshotNameOrId";
    if (!body.environment_id.empty() && request.environments.empty()) {
        request.environments.push_back(body.environment_id);
    } else {
        request.members.environment = "EnvironmentIds";
        request.members.lists_environments = true;
    }
    return run(call, request, run_list);
}

bool names_space_of(Call const& call, std::string const& word) {
    auto space =
        call.store().read([&](Session& session) { return store::load<domain::Space>(session, call.space_id); });
    for (auto const& name : {space.id, space.name, space.slug})
        if (base::equal_ignoring_case(name, word)) return true;
    return false;
}

// Finds a document by name. Rejects documents that the caller may not see like missing ones.
template <class T> T load_named_visible(Call const& call, Session& session, std::string const& word,
                                        operations::NameSearch const& search) {
    auto found = operations::find_named(session, domain::noun_of<T>(), word, search);
    if (!found || !is_visible(call, session, domain::noun_of<T>(), *found))
        operations::reject_unknown<T>(word, search.path);
    return store::parse<T>(*found);
}

RunRequest request_of(Call const& call, std::string const& runbook_id, RunsByName const& body) {
    RunRequest request{call.space_id, runbook_id, body.snapshot_name, body.environment_names.items, body};
    request.members = {"Snapshot",
                       "EnvironmentNames",
                       true,
                       "SkipStepNames",
                       "SpecificMachineNames",
                       "ExcludedMachineNames",
                       "Variables",
                       "RunAt",
                       "NoRunAfter"};
    auto& options = request.options;
    options.form_values = body.variables;
    options.skip_actions = body.skip_steps.items;
    options.specific_machines = body.specific_names.items;
    options.excluded_machines = body.excluded_names.items;
    if (body.run_at) options.queue_time = body.run_at;
    if (body.no_run_after) options.queue_time_expiry = body.no_run_after;
    return request;
}

std::string started_by_names(std::vector<Stored> const& started) {
    std::string json;
    base::JsonWriter to(json);
    to.begin_object().key("RunbookRunServerTasks").begin_array();
    for (auto const& stored : started)
        to.begin_object()
            .member("RunbookRunId", stored.id)
            .member("ServerTaskId", store::parse<RunbookRun>(stored).task)
            .end_object();
    to.end_array().end_object();
    return json;
}

// POST /runbook-runs/create/v1: finds all documents by name.
net::Response create_by_names(Call& call) {
    auto const body = read_body<RunsByName>(call);
    for (auto const& [member, word] : {std::pair("SpaceIdOrName", body.space), {"SpaceId", body.space_id}})
        if (!word.empty() && !names_space_of(call, word)) base::reject(member, "must be the space of the path");
    auto runbook_id = call.store().read_at_once([&](Session& session) {
        auto owner = load_named_visible<domain::Project>(call, session, body.project, {call.space_id, "ProjectName"});
        return load_named_visible<domain::Runbook>(call, session, body.runbook,
                                                   {call.space_id, "RunbookName", {{"ProjectId", {owner.id}}}})
            .id;
    });
    return run(call, request_of(call, runbook_id, body), started_by_names);
}

net::Response read_outputs(Call& call) {
    auto run = store::parse<RunbookRun>(load_stored(call, runs(), call.id()));
    auto outputs =
        call.store().read([&](Session& session) { return operations::read_outputs(session, run.id, run.task); });
    return answer_json(200, schema::to_json(outputs));
}

} // namespace

void add_run_routes(Routes& routes) {
    Crud crud;
    crud.narrow = [](Call const& call, store::ListQuery& query) { query.task_states = call.query.list("taskState"); };
    auto create = runs().access.create;
    routes.add(Route("GET", "runbookRuns/{id}/outputs", runs().access.view, On::document, Cost::work,
                     "Read the outputs of a run", read_outputs)
                   .gives(schema::type_of<operations::RunOutputs>()));
    routes.add(
        Route("POST", "runbookRuns", create, On::anything, Cost::work, "Run a runbook in one environment", create_run)
            .takes(schema::type_of<RunToCreate>())
            .gives(*runs().type));
    routes.add(Route("POST", "runbooks/{id}/run", create, On::part, Cost::work,
                     "Run a runbook in one or several environments", run_runbook)
                   .takes(schema::type_of<RunsToStart>())
                   .gives_array(*runs().type));
    routes.add(Route("POST", "runbook-runs/create/v1", create, On::anything, Cost::work,
                     "Run a runbook, identified by names", create_by_names)
                   .takes(schema::type_of<RunsByName>()));
    add_crud(routes, runs(), crud);
}

} // namespace stepwell::api
