#include "operations/run_runbook.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "base/utf8.h"
#include "engine/load_referred.h"
#include "engine/load_subjects.h"
#include "operations/check_references.h"
#include "operations/find_named.h"
#include "operations/pickers.h"
#include "operations/runbook_environments.h"
#include "operations/save_process.h"
#include "operations/take_answers.h"
#include "operations/visibility.h"
#include "variables/evaluate.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

std::string item_of(std::string const& list, std::size_t index) { return list + '[' + std::to_string(index) + ']'; }

RunbookSnapshot choose_snapshot(Session& session, Runbook const& runbook, RunRequest const& request) {
    auto const& wanted = request.snapshot;
    if (wanted.empty()) {
        if (runbook.published_snapshot.empty())
            base::reject("", "The runbook '" + runbook.name +
                                 "' has no published snapshot. Publish one, or name the snapshot to run.");
        return store::load<RunbookSnapshot>(session, runbook.published_snapshot.value);
    }
    auto found = find_named(session, noun_of<RunbookSnapshot>(), wanted,
                            {runbook.space_id, request.members.snapshot, {{"RunbookId", {runbook.id}}}});
    if (!found)
        base::reject(request.members.snapshot, "the runbook '" + runbook.name + "' has no snapshot '" + wanted + "'");
    return store::parse<RunbookSnapshot>(*found);
}

void check_allowed(Session& session, engine::Subjects const& subjects, std::string const& path) {
    if (subjects.project.is_disabled) base::reject("", "The project '" + subjects.project.name + "' is disabled.");
    if (!may_run_in(session, subjects.runbook, subjects.environment.id))
        base::reject(path, "the runbook '" + subjects.runbook.name + "' is not allowed to run in the environment '" +
                               subjects.environment.name + "'");
}

// Throws Error{invalid} if a step to skip or a machine does not exist. Without the check, a misspelled step would run.
void check_choices(engine::Subjects const& subjects, RunRequest const& request) {
    base::Problems problems;
    auto actions = flatten(*subjects.content);
    auto const& [options, members] = std::tie(request.options, request.members);
    for (std::size_t i = 0; i < options.skip_actions.size(); ++i) {
        auto const word = base::trim_spaces(options.skip_actions[i]);
        bool known = std::ranges::any_of(actions, [&](PlannedAction const& action) {
            return base::equal_folded(word, action.action_id) || base::equal_folded(word, action.name);
        });
        if (!known)
            problems.push_back({item_of(members.skip_actions, i), "there is no step '" + std::string(word) + "'"});
    }
    for (auto const& [member, machines] : {std::pair(&members.specific_machines, &options.specific_machines),
                                           std::pair(&members.excluded_machines, &options.excluded_machines)})
        for (std::size_t i = 0; i < machines->size(); ++i)
            problems.push_back({item_of(*member, i), "there is no machine '" + (*machines)[i] + "'"});
    base::reject_if_any(std::move(problems));
}

// Returns the tag in the variable. Does not resolve the variables of the run unless this one exists.
std::string shared_tag(engine::Subjects const& subjects) {
    auto tags = [](Variable const& variable) { return base::equal_ignoring_case(variable.name, concurrency_tag_name); };
    if (!any_variable(*subjects.content, tags)) return {};
    auto resolution = known_before(subjects, subjects.run.form_values, hide);
    auto tag = resolution.dictionary().find(concurrency_tag_name);
    return tag ? variables::evaluate_variable(*tag, resolution.dictionary()).text : std::string();
}

// Returns the tags of a run. Runs that share a tag wait for each other. The variable adds a tag; it does not replace
// that of OneAtATime.
std::string concurrency_tags(engine::Subjects const& subjects) {
    std::vector<std::string> tags{shared_tag(subjects)};
    if (subjects.runbook.one_at_a_time) tags.push_back(subjects.runbook.id + "/" + subjects.environment.id);
    return engine::join_tags(tags);
}

template <domain::Resource T> bool is_seen(Session& session, Rights const& rights, std::string const& id) {
    auto const stored = store::find_document(session, noun_of<T>(), id, {});
    return stored && is_visible(session, rights, noun_of<T>(), *stored);
}

Subject subject_of(engine::Subjects const& subjects) {
    return {subjects.project.space_id, subjects.project.group.value,     subjects.project.id,
            subjects.environment.id,   subjects.run.tenant.value_or(""), subjects.runbook.id};
}

