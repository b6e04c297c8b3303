#include "api/runbook_progression.h"

#include "api/access.h"
#include "api/crud.h"
#include "api/long_list.h"
#include "domain/nouns.h"
#include "domain/task_machine.h"
#include "operations/runbook_environments.h"
#include "store/runs.h"

namespace stepwell::api {

using base::JsonWriter;
using domain::Runbook;
using domain::RunbookRun;
using store::Session;

namespace {

constexpr std::int64_t max_runs_shown = 30; // for one environment

void write_time(JsonWriter& to, std::string_view name, std::optional<base::Time> time) {
    to.key(name);
    if (time)
        to.text(base::to_text(*time));
    else
        to.null();
}

void write_text(JsonWriter& to, std::string_view name, std::optional<std::string> const& text) {
    to.key(name);
    if (text && !text->empty())
        to.text(*text);
    else
        to.null();
}

void write_task(JsonWriter& to, store::Task const& task, base::Time now) {
    to.member("State", schema::name_of(task.state)).member("HasPendingInterruptions", false);
    to.member("HasWarningsOrErrors", task.warnings || !task.error.empty());
    write_time(to, "QueueTime", task.queued);
    write_time(to, "StartTime", task.started);
    write_time(to, "CompletedTime", task.completed);
    write_text(to, "ErrorMessage", task.error);
    auto end = task.completed.value_or(now);
    to.member("Duration", base::to_words(end - task.started.value_or(end)))
        .member("IsCompleted", task.completed.has_value());
}

std::string dashboard_item(Call const& call, Session& session, store::Stored const& stored) {
    auto run = store::parse<RunbookRun>(stored);
    auto snapshot =
        store::find<domain::RunbookSnapshot>(session, run.snapshot.value).value_or(domain::RunbookSnapshot{});
    auto task = store::find_task(session, run.task).value_or(store::Task{});
    auto space = "/api/" + run.space_id + "/";
    std::string json;
    JsonWriter to(json);
    to.begin_object()
        .member("Id", run.id)
        .member("ProjectId", run.project.value)
        .member("EnvironmentId", run.environment.value);
    to.member("RunbookId", run.runbook.value)
        .member("RunbookSnapshotId", run.snapshot.value)
        .member("RunbookSnapshotName", snapshot.name);
    write_text(to, "RunbookSnapshotNotes", snapshot.notes);
    to.member("RunName", run.name).member("RunBy", run.deployed_by).member("TaskId", run.task);
    write_text(to, "TenantId", run.tenant);
    write_time(to, "Created", run.created);
    write_task(to, task, call.store().clock().now());
    to.key("Links")
        .begin_object()
        .member("Self", space + "runbookRuns/" + run.id)
        .member("Task", "/api/tasks/" + run.task);
    to.member("RunbookSnapshot", space + "runbookSnapshots/" + run.snapshot.value).end_object().end_object();
    return json;
}

net::Response task_runs(Call& call) {
    auto const& noun = domain::noun_of<RunbookRun>();
    return answer_documents(call, noun, list_query(call, noun),
                            {"RunbooksDashboardItem", "/api/" + call.space_id + "/progression/runbooks/taskRuns",
                             "skip,take,ids,projectIds,runbookIds,environmentIds,tenantIds,taskIds"},
                            dashboard_item);
}

net::Response of_runbook(Call& call) {
    auto runbook = store::parse<Runbook>(load_stored(call, domain::noun_of<Runbook>(), call.id()));
    std::string refs, runs;
    JsonWriter to_refs(refs), to_runs(runs);
    to_refs.begin_array();
    to_runs.begin_object();
    call.store().read([&](Session& session) {
        for (auto const& stored : operations::runbook_environments(session, runbook)) {
            if (!is_visible(call, session, domain::noun_of<domain::Environment>(), stored)) continue;
            auto environment = store::parse<domain::Environment>(stored);
            to_refs.begin_object().member("Id", environment.id).member("Name", environment.name).end_object();
            store::ListQuery query{
                call.space_id, {}, {}, {{"RunbookId", {runbook.id}}, {"EnvironmentId", {environment.id}}}, 0,
                max_runs_shown};
            narrow(call, domain::noun_of<RunbookRun>(), query);
            std::vector<std::string> items;
            for (auto const& run : store::list_documents(session, domain::noun_of<RunbookRun>(), query).items)
                items.push_back(dashboard_item(call, session, run));
            if (!items.empty()) to_runs.key(environment.id).raw(list_of(items));
        }
    });
    to_refs.end_array();
    to_runs.end_object();
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("Id", runbook.id).key("Environments").raw(refs).key("RunbookRuns").raw(runs);
    to.key("Links")
        .begin_object()
        .member("Self", "/api/" + call.space_id + "/progression/runbooks/" + runbook.id)
        .end_object()
        .end_object();
    return answer_json(200, std::move(json));
}

} // namespace

void add_progression_routes(Routes& routes) {
    auto view = domain::noun_of<RunbookRun>().access.view;
    routes.add(Route("GET", "progression/runbooks/taskRuns", view, On::anything, Cost::work,
                     "Show runbook runs and the state of their tasks", task_runs));
    routes.add(Route("GET", "progression/runbooks/{id}", view, On::part, Cost::work,
                     "Show the runs of a runbook by environment, newest first", of_runbook));
}

} // namespace stepwell::api
