#include "store/runs.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/task_machine.h"
#include "store/documents.h"
#include "store/marks.h"
#include "store/page.h"

namespace stepwell::store {

namespace {

std::int64_t millis(Time time) { return time.time_since_epoch().count(); }
std::optional<std::int64_t> millis(std::optional<Time> time) {
    return time ? std::optional(millis(*time)) : std::nullopt;
}
std::optional<Time> time_at(Row const& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return Time(base::Duration(row.integer(column)));
}
Value text_or_null(std::string const& text) { return text.empty() ? Value{} : Value{std::string_view(text)}; }

constexpr char const* is_open = "state in ('Queued', 'Executing', 'Cancelling')"; // of a task

// Enums are stored by their names.
template <class Enum> Enum to_enum(std::string_view name) {
    constexpr auto const& names = names_of(Enum{});
    auto at = std::ranges::find(names, name);
    if (at == std::end(names))
        throw base::Error(base::Kind::internal, "the database has the unknown state '" + std::string(name) + "'");
    return Enum(at - std::begin(names));
}
template <class Enum> std::optional<Enum> maybe_enum(Row const& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(to_enum<Enum>(row.text(column)));
}
template <class Enum> Value name_or_null(std::optional<Enum> value) {
    return value ? Value{schema::name_of(*value)} : Value{};
}

constexpr char const* task_columns =
    "id, space_id, name, description, project_id, runbook_id, environment_id, run_id, arguments, concurrency_tag, "
    "content, state, queued, not_before, expires, started, completed, updated, picked_up, warnings, error, canceled_by";

Task task_from(Row const& row) {
    Task task;
    std::string* texts[] = {&task.id,         &task.space_id,        &task.name,           &task.description,
                            &task.project_id, &task.runbook_id,      &task.environment_id, &task.run_id,
                            &task.arguments,  &task.concurrency_tag, &task.content};
    int column = 0;
    for (auto text : texts) *text = row.string(column++);
    task.state = to_enum<domain::TaskState>(row.text(11));
    task.queued = *time_at(row, 12);
    task.not_before = time_at(row, 13);
    task.expires = time_at(row, 14);
    task.started = time_at(row, 15);
    task.completed = time_at(row, 16);
    task.updated = *time_at(row, 17);
    task.picked_up = row.integer(18) != 0;
    task.warnings = row.integer(19) != 0;
    task.error = row.string(20);
    task.canceled_by = row.string(21);
    return task;
}

constexpr char const* attempt_columns =
    "task_id, number, action, target, try, ticket, step_id, action_id, name, worker, machine, decision, boot_id, "
    "state, started, ended, code, ending, verdict, reason, next_sequence, lines, log_bytes, warnings";

Attempt attempt_from(Row const& row) {
    Attempt attempt;
    attempt.task_id = row.string(0);
    attempt.number = row.integer(1);
    attempt.key = {std::size_t(row.integer(2)), row.string(3), int(row.integer(4))};
    std::string* texts[] = {&attempt.ticket, &attempt.step_id, &attempt.action_id, &attempt.name,
                            &attempt.worker, &attempt.machine, &attempt.decision,  &attempt.boot_id};
    int column = 5;
    for (auto text : texts) *text = row.string(column++);
    attempt.state = to_enum<domain::AttemptState>(row.text(13));
    attempt.started = time_at(row, 14);
    attempt.ended = time_at(row, 15);
    attempt.code = row.maybe_integer(16);
    attempt.ending = maybe_enum<domain::AttemptEnding>(row, 17);
    attempt.verdict = maybe_enum<domain::VerdictKind>(row, 18);
    attempt.reason = row.string(19);
    attempt.next_sequence = row.integer(20);
    attempt.lines = row.integer(21);
    attempt.log_bytes = row.integer(22);
    attempt.warnings = row.integer(23) != 0;
    return attempt;
}

// Returns the number of a task (7 for ServerTasks-7); 0 if there is none.
std::int64_t task_number(std::string_view id) {
    constexpr std::string_view prefix = "ServerTasks-";
    return base::starts_ignoring_case(id, prefix) ? base::to_number(id.substr(prefix.size())).value_or(0) : 0;
}

} // namespace

void insert_task(Session& session, Task const& task) {
    session.exec("insert into task(number, " + std::string(task_columns) +
                     ") values(?, ?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                 base::number_of(task.id), task.id, text_or_null(task.space_id), task.name, task.description,
                 text_or_null(task.project_id), text_or_null(task.runbook_id), text_or_null(task.environment_id),
                 text_or_null(task.run_id), task.arguments, text_or_null(task.concurrency_tag),
                 text_or_null(task.content), schema::name_of(task.state), millis(task.queued), millis(task.not_before),
                 millis(task.expires), millis(task.started), millis(task.completed), millis(task.updated),
                 task.picked_up, task.warnings, text_or_null(task.error), text_or_null(task.canceled_by));
}

std::optional<FailedRun> failed_run_of(Session& session, Task const& task) {
    bool const has_failed = task.state == domain::TaskState::failed || task.state == domain::TaskState::timed_out;
    if (!has_failed || task.run_id.empty()) return std::nullopt;
    auto const stored = find_document(session, domain::noun_of<domain::RunbookRun>(), task.run_id, {});
    if (!stored) return std::nullopt;
    auto run = parse<domain::RunbookRun>(*stored);
    if (run.failure_encountered) return std::nullopt;
    run.failure_encountered = true;
    return FailedRun{stored->number, stored->version, schema::to_json(run)};
}

void update_task(Session& session, Task const& task, std::optional<FailedRun> const& failed_run) {
    session.exec(
        "update task set state = ?, started = ?, completed = ?, updated = ?, picked_up = ?, warnings = ?, error = ?, "
        "canceled_by = ? where id = ?",
        schema::name_of(task.state), millis(task.started), millis(task.completed), millis(task.updated), task.picked_up,
        task.warnings, text_or_null(task.error), text_or_null(task.canceled_by), task.id);
    if (failed_run)
        session.exec("update runbook_run set version = version + 1, document = ? where number = ? and version = ?",
                     failed_run->json, failed_run->number, failed_run->version);
}

std::optional<Task> find_task(Session& session, std::string_view id) {
    std::optional<Task> task;
    session.each(
        "select " + std::string(task_columns) + " from task where number = ?",
        [&](Row const& row) { task = task_from(row); }, task_number(id));
    return task;
}

bool request_cancel(Session& session, std::string_view task_id, std::string_view username) {
    auto open = session.text("select id from task where number = ? and " + std::string(is_open), task_number(task_id));
    if (open)
        session.exec("insert into cancel_request(task_id, username) values(?, ?) on conflict(task_id) do nothing",
                     *open, username);
    return open.has_value();
}

std::optional<std::string> find_cancel_request(Session& session, std::string_view task_id) {
    return session.text("select username from cancel_request where task_id = ?", task_id);
}

std::vector<std::pair<std::string, std::string>> cancel_requests(Session& session) {
    std::vector<std::pair<std::string, std::string>> requests;
    session.each("select task_id, username from cancel_request join task on id = task_id where " + std::string(is_open),
                 [&](Row const& row) { requests.emplace_back(row.string(0), row.string(1)); });
    return requests;
}

std::vector<std::string> known_states(std::vector<std::string> const& texts) {
    std::vector<std::string> states;
    for (auto state : domain::task_states)
        if (std::ranges::any_of(texts, [&](auto const& text) { return base::equal_ignoring_case(text, state); }))
            states.emplace_back(state);
    if (states.empty() && !texts.empty()) states.emplace_back(); // matches nothing
    return states;
}

namespace {

// Returns the ids of the documents that the words mean. A word that means no document matches nothing.
template <domain::Resource T> std::vector<std::string> ids_of(Session& session, std::vector<std::string> const& ids) {
    std::vector<std::string> found;
    found.reserve(ids.size());
    for (auto const& id : ids) {
        auto const candidates = find_candidates(session, domain::noun_of<T>(), id, {});
        if (candidates.size() > 1) base::reject("", ambiguity_of(id, candidates) + ".");
        found.push_back(candidates.empty() ? id : candidates.front().id);
    }
    return found;
}

// Calls `use` with each row of a page. Returns the number of rows on all pages.
std::int64_t list_task_rows(Session& session, TaskQuery const& query, std::string const& columns,
                            std::function<void(Row const&)> const& use) {
    if (query.only_none) return 0;
    std::string where = " where 1=1";
    std::vector<Value> values;
    auto any_of = [&](char const* column, std::vector<std::string> const& texts) {
        if (!texts.empty()) where += std::string(" and ") + column + " in (" + marks(texts, values) + ")";
    };
    if (!query.space_id.empty()) {
        values.emplace_back(std::string_view(query.space_id));
        where += query.include_system ? " and (space_id = ? or space_id is null)" : " and space_id = ?";
    }
    std::vector<std::int64_t> numbers;
    numbers.reserve(query.ids.size());
    for (auto const& id : query.ids) numbers.push_back(task_number(id));
    if (!numbers.empty()) where += " and number in (" + marks(numbers, values) + ")";
    auto const states = known_states(query.states), names = base::fold_all(query.names);
    auto const projects = ids_of<domain::Project>(session, query.projects);
    auto const runbooks = ids_of<domain::Runbook>(session, query.runbooks);
    auto const environments = ids_of<domain::Environment>(session, query.environments);
    any_of("state", states);
    any_of("lower(name)", names);
    any_of("project_id", projects);
    any_of("runbook_id", runbooks);
    any_of("environment_id", environments);
    std::string pattern;
    if (query.partial_name) {
        pattern = containing(base::to_lower(*query.partial_name));
        where += std::string(" and lower(description)") + like;
        values.emplace_back(std::string_view(pattern));
    }
    if (query.visible) {
        where += " and (1=0";
        for (auto const& part : *query.visible) {
            where += part.space_id.empty() ? " or (space_id is null" : " or (space_id = ?";
            if (!part.space_id.empty()) values.emplace_back(std::string_view(part.space_id));
            any_of("project_id", part.projects);
            any_of("runbook_id", part.runbooks);
            any_of("environment_id", part.environments);
            where += ")";
        }
        where += ")";
    }
    if (query.warnings_or_errors)
        where += *query.warnings_or_errors ? " and (warnings <> 0 or error is not null)"
                                           : " and warnings = 0 and error is null";
    return read_page(
        session, {columns, " from task" + where, std::move(values), "number desc", {}, query.skip, query.take}, use);
}

} // namespace

ListedTasks list_tasks(Session& session, TaskQuery const& query) {
    ListedTasks listed;
    listed.total =
        list_task_rows(session, query, task_columns, [&](Row const& row) { listed.items.push_back(task_from(row)); });
    return listed;
}

ListedNumbers list_task_numbers(Session& session, TaskQuery const& query) {
    ListedNumbers listed;
    listed.total =
        list_task_rows(session, query, "number", [&](Row const& row) { listed.numbers.push_back(row.integer(0)); });
    return listed;
}

std::vector<Task> open_tasks(Session& session) {
    std::vector<Task> tasks;
    session.each("select " + std::string(task_columns) + " from task where " + is_open + " order by number",
                 [&](Row const& row) { tasks.push_back(task_from(row)); });
    return tasks;
}

std::vector<Task> queued_tasks(Session& session, Time now, std::int64_t limit) {
    std::vector<Task> tasks;
    session.each(
        "select " + std::string(task_columns) +
            " from task where state = 'Queued' and (not_before is null or not_before <= ?) "
            "order by number limit ?",
        [&](Row const& row) { tasks.push_back(task_from(row)); }, millis(now), limit);
    return tasks;
}

void insert_attempt(Session& session, Attempt const& attempt) {
    session.exec("insert into attempt(" + std::string(attempt_columns) +
                     ") values(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                 attempt.task_id, attempt.number, attempt.key.action, attempt.key.target, attempt.key.number,
                 text_or_null(attempt.ticket), attempt.step_id, attempt.action_id, attempt.name, attempt.worker,
                 attempt.machine, attempt.decision, text_or_null(attempt.boot_id), schema::name_of(attempt.state),
                 millis(attempt.started), millis(attempt.ended), attempt.code, name_or_null(attempt.ending),
                 name_or_null(attempt.verdict), text_or_null(attempt.reason), attempt.next_sequence, attempt.lines,
                 attempt.log_bytes, attempt.warnings);
}

void update_attempt(Session& session, Attempt const& attempt) {
    session.exec("update attempt set state = ?, started = ?, ended = ?, code = ?, ending = ?, verdict = ?, reason = ?, "
                 "next_sequence = ?, lines = ?, log_bytes = ?, warnings = ? where task_id = ? and number = ?",
                 schema::name_of(attempt.state), millis(attempt.started), millis(attempt.ended), attempt.code,
                 name_or_null(attempt.ending), name_or_null(attempt.verdict), text_or_null(attempt.reason),
                 attempt.next_sequence, attempt.lines, attempt.log_bytes, attempt.warnings, attempt.task_id,
                 attempt.number);
}

std::vector<Attempt> list_attempts(Session& session, std::string_view task_id) {
    std::vector<Attempt> attempts;
    session.each(
        "select " + std::string(attempt_columns) + " from attempt where task_id = ? order by action, target, try",
        [&](Row const& row) { attempts.push_back(attempt_from(row)); }, task_id);
    return attempts;
}

std::vector<Attempt> list_attempts_in_view(Session& session, std::string_view task_id,
                                           std::vector<std::int64_t> const& numbers) {
    std::vector<Value> values{task_id};
    auto where = "task_id = ? and (state in ('dispatching', 'running')" +
                 (numbers.empty() ? "" : " or number in (" + marks(numbers, values) + ")") + ")";
    std::vector<Attempt> attempts;
    session.run("select " + std::string(attempt_columns) + " from attempt where " + where + " order by number", values,
                [&](Row const& row) { attempts.push_back(attempt_from(row)); });
    return attempts;
}

std::optional<domain::AttemptState> find_attempt_state(Session& session, std::string_view ticket) {
    auto name = session.text("select state from attempt where ticket = ?", ticket);
    return name ? std::optional(to_enum<domain::AttemptState>(*name)) : std::nullopt;
}

void delete_run_records(Session& session, std::string const& run_ids) {
    session.each("select run_id, id from task where run_id in (" + run_ids + ") and " + is_open + " limit 1",
                 [](Row const& row) {
                     throw base::Error(base::Kind::conflict, "The run " + row.string(0) +
                                                                 " cannot be deleted while its task " + row.string(1) +
                                                                 " is running.");
                 });
    auto tasks = "select id from task where run_id in (" + run_ids + ")";
    session.exec("delete from log_chunk where task_id in (" + tasks + ")");
    session.exec("delete from run_output where run_id in (" + run_ids + ")");
    session.exec("delete from step_output where task_id in (" + tasks + ")");
    session.exec("delete from cancel_request where task_id in (" + tasks + ")");
    session.exec("delete from attempt where task_id in (" + tasks + ")");
    session.exec("delete from task where run_id in (" + run_ids + ")");
}

void refuse_while_run_in(Session& session, std::string const& environment_ids) {
    session.each("select id from task where environment_id in (" + environment_ids + ") and " + is_open + " limit 1",
                 [](Row const& row) {
                     throw base::Error(base::Kind::conflict, "The environment cannot be deleted while the task " +
                                                                 row.string(0) + " in it has not ended.");
                 });
}

void insert_content(Session& session, std::string const& digest, std::string const& body) {
    session.exec("insert into content(digest, body) values(?, ?) on conflict(digest) do nothing", digest, body);
}

std::optional<std::string> find_content(Session& session, std::string_view digest) {
    return session.text("select body from content where digest = ?", digest);
}

void insert_frozen(Session& session, std::string const& id, std::string const& digest, std::string const& space_id) {
    session.exec("insert into frozen(id_key, digest, space_id) values(?, ?, ?)", base::fold(id), digest, space_id);
}

std::optional<Frozen> find_frozen(Session& session, std::string_view id) {
    std::optional<Frozen> found;
    session.each(
        "select digest, space_id from frozen where id_key = ?",
        [&](Row const& row) { found = Frozen{row.string(0), row.string(1)}; }, base::fold(id));
    return found;
}

} // namespace stepwell::store