// Checks the permission on the runbook before its environments are known.
void check_may_run_some(Session& session, Rights const& rights, engine::Subjects const& subjects,
                        std::string const& word) {
    if (rights.allows_within(Permission::runbook_run_create, subject_of(subjects))) return;
    if (!is_seen<Runbook>(session, rights, subjects.runbook.id)) store::throw_not_found(word);
    throw_forbidden(Permission::runbook_run_create);
}

void check_may_run(Session& session, Rights const& rights, engine::Subjects const& subjects, std::string const& path,
                   std::string const& word) {
    if (rights.allows(Permission::runbook_run_create, subject_of(subjects))) return;
    if (!is_seen<Environment>(session, rights, subjects.environment.id)) reject_unknown<Environment>(word, path);
    throw_forbidden(Permission::runbook_run_create);
}

std::vector<engine::Subjects> load_all(Store& store, Session& session, Rights const& rights,
                                       RunRequest const& request) {
    engine::Subjects common;
    common.space = store::load<Space>(session, request.space_id);
    common.runbook = store::load<Runbook>(session, request.runbook_id, request.space_id);
    common.project = store::load<Project>(session, common.runbook.project.value);
    check_may_run_some(session, rights, common, request.runbook_id);
    common.snapshot = choose_snapshot(session, common.runbook, request);
    common.content = store.contents().load(session, common.snapshot.content);
    check_variable_count(*common.content);
    auto const& members = request.members;
    if (request.environments.empty()) base::reject(members.environment, "must name at least one environment");
    Pickers pickers(session, request.space_id);
    AnswerSheet sheet(request.options.form_values, members.answers, pickers.names_of());
    std::vector<engine::Subjects> all;
    base::Problems faults;
    for (std::size_t i = 0; i < request.environments.size(); ++i) {
        auto const path = members.lists_environments ? item_of(members.environment, i) : members.environment;
        auto environment = load_named<Environment>(session, request.environments[i], {request.space_id, path});
        // Starts one run for each environment, even if the request names it several times or by different names.
        bool again = std::ranges::any_of(
            all, [&](engine::Subjects const& each) { return each.environment.id == environment.id; });
        if (again) continue;
        auto& subjects = all.emplace_back(common);
        subjects.environment = std::move(environment);
        check_may_run(session, rights, subjects, path, request.environments[i]);
        check_allowed(session, subjects, path);
        subjects.run = request.options;
        take_answers(store, session, sheet, subjects);
        check_choices(subjects, request);
        subjects.referred =
            engine::load_referred(session, *subjects.content, subjects.run.form_values, request.space_id, &store.key());
        check_references(subjects, members.answers, store.clock().now(), faults);
    }
    refuse_loose_inputs(common.runbook, *common.content);
    sheet.finish();
    base::reject_if_any(std::move(faults));
    return all;
}

void fill_run(Store& store, Caller const& caller, RunRequest const& request, engine::Subjects& subjects) {
    auto& run = subjects.run;
    run.id = store.next_id(RunbookRun::prefix);
    run.space_id = request.space_id;
    run.name = "Run " + subjects.runbook.name + " on " + subjects.environment.name;
    run.project.value = subjects.project.id;
    run.runbook.value = subjects.runbook.id;
    run.snapshot.value = subjects.snapshot.id;
    run.environment.value = subjects.environment.id;
    run.environment_name = subjects.environment.name;
    run.frozen_process = subjects.snapshot.frozen_process;
    run.content = subjects.snapshot.content;
    run.manifest_variables = subjects.snapshot.variable_snapshot;
    run.task = store.next_id("ServerTasks");
    run.created = store.clock().now();
    run.deployed_by = caller.actor.username;
    run.deployed_by_id = caller.actor.user_id;
}

store::Task task_of(engine::Subjects const& subjects) {
    auto const& run = subjects.run;
    store::Task task;
    task.id = run.task;
    task.space_id = run.space_id;
    task.name = "RunbookRun";
    task.description = "Run runbook " + subjects.runbook.name + " snapshot " + subjects.snapshot.name + " on " +
                       subjects.environment.name;
    task.state = domain::TaskState::queued;
    task.project_id = run.project.value;
    task.runbook_id = run.runbook.value;
    task.environment_id = run.environment.value;
    task.run_id = run.id;
    task.arguments = "{\"RunbookRunId\":\"" + run.id + "\"}";
    task.concurrency_tag = concurrency_tags(subjects);
    task.content = run.content;
    task.queued = task.updated = run.created;
    task.not_before = run.queue_time;
    task.expires = run.queue_time_expiry;
    return task;
}

