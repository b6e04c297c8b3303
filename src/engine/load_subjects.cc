#include "engine/load_subjects.h"

#include "base/error.h"
#include "engine/load_referred.h"
#include "engine/step_outputs.h"
#include "store/contents.h"
#include "store/secrets.h"

namespace stepwell::engine {

using namespace domain;

Bag<std::string> secret_answers_of(store::Store const& store, store::Session& session, RunbookRun const& run) {
    Bag<std::string> answers;
    for (auto const& [id, hidden] : run.sensitive_form_values.items)
        if (auto plain = store::reveal_current(session, store.key(), run.id, "SensitiveFormValues." + id))
            answers.items.emplace_back(id, std::move(*plain));
    return answers;
}

Subjects load_subjects(store::Store const& store, store::Session& session, store::Task const& task) {
    Subjects subjects;
    subjects.run = store::load<RunbookRun>(session, task.run_id);
    subjects.secret_answers = secret_answers_of(store, session, subjects.run);
    subjects.space = store::load<Space>(session, task.space_id);
    subjects.project = store::load<Project>(session, subjects.run.project.value);
    subjects.runbook = store::load<Runbook>(session, subjects.run.runbook.value);
    subjects.environment = store::load<Environment>(session, subjects.run.environment.value);
    if (auto snapshot = store::find<RunbookSnapshot>(session, subjects.run.snapshot.value))
        subjects.snapshot = std::move(*snapshot);
    subjects.content = store.contents().load(session, task.content);
    subjects.referred =
        load_referred(session, *subjects.content, subjects.run.form_values, task.space_id, &store.key());
    return subjects;
}

TaskState state_of(store::Task const& task) {
    for (std::size_t i = 0; i < task_states.size(); ++i)
        if (task_states[i] == task.state) return TaskState(i);
    throw base::Error(base::Kind::internal, task.id + " has the unknown state " + task.state);
}

namespace {

VerdictKind kind_of(store::Attempt const& attempt) {
    if (attempt.ending == "exited") return attempt.code.value_or(0) == 0 ? VerdictKind::succeeded : VerdictKind::failed;
    if (attempt.ending == "signaled" || attempt.ending == "error_output" || attempt.passed_limit()) return VerdictKind::failed;
    if (attempt.ending == "timed_out") return VerdictKind::timed_out;
    if (attempt.ending == "canceled") return VerdictKind::canceled;
    if (attempt.ending == "never_started") return VerdictKind::never_started;
    return VerdictKind::unknown;
}

} // namespace

RecordedAttempt recorded_of(store::Store const& store, store::Attempt const& attempt) {
    RecordedAttempt recorded;
    recorded.position = std::size_t(attempt.position);
    recorded.decision = parse_decision(attempt.decision);
    if (attempt.state == "skipped")
        recorded.state = RecordedAttempt::State::skipped;
    else if (attempt.state == "refused")
        recorded.state = RecordedAttempt::State::refused;
    else if (attempt.state == "ended")
        recorded.state = RecordedAttempt::State::ended;
    if (recorded.state != RecordedAttempt::State::ended) return recorded;
    recorded.verdict.kind = kind_of(attempt);
    recorded.verdict.message = attempt.reason;
    recorded.verdict.warnings = attempt.warnings;
    recorded.verdict.outputs = outputs_at_end(load_step_outputs(store, attempt), attempt);
    return recorded;
}

} // namespace stepwell::engine
