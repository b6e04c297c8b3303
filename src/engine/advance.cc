// One turn of a task: what follows from an event, as writes and as actions.
#include "base/error.h"
#include "base/log.h"
#include "engine/engine.h"
#include "engine/evaluation_turn.h"
#include "engine/make_order.h"
#include "engine/run_outputs.h"

namespace stepwell::engine {

using namespace domain;
using base::Error;
using store::Transaction;

PlanInput Engine::plan_input(LiveTask const& live, TaskRecord const& record) const {
    PlanInput input;
    input.content = live.subjects.content.get();
    input.options.environment_id = live.subjects.environment.id;
    input.options.skip_actions = live.subjects.run.skip_actions;
    input.now = store_.clock().now();
    input.variables = [this, &live, &record, error = record.progress.error](PlannedAction const& action,
                                                                            Outcomes outcomes) {
        auto resolution = std::make_shared<variables::Resolution>(
            resolve_for(store_, options_.server_uri, record.task, live.subjects, &action, outcomes, error));
        return std::shared_ptr<variables::Dictionary const>(resolution, &resolution->dictionary());
    };
    return input;
}

void Engine::advance(LiveTask const& live, Turn& turn, TaskEvent const& event) {
    auto before = turn.record.progress.state;
    auto input = plan_input(live, turn.record);
    auto transition = domain::advance(std::move(turn.record.progress), event, input);
    turn.record.progress = std::move(transition.next);
    auto& task = turn.record.task;
    auto now = store_.clock().now();
    task.state = schema::name_of(turn.record.progress.state);
    task.warnings = turn.record.progress.warnings;
    task.canceled_by = turn.record.progress.canceled_by;
    task.updated = now;
    if (before == TaskState::queued && turn.record.progress.state == TaskState::executing) {
        task.started = now;
        task.picked_up = true;
        tell(turn, live, "RunbookRunStarted", "started");
    }
    for (auto const& command : transition.commands)
        std::visit([&](auto const& each) { obey(live, turn, each); }, command);
    turn.writes.push_back(
        [task = turn.record.task](Transaction& transaction) { store::update_task(transaction.session, task); });
}

namespace {

store::Attempt new_attempt(LiveTask const& live, std::size_t position, Decision const& decision) {
    auto const& action = live.actions[position];
    store::Attempt attempt;
    attempt.task_id = live.id;
    attempt.position = std::int64_t(position);
    attempt.step_id = action.step_id;
    attempt.action_id = action.action_id;
    attempt.name = action.name;
    attempt.decision = to_json(decision);
    return attempt;
}

} // namespace

void Engine::obey(LiveTask const& live, Turn& turn, Dispatch const& command) {
    auto const& action = live.actions[command.position];
    auto attempt = new_attempt(live, command.position, command.decision);
    attempt.ticket = base::to_hex(base::random_bytes(16));
    attempt.boot_id = boot_id_;
    attempt.state = "dispatching";
    run::Order order;
    try {
        auto const& progress = turn.record.progress;
        EvaluationTurn const evaluation(*this, live.subjects);
        order = make_order(store_, options_.server_uri, turn.record.task, live.subjects, action, progress.outcomes,
                           progress.error, attempt.ticket);
    } catch (Error const& error) {
        if (turn.is_request && !error.problems().empty()) throw; // what was asked for cannot be
        return refuse(turn, std::move(attempt), error.message());
    }
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    // The worker gets ready while the commit is under way.
    auto ticket = attempt.ticket;
    turn.after.push_back([this, ticket] { worker_->start(ticket); });
    turn.undo.add([this, ticket] { worker_->complete(ticket); });
    worker_->prepare(std::move(order));
    turn.record.attempts[command.position] = std::move(attempt);
}

// Decided to run, but the script cannot be made: nothing was started, and the machine hears of it as of any end. After
// the commit: many such steps, one after the other, are as many turns.
void Engine::refuse(Turn& turn, store::Attempt attempt, std::string const& reason) {
    auto position = std::size_t(attempt.position);
    attempt.state = "ended";
    attempt.ending = "never_started";
    attempt.ended = store_.clock().now();
    attempt.reason = reason;
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    turn.record.attempts[position] = std::move(attempt);
    Verdict verdict;
    verdict.kind = VerdictKind::never_started;
    verdict.message = reason;
    turn.next.push_back(AttemptEnded{position, std::move(verdict)});
}

void Engine::obey(LiveTask const& live, Turn& turn, RecordSkip const& command) {
    auto attempt = new_attempt(live, command.position, command.decision);
    attempt.state = "skipped";
    attempt.reason = command.decision.reason;
    attempt.started = attempt.ended = store_.clock().now();
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    turn.record.attempts[command.position] = std::move(attempt);
}

void Engine::obey(LiveTask const& live, Turn& turn, RecordFailure const& command) {
    auto attempt = new_attempt(live, command.position, command.decision);
    attempt.state = "refused";
    attempt.reason = command.decision.fails.value_or("");
    attempt.started = attempt.ended = store_.clock().now();
    turn.writes.push_back([attempt](Transaction& transaction) { store::insert_attempt(transaction.session, attempt); });
    turn.record.attempts[command.position] = std::move(attempt);
}

void Engine::obey(LiveTask const&, Turn& turn, CancelAttempt const& command) {
    auto const& attempt = turn.record.attempts[command.position];
    if (attempt.state == "ended") return; // refused: it never starts, and the task is about to receive its end
    turn.after.push_back([this, ticket = attempt.ticket] { worker_->cancel(ticket); });
}

void Engine::obey(LiveTask const&, Turn& turn, GoOn const&) { turn.next.push_back(SlotGranted{}); }

void Engine::obey(LiveTask const& live, Turn& turn, Finish const& command) {
    auto& task = turn.record.task;
    task.state = schema::name_of(command.state);
    task.error = command.error;
    task.warnings = command.warnings;
    task.completed = store_.clock().now();
    turn.over = true;
    if (command.state == TaskState::success) keep_outputs(live, turn);
    switch (command.state) {
    case TaskState::success: return tell(turn, live, "RunbookRunSucceeded", "succeeded");
    case TaskState::canceled: return tell(turn, live, "TaskCanceled", "was canceled");
    default: return tell(turn, live, "RunbookRunFailed", "failed");
    }
}

void Engine::keep_outputs(LiveTask const& live, Turn& turn) {
    try {
        auto told = evaluate_outputs(store_, options_.server_uri, turn.record.task, live.subjects,
                                     turn.record.progress.outcomes);
        if (told.warnings) turn.record.task.warnings = true;
        if (told.write) turn.writes.push_back(std::move(told.write));
    } catch (Error const& error) {
        // What the steps did stands. A task that could not end for this would keep its slot for ever.
        base::log_error("{}: its declared outputs cannot be evaluated: {}", live.id, error.message());
        turn.record.task.warnings = true;
    }
}

void Engine::tell(Turn& turn, LiveTask const& live, char const* category, std::string const& what) const {
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
