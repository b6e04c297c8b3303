#include "engine/turn_builder.h"

#include "base/error.h"
#include "base/log.h"
#include "engine/make_order.h"
#include "engine/run_outputs.h"
#include "engine/settle_attempt.h"
#include "store/events.h"

namespace stepwell::engine {

using namespace domain;
using base::Error;
using store::Transaction;

void TurnBuilder::check_waiting(store::Task const& task, Subjects const& subjects) {
    EvaluationLimit::Turn const evaluation(evaluations_, subjects);
    check_values({store_, server_uri_, task, subjects});
}

PlanInput TurnBuilder::plan_input(LiveTask const& live, TaskRecord const& record) const {
    PlanInput input;
    input.content = live.subjects.content.get();
    input.options.environment_id = live.subjects.environment.id;
    input.options.skip_actions = live.subjects.run.skip_actions;
    input.now = store_.clock().now();
    input.targets = placement_.targets;
    input.max_tries = placement_.max_tries;
    input.variables = [this, &live, &record, error = record.progress.error](PlannedAction const& action,
                                                                            Outcomes outcomes) {
        auto const context = context_of(live, record);
        auto resolution = std::make_shared<variables::Resolution>(resolve_for({context, action, outcomes, error}));
        return std::shared_ptr<variables::Dictionary const>(resolution, &resolution->dictionary());
    };
    return input;
}

void TurnBuilder::advance(LiveTask const& live, Turn& turn, TaskEvent const& event) {
    auto before = turn.record.progress.state;
    auto input = plan_input(live, turn.record);
    auto transition = domain::advance(std::move(turn.record.progress), event, input);
    turn.record.progress = std::move(transition.next);
    if (auto ended = std::get_if<AttemptEnded>(&event)) turn.record.open.erase(ended->key);
    auto& task = turn.record.task;
    auto now = store_.clock().now();
    task.state = turn.record.progress.state;
    task.warnings = turn.record.progress.warnings;
    task.canceled_by = turn.record.progress.canceled_by;
    task.updated = now;
    if (before == TaskState::queued && turn.record.progress.state == TaskState::executing) {
        task.started = now;
        task.picked_up = true;
        add_event(turn, live, "RunbookRunStarted", "started");
    }
    for (auto const& command : transition.commands)
        std::visit([&](auto const& each) { obey(live, turn, each); }, command);
    auto failed_run = store_.read([&](store::Session& session) { return store::failed_run_of(session, task); });
    turn.writes.push_back([task, failed_run = std::move(failed_run)](Transaction& transaction) {
        store::update_task(transaction.session, task, failed_run);
    });
}

namespace {

store::Attempt new_attempt(LiveTask const& live, Turn& turn, AttemptKey key, Decision const& decision) {
    auto const& action = live.actions[key.action];
    store::Attempt attempt;
    attempt.task_id = live.id;
    attempt.number = ++turn.record.attempt_count;
    attempt.key = std::move(key);
    attempt.step_id = action.step_id;
    attempt.action_id = action.action_id;
    attempt.name = action.name;
    attempt.decision = to_json(decision);
    return attempt;
}

void insert(Turn& turn, store::Attempt const& attempt) {
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
}

} // namespace

run::Order TurnBuilder::make_order_for(LiveTask const& live, Turn const& turn, store::Attempt const& attempt) {
    auto const& progress = turn.record.progress;
    EvaluationLimit::Turn const evaluation(evaluations_, live.subjects);
    auto const context = context_of(live, turn.record);
    return make_order({context, live.actions[attempt.key.action], progress.outcomes, progress.error}, attempt.ticket);
}

void TurnBuilder::obey(LiveTask const& live, Turn& turn, Dispatch const& command) {
    auto const& chosen = workers_.first();
    auto const worker = chosen.worker;
    auto attempt = new_attempt(live, turn, command.key, command.decision);
    attempt.worker = chosen.id;
    attempt.machine = command.target.empty() ? chosen.name : command.target;
    run::Order order;
    try {
        attempt.ticket = base::to_hex(base::random_bytes(16));
        attempt.boot_id = worker->boot_id();
        order = make_order_for(live, turn, attempt);
    } catch (Error const& error) {
        if (turn.is_request && !error.problems().empty()) throw; // the client's values cannot be used
        return refuse(turn, std::move(attempt), error.message());
    }
    insert(turn, attempt);
    // The worker gets ready while the commit is under way.
    auto ticket = attempt.ticket;
    turn.after.push_back([worker, ticket] { worker->start(ticket); });
    turn.undo.add([worker, ticket] { worker->complete(ticket); });
    worker->prepare(std::move(order));
    turn.record.open[command.key] = std::move(attempt);
}

// Decided to run, but the script cannot be made: nothing was started, and the state machine receives that as any end.
// After the commit: many such steps, one after the other, are as many turns.
void TurnBuilder::refuse(Turn& turn, store::Attempt attempt, std::string const& reason) const {
    end_without_result(attempt, AttemptEnding::never_started, reason, store_.clock().now());
    insert(turn, attempt);
    turn.next.push_back(AttemptEnded{attempt.key, verdict_on(attempt, {})});
    auto key = attempt.key;
    turn.record.open[std::move(key)] = std::move(attempt);
}

void TurnBuilder::record_decision(LiveTask const& live, Turn& turn, std::size_t action, Decision const& decision,
                                  AttemptState state, std::string reason) const {
    auto attempt = new_attempt(live, turn, {action, {}, 1}, decision);
    attempt.state = state;
    attempt.reason = std::move(reason);
    attempt.started = attempt.ended = store_.clock().now();
    insert(turn, attempt);
}

void TurnBuilder::obey(LiveTask const& live, Turn& turn, RecordSkip const& command) {
    record_decision(live, turn, command.action, command.decision, AttemptState::skipped, command.decision.reason);
}

void TurnBuilder::obey(LiveTask const& live, Turn& turn, RecordFailure const& command) {
    record_decision(live, turn, command.action, command.decision, AttemptState::refused,
                    command.decision.fails.value_or(""));
}

void TurnBuilder::obey(LiveTask const&, Turn& turn, CancelAttempt const& command) {
    auto& attempt = turn.record.open.at(command.key);
    if (!is_open(attempt.state)) return; // refused: it never starts, and the task is about to receive its end
    if (auto worker = workers_.find(attempt.worker))
        return turn.after.push_back([worker, ticket = attempt.ticket] { worker->cancel(ticket); });
    // No one can say what its script did.
    end_without_result(attempt, AttemptEnding::lost, "its worker '" + attempt.worker + "' is not registered",
                       store_.clock().now());
    turn.writes.push_back([attempt](Transaction& transaction) { store::update_attempt(transaction.session, attempt); });
    turn.next.push_back(AttemptEnded{command.key, verdict_on(attempt, {})});
}

void TurnBuilder::obey(LiveTask const&, Turn& turn, GoOn const&) { turn.next.push_back(SlotGranted{}); }

void TurnBuilder::obey(LiveTask const& live, Turn& turn, Finish const& command) {
    auto& task = turn.record.task;
    task.state = command.state;
    task.error = command.error;
    task.warnings = command.warnings;
    task.completed = store_.clock().now();
    turn.is_end = true;
    if (command.state == TaskState::success) keep_outputs(live, turn);
    switch (command.state) {
    case TaskState::success: return add_event(turn, live, "RunbookRunSucceeded", "succeeded");
    case TaskState::canceled: return add_event(turn, live, "TaskCanceled", "was canceled");
    default: return add_event(turn, live, "RunbookRunFailed", "failed");
    }
}

void TurnBuilder::keep_outputs(LiveTask const& live, Turn& turn) const {
    try {
        auto evaluated = evaluate_outputs(context_of(live, turn.record), turn.record.progress.outcomes);
        if (evaluated.warnings) turn.record.task.warnings = true;
        if (evaluated.write) turn.writes.push_back(std::move(evaluated.write));
    } catch (Error const& error) {
        // The work of the steps remains done. A task that could not end because of this would keep its slot.
        base::log_error("{}: its declared outputs cannot be evaluated: {}", live.id, error.message());
        turn.record.task.warnings = true;
    }
}

void TurnBuilder::add_event(Turn& turn, LiveTask const& live, char const* category, std::string const& what) const {
    auto const& run = live.subjects.run;
    EventText text(category, run.space_id);
    text.name(run.id, run.name).say(" " + what);
    for (auto const& id :
         {turn.record.task.id, run.project.value, run.runbook.value, run.environment.value, run.snapshot.value})
        text.relate(id);
    auto event = text.done();
    event.details = turn.record.task.error;
    auto prepared = store::prepare_event(system_actor(), store_.clock().now(), event);
    turn.writes.push_back([prepared](Transaction& transaction) { store::append_event(transaction, prepared); });
}

} // namespace stepwell::engine
