#include "engine/load_subjects.h"

#include "base/error.h"
#include "engine/load_referred.h"
#include "engine/settle_attempt.h"
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

RecordedAttempt recorded_of(store::Store const& store, store::Attempt const& attempt) {
    RecordedAttempt recorded;
    recorded.key = attempt.key;
    recorded.state = attempt.state;
    recorded.decision = parse_decision(attempt.decision);
    if (attempt.state == AttemptState::ended) recorded.verdict = verdict_on(attempt, load_step_outputs(store, attempt));
    return recorded;
}

} // namespace stepwell::engine
