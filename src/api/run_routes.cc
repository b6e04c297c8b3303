#include "api/access.h"
#include "api/crud.h"
#include "api/remembered.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"
#include "operations/find_named.h"
#include "operations/read_outputs.h"
#include "operations/run_runbook.h"

#include <boost/json.hpp>

namespace stepwell::api {

using domain::RunbookRun;
using operations::RunRequest;
using store::Session;
using store::Stored;

namespace {

domain::Noun const& runs() { return domain::noun_of<RunbookRun>(); }

// A member of the body; its problems are named by where they are in that.
template <class V> V value_in(Call& call, std::string_view member) {
    V value{};
    auto given = base::find_member(call.body(), member);
    if (!given) return value;
    base::Problems problems;
    schema::Reading reading{schema::Origin::client, problems};
    schema::codec_of<V>().read(*given, &value, reading, schema::Place{nullptr, member});
    base::reject_if_any(std::move(problems));
    return value;
}

// Of a list; a single text counts as a list of one, but for "", which says nothing.
std::vector<std::string> texts(Call& call, std::string_view member) {
    auto value = base::find_member(call.body(), member);
    if (!value || !value->is_string()) return value_in<std::vector<std::string>>(call, member);
    if (value->get_string().empty()) return {};
    return {std::string(value->get_string())};
}

// Members of a run that a requester may set, whatever kind of body brings them.
RunbookRun options_in(Call& call) {
    auto options = schema::read_as<RunbookRun>([&] {
        // The members that are required of a run are said otherwise in some bodies.
        auto body = call.body().as_object();
        for (auto member : {"RunbookId", "EnvironmentId"}) body[member] = "-";
        return base::Json(std::move(body));
    }());
    options.runbook = {};
    options.environment = {};
    options.project = {};
    options.snapshot = {};
    return options;
}

void refuse_tenants(Call& call) {
    bool any = !texts(call, "TenantIds").empty() || !texts(call, "TenantTagNames").empty() ||
               !texts(call, "Tenants").empty() || !texts(call, "TenantTags").empty() ||
               !call.body_text("TenantId").empty();
    if (any) base::reject("TenantId", "Tenants are not part of this server yet.");
}

// Runs, and remembers the answer under the caller's Idempotency-Key in the same transaction.
net::Response run(Call& call, RunRequest const& request,
                  std::function<std::string(std::vector<Stored> const&)> const& answer) {
    return remembered(call, 201, [&](Remember const& remember) {
        std::string json;
        operations::run_runbook(call.store(), call.house.engine, call.caller, request,
                                [&](store::Transaction& transaction, std::vector<Stored> const& started) {
                                    json = answer(started);
                                    remember(transaction, json);
                                });
        return json;
    });
}

std::string run_list(std::vector<Stored> const& started) {
    std::vector<std::string> items;
    for (auto const& stored : started) items.push_back(with_links(runs(), stored));
    return list_of(items);
}

// POST /runbookRuns: one run in, one run out.
net::Response create_run(Call& call) {
    refuse_tenants(call);
    auto runbook = call.body_text("RunbookId"), environment = call.body_text("EnvironmentId");
    base::Problems problems;
    if (runbook.empty()) problems.push_back({"RunbookId", "is required"});
    if (environment.empty()) problems.push_back({"EnvironmentId", "is required"});
    base::reject_if_any(std::move(problems));
    RunRequest request{call.space_id, runbook, call.body_text("RunbookSnapshotId"), {environment}, options_in(call)};
    return run(call, request, [](auto const& started) { return with_links(runs(), started.at(0)); });
}

// POST /runbooks/{id}/run: an array out, one per environment.
net::Response run_runbook(Call& call) {
    refuse_tenants(call);
    RunRequest request{call.space_id, call.id(), call.body_text("RunbookSnapshotNameOrId"),
                       texts(call, "EnvironmentIds"), options_in(call)};
    request.members.snapshot = "RunbookSnapshotNameOrId";
    if (auto one = call.body_text("EnvironmentId"); !one.empty() && request.environments.empty()) {
        request.environments.push_back(one);
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

// What the caller may not see has no name.
template <class T> T load_named_visible(Call const& call, Session& session, std::string const& word,
                                        operations::NameSearch const& search) {
    auto found = operations::find_named(session, domain::noun_of<T>(), word, search);
    if (!found || !is_visible(call, session, domain::noun_of<T>(), *found))
        operations::reject_unknown<T>(word, search.path);
    return store::parse<T>(*found);
}

// POST /runbook-runs/create/v1: everything by name.
net::Response create_by_names(Call& call) {
    refuse_tenants(call);
    auto project = call.body_text("ProjectName"), runbook = call.body_text("RunbookName");
    base::Problems problems;
    if (project.empty()) problems.push_back({"ProjectName", "is required"});
    if (runbook.empty()) problems.push_back({"RunbookName", "is required"});
    if (auto space = call.body_text("SpaceIdOrName"); !space.empty() && !names_space_of(call, space))
        problems.push_back({"SpaceIdOrName", "is another space than the one in the path"});
    auto environments = texts(call, "EnvironmentNames");
    if (environments.empty()) problems.push_back({"EnvironmentNames", "is required"});
    base::reject_if_any(std::move(problems));
    auto runbook_id = call.store().read_at_once([&](Session& session) {
        auto owner = load_named_visible<domain::Project>(call, session, project, {call.space_id, "ProjectName"});
        return load_named_visible<domain::Runbook>(call, session, runbook,
                                                   {call.space_id, "RunbookName", {{"ProjectId", {owner.id}}}})
            .id;
    });
    RunRequest request{call.space_id, runbook_id, call.body_text("Snapshot"), environments, options_in(call)};
    request.members = {"Snapshot",
                       "EnvironmentNames",
                       true,
                       "SkipStepNames",
                       "SpecificMachineNames",
                       "ExcludedMachineNames",
                       "Variables",
                       "RunAt",
                       "NoRunAfter"};
    request.options.form_values = value_in<domain::Bag<std::string>>(call, "Variables");
    request.options.skip_actions = texts(call, "SkipStepNames");
    request.options.specific_machines = texts(call, "SpecificMachineNames");
    request.options.excluded_machines = texts(call, "ExcludedMachineNames");
    for (auto [member, time] :
         {std::pair{"RunAt", &request.options.queue_time}, {"NoRunAfter", &request.options.queue_time_expiry}})
        if (auto text = call.body_text(member); !text.empty()) {
            *time = base::parse_time(text);
            if (!*time) base::reject(member, "should be a time such as 2024-08-02T05:07:42Z");
        }
    return run(call, request, [](auto const& started) {
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
    });
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
                     "Read what a run told as its outputs", read_outputs)
                   .gives(schema::type_of<operations::RunOutputs>()));
    routes.add(
        Route("POST", "runbookRuns", create, On::anything, Cost::work, "Run a runbook in one environment", create_run)
            .takes(*runs().type)
            .gives(*runs().type));
    routes.add(Route("POST", "runbooks/{id}/run", create, On::part, Cost::work,
                     "Run a runbook in one or several environments", run_runbook)
                   .gives_array(*runs().type));
    routes.add(Route("POST", "runbook-runs/create/v1", create, On::anything, Cost::work,
                     "Run a runbook, everything by name", create_by_names));
    add_crud(routes, runs(), crud);
}

} // namespace stepwell::api