// The document of the run proves its inputs, except sensitive ones, and the digest of the content that it runs.
store::PreparedEvent queued_event(Caller const& caller, RunbookRun const& run, std::string const& document) {
    EventText text("RunbookRunQueued", run.space_id);
    text.name(run.id, run.name).say(" was requested");
    for (auto const& id : {run.task, run.project.value, run.runbook.value, run.environment.value, run.snapshot.value})
        text.relate(id);
    auto event = text.done();
    event.details = run.comments.value_or("");
    event.document = document;
    return store::prepare_event(caller.actor, run.created, event);
}

void check_times(RunbookRun const& options, RunMembers const& members, base::Time now) {
    auto const& [begin, end] = std::tie(options.queue_time, options.queue_time_expiry);
    base::Problems problems;
    if (begin && *begin > now + std::chrono::days(366))
        problems.push_back({members.queue_time, "must be within one year"});
    // A start time in the past means now, unless the run has expired.
    if (begin && *begin <= now && end && *end <= now)
        problems.push_back({members.queue_time, "is in the past, as is " + members.queue_time_expiry});
    if (end && *end <= now)
        problems.push_back({members.queue_time_expiry, "is in the past"});
    else if (begin && end && *end <= *begin)
        problems.push_back({members.queue_time_expiry, "must be after " + members.queue_time});
    base::reject_if_any(std::move(problems));
}

// A deletion does not see a run that is not stored yet: so the documents of a run must still exist when it is stored.
std::function<bool(Transaction&)> documents_exist(engine::Subjects const& subjects) {
    std::vector<std::pair<Noun const*, std::string>> documents{
        {&noun_of<Space>(), subjects.space.id},
        {&noun_of<Project>(), subjects.project.id},
        {&noun_of<Runbook>(), subjects.runbook.id},
        {&noun_of<RunbookSnapshot>(), subjects.snapshot.id},
        {&noun_of<Environment>(), subjects.environment.id},
    };
    return [documents = std::move(documents)](Transaction& transaction) {
        return std::ranges::all_of(documents, [&](auto const& document) {
            return store::exists(transaction.session, *document.first, document.second);
        });
    };
}

} // namespace

AdmittedRuns admit_runs(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request) {
    check_times(request.options, request.members, store.clock().now());
    auto all = store.read_at_once([&](Session& session) { return load_all(store, session, caller.rights, request); });
    AdmittedRuns admitted;
    for (auto& subjects : all) {
        fill_run(store, caller, request, subjects);
        auto draft = store::draft_of(store, caller.actor, subjects.run);
        draft.event = queued_event(caller, subjects.run, draft.json);
        admitted.runs.push_back(store::stored_of(draft));
        admitted.change.require(documents_exist(subjects));
        auto task = task_of(subjects);
        auto const admission = std::make_shared<engine::Admission>(engine.admit(std::move(task), std::move(subjects)));
        admitted.change.insert(std::move(draft));
        admitted.change.write([admission](Transaction& transaction) { admission->write(transaction); });
        admitted.admissions.push_back(admission);
    }
    return admitted;
}

std::vector<Stored> start_runs(Store& store, AdmittedRuns admitted) {
    auto runs = commit(store, std::move(admitted.change));
    for (auto const& admission : admitted.admissions) admission->committed();
    return runs;
}

std::vector<Stored> run_runbook(Store& store, engine::Engine& engine, Caller const& caller, RunRequest const& request) {
    return start_runs(store, admit_runs(store, engine, caller, request));
}

RunRequest request_again(Store& store, RunbookRun const& run) {
    RunRequest request{run.space_id, run.runbook.value, run.snapshot.value, {run.environment.value}, run};
    request.options.queue_time.reset();
    request.options.queue_time_expiry.reset();
    request.options.sensitive_form_values.items.clear();
    auto secrets = store.read([&](Session& session) { return engine::secret_answers_of(store, session, run); });
    for (auto& answer : secrets.items) request.options.form_values.items.push_back(std::move(answer));
    return request;
}

} // namespace stepwell::operations
