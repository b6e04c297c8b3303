#include "api/access.h"
#include "api/long_list.h"
#include "api/route_files.h"
#include "api/task_answer.h"
#include "base/error.h"
#include "operations/cancel_task.h"
#include "operations/change_task_state.h"
#include "operations/read_output.h"
#include "operations/run_runbook.h"

namespace stepwell::api {

using base::JsonWriter;
using store::Session;
using store::Task;

namespace {

Task load_task(Call const& call) {
    auto task = call.store().read([&](Session& session) { return store::find_task(session, call.id()); });
    if (!task) store::throw_not_found(call.id());
    return std::move(*task);
}

std::vector<std::string> states_asked(Call const& call) {
    auto states = call.query.list("states");
    if (call.query.boolean("active").value_or(false))
        states.insert(states.end(), {"Queued", "Executing", "Cancelling"});
    if (call.query.boolean("running").value_or(false)) states.emplace_back("Executing");
    return states;
}

store::TaskQuery task_query(Call const& call) {
    store::TaskQuery query;
    auto spaces = call.query.list("spaces");
    bool every = spaces.size() == 1 && base::equal_ignoring_case(spaces[0], "all");
    if (!every) query.space_id = spaces.empty() ? call.space_id : spaces[0];
    query.include_system = call.query.boolean("includeSystem").value_or(!call.space_given);
    query.ids = call.query.list("ids");
    query.states = states_asked(call);
    query.names = call.query.list("name");
    query.projects = call.query.list("project");
    query.runbooks = call.query.list("runbook");
    query.environments = call.query.list("environment");
    query.partial_name = call.query.text("partialName");
    query.warnings_or_errors = call.query.boolean("hasWarningsOrErrors");
    query.only_none =
        call.query.boolean("hasPendingInterruptions").value_or(false) || call.query.text("tenant").has_value();
    query.skip = call.query.skip();
    query.take = call.query.take();
    narrow(call, query);
    return query;
}

constexpr char const* task_filters = "skip,take,ids,active,environment,tenant,runbook,project,name,node,running,states,"
                                     "hasPendingInterruptions,hasWarningsOrErrors,partialName,spaces,includeSystem";

LongList list_of_tasks(Call const& call, store::TaskQuery const& query, std::int64_t& total) {
    LongList list;
    auto found = call.store().read([&](Session& session) { return store::list_task_numbers(session, query); });
    total = found.total;
    list.numbers = std::move(found.numbers);
    list.item = [&house = call.house](Session& session, std::int64_t number) -> std::optional<std::string> {
        auto task = store::find_task(session, "ServerTasks-" + std::to_string(number));
        return task ? std::optional(task_json(house, *task)) : std::nullopt;
    };
    return list;
}

net::Response list_all_tasks(Call& call) {
    auto query = task_query(call);
    query.skip = 0;
    query.take = store::everything;
    std::int64_t total = 0;
    auto list = list_of_tasks(call, query, total);
    list.head = "[";
    list.tail = "]";
    return answer_long(call.store(), std::move(list));
}

net::Response list_tasks(Call& call) {
    if (call.query.take() > max_items_at_once) {
        std::int64_t total = 0;
        auto list = list_of_tasks(call, task_query(call), total);
        auto envelope = envelope_of(call, "Task", "/api/tasks", task_filters, total);
        list.head = std::move(envelope.head);
        list.tail = std::move(envelope.tail);
        return answer_long(call.store(), std::move(list));
    }
    auto listed = call.store().read([&](Session& session) { return store::list_tasks(session, task_query(call)); });
    std::vector<std::string> items;
    for (auto const& task : listed.items) items.push_back(task_json(call.house, task));
    return answer_json(200, page_of(call, "Task", "/api/tasks", task_filters, listed.total, items));
}

struct TaskToCreate {
    std::string name;

