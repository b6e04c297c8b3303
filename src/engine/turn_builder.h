// Makes turns of tasks: lets the state machine decide about an event, and turns its commands into writes and actions.
// Commits nothing. Prepares orders with their workers ahead of the commit; the turn's undo takes that back.
#pragma once
#include "engine/evaluation_limit.h"
#include "engine/run_context.h"
#include "engine/turn.h"
#include "engine/workers.h"

namespace stepwell::engine {

// Where actions run and how often they are tried. Called on threads of the engine; must return soon.
struct Placement {
    std::function<std::vector<domain::Target>(domain::PlannedAction const& action)> targets;
    std::function<int(domain::PlannedAction const& action)> max_tries;
};

// Thread-safe; each call is made by the holder of its task. All must outlive it.
class TurnBuilder {
public:
    TurnBuilder(store::Store& store, Workers const& workers, std::string const& server_uri, Placement const& placement)
        : store_(store), workers_(workers), server_uri_(server_uri), placement_(placement) {}

    static Turn begin(LiveTask const& live, bool is_request = false) {
        return {live.record, {}, {}, {}, {}, false, is_request};
    }
    // Adds to a turn what follows from an event. Throws Error{invalid} with problems if a client waits and its values
    // cannot be used.
    void advance(LiveTask const& live, Turn& turn, domain::TaskEvent const& event);

    domain::PlanInput plan_input(LiveTask const& live, TaskRecord const& record) const;
    RunContext context_of(LiveTask const& live, TaskRecord const& record) const {
        return {store_, server_uri_, record.task, live.subjects};
    }
    // Throws Error{invalid} if the values of a run that waits would take too much when it begins.
    void check_waiting(store::Task const& task, Subjects const& subjects);

private:
    void obey(LiveTask const& live, Turn& turn, domain::Dispatch const& command);
    void obey(LiveTask const& live, Turn& turn, domain::RecordSkip const& command);
    void obey(LiveTask const& live, Turn& turn, domain::RecordFailure const& command);
    void obey(LiveTask const& live, Turn& turn, domain::CancelAttempt const& command);
    void obey(LiveTask const& live, Turn& turn, domain::GoOn const& command);
    void obey(LiveTask const& live, Turn& turn, domain::Finish const& command);
    run::Order make_order_for(LiveTask const& live, Turn const& turn, store::Attempt const& attempt);
    void record_decision(LiveTask const& live, Turn& turn, std::size_t action, domain::Decision const& decision,
                         domain::AttemptState state, std::string reason) const;
    void refuse(Turn& turn, store::Attempt attempt, std::string const& reason) const;
    void keep_outputs(LiveTask const& live, Turn& turn) const;
    void add_event(Turn& turn, LiveTask const& live, char const* category, std::string const& what) const;

    store::Store& store_;
    Workers const& workers_;
    std::string const& server_uri_;
    Placement const& placement_;
    EvaluationLimit evaluations_;
};

} // namespace stepwell::engine