    static constexpr std::string_view type_name = "CreateTaskCommand";
    static void describe(auto& field) {
        field("Name", &TaskToCreate::name, schema::required | schema::like("Health"), "Type of the task.");
    }
};

[[noreturn]] net::Response create(Call& call) {
    auto const sent = schema::read_as<TaskToCreate>(call.body());
    base::reject("Name", "'" + sent.name +
                             "' is not a type of task that can be created; to run a runbook, POST to "
                             "/api/{space}/runbookRuns/create/v1");
}

net::Response details(Call& call) {
    auto task = load_task(call);
    operations::ActivityOptions options;
    options.verbose = call.query.boolean("verbose").value_or(false);
    if (auto tail = call.query.number("tail"))
        options.tail = std::size_t(std::clamp<std::int64_t>(*tail, 1, operations::max_listed_lines));
    auto root = operations::read_activity(call.store(), call.house.engine, task, options);
    return answer_json(200, details_json(call.house, task, root));
}

net::Response queued_behind(Call& call) {
    auto task = load_task(call);
    auto behind = operations::queued_behind(call.store(), call.house.engine, task.id);
    std::vector<std::string> items;
    for (auto const& other : behind.tasks)
        if (is_visible(call, other)) items.push_back(task_json(call.house, other));
    auto page = page_of(call, "Task", "/api/tasks/" + task.id + "/queued-behind", "skip,take",
                        std::int64_t(items.size()), items);
    std::string reason = "\"Reason\":";
    base::append_quoted(reason, behind.reason);
    return answer_json(200, with_members(page, reason));
}

net::Response cancel(Call& call) {
    auto task = operations::cancel_task(call.store(), call.house.engine, call.caller, call.id());
    return answer_json(200, task_json(call.house, task));
}

// Runs a run again, with the same snapshot and answers, as a new run.
net::Response rerun(Call& call) {
    auto task = load_task(call);
    auto run =
        call.store().read([&](Session& session) { return store::find<domain::RunbookRun>(session, task.run_id); });
    if (!run || !task.completed)
        base::reject("", "The task " + task.id + " cannot be run again. Only a completed run of a runbook can.");
    require(call, Permission::runbook_run_create);
    auto request = operations::request_again(call.store(), *run);
    auto runs = operations::run_runbook(call.store(), call.house.engine, call.caller, request);
    auto again = store::parse<domain::RunbookRun>(runs[0]).task;
    auto fresh = call.store().read([&](Session& session) { return store::find_task(session, again); });
    return answer_json(201, task_json(call.house, *fresh));
}

net::Response change_state(Call& call) {
    auto const sent = schema::read_as<operations::TaskStateToSet>(call.body());
    auto task = operations::change_task_state(call.store(), call.caller, call.id(), sent);
    return answer_json(200, task_json(call.house, task));
}

net::Response raw(Call& call) {
    auto task = load_task(call);
    auto response = answer_text(200, "");
    response.source = raw_log(call.house, task);
    return response;
}

// Returns the attempt with the number in `?attempt=`, or the last one of the action in `?step=`, such as 2.1. Default:
// the first step.
store::Attempt load_attempt(Call const& call) {
    auto task = load_task(call);
    auto attempts = call.store().read([&](Session& session) { return store::list_attempts(session, task.id); });
    if (auto number = call.query.number("attempt")) {
        auto at = std::ranges::find(attempts, *number, &store::Attempt::number);
        if (at == attempts.end()) store::throw_not_found(task.id + " attempt " + std::to_string(*number));
        return std::move(*at);
    }
    operations::StepTitles const titles(call.store(), task);
    auto step = call.query.text("step").value_or("1");
    auto is_of_step = [&](store::Attempt const& attempt) { return titles.number_of(attempt) == step; };
    auto at = std::find_if(attempts.rbegin(), attempts.rend(), is_of_step);
    if (at == attempts.rend()) store::throw_not_found(task.id + " step " + step);
    return std::move(*at);
}

net::Response lines(Call& call) {
    constexpr std::int64_t max_line_number = std::int64_t(1) << 53; // exact in JSON
    auto attempt = load_attempt(call);
    auto from = std::min(call.query.number("from").value_or(0), max_line_number);
    auto take = std::min(call.query.number("take").value_or(1000), operations::max_listed_lines);
    auto page = operations::read_lines(call.house.engine, attempt, from, take);
    auto const output = output_path(attempt.task_id, attempt.number);
    // includes lines that are not committed yet
    auto const total = std::max(attempt.lines, page.lines.empty() ? 0 : page.next);
    std::string json;
    JsonWriter to(json);
    to.begin_object().member("TotalLines", total).key("Lines").begin_array();
    for (auto const& line : page.lines)
        to.begin_object()
            .member("Number", line.number)
            .member("OccurredAt", base::to_text(line.at))
            .member("Category", line.category)
            .member("MessageText", line.is_cut ? line.text + cut_mark(output) : line.text)
            .end_object();
    auto self = [&](std::int64_t at) {
        return fmt::format("/api/tasks/{}/lines?attempt={}&from={}&take={}", attempt.task_id, attempt.number, at, take);
    };
    to.end_array().key("Links").begin_object().member("Self", "/api/tasks/" + attempt.task_id + "/lines");
    to.member("Output", output);
    if (page.next < total && !page.lines.empty()) to.member("Page.Next", self(page.next));
    to.end_object().end_object();
    return answer_json(200, std::move(json));
}

// Answers with exactly the bytes that an attempt printed, of both streams in the order in which they were read.
net::Response output(Call& call) {
    auto attempt = load_attempt(call);
    auto response = answer_text(200, "");
    response.content_type = "application/octet-stream";
    response.source = output_bytes(call.house, attempt);
    return response;
}

} // namespace

void add_task_routes(Routes& routes) {
    routes.add(Route("GET", "tasks", Permission::task_view, On::any_space, Cost::work, "List tasks, newest first",
                     list_tasks));
    routes.add(Route("GET", "tasks/all", Permission::task_view, On::any_space, Cost::work, "List all tasks as an array",
                     list_all_tasks));
    routes.add(Route("GET", "tasks/tasktypes", Permission::any_user, On::nothing, Cost::read, "List types of tasks",
                     [](Call&) { return answer_json(200, R"([{"Id":"RunbookRun","Name":"Run a runbook"}])"); }));
    routes.add(Route("GET", "tasks/{id}", Permission::task_view, On::task, Cost::read, "Read a task",
                     [](Call& call) { return answer_json(200, task_json(call.house, load_task(call))); }));
    routes.add(Route("POST", "tasks", Permission::task_create, On::any_space, Cost::work,
                     "Create a task (always rejected: run a runbook instead)", create)
                   .takes(schema::type_of<TaskToCreate>()));
    routes.add(Route("GET", "tasks/{id}/details", Permission::task_view, On::task, Cost::work,
                     "Read a task with its steps and the last lines of each (tail: at most 10000)", details));
    routes.add(Route("GET", "tasks/{id}/raw", Permission::task_view, On::task, Cost::work,
                     "Read the whole log of a task as text", raw));
    routes.add(Route("GET", "tasks/{id}/output", Permission::task_view, On::task, Cost::work,
                     "Read the exact output of a step", output));
    routes.add(Route("GET", "tasks/{id}/lines", Permission::task_view, On::task, Cost::work,
                     "Read lines of a step from a given number (take: at most 10000)", lines));
    routes.add(Route("GET", "tasks/{id}/queued-behind", Permission::task_view, On::task, Cost::work,
                     "Show why a queued task does not start", queued_behind));
    routes.add(
        Route("POST", "tasks/{id}/cancel", Permission::task_cancel, On::task, Cost::work, "Cancel a task", cancel));
    routes.add(
        Route("POST", "tasks/rerun/{id}", Permission::task_create, On::task, Cost::work, "Run a task again", rerun));
    routes.add(Route("POST", "tasks/{id}/state", Permission::task_edit, On::task, Cost::work,
                     "Change the state of a completed task", change_state)
                   .takes(schema::type_of<operations::TaskStateToSet>()));
}

} // namespace stepwell::api
