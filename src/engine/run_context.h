// What the variables of a run are resolved from. Views: everything must outlive the context.
#pragma once
#include "engine/live_task.h"
#include "variables/resolve.h"

namespace stepwell::engine {

struct RunContext {
    store::Store const& store;
    std::string const& server_uri;
    store::Task const& task;
    Subjects const& subjects;
};

// One action of a run, when it is dispatched.
struct ActionContext {
    RunContext const& run;
    domain::PlannedAction const& action;
    domain::Outcomes outcomes; // of the actions in front of it
    std::string const& error;  // the first failure so far; empty without one
};

// Variables as an action sees them.
variables::Resolution resolve_for(ActionContext const& context);
// Variables as the run sees them after `outcomes`: without those of an action.
variables::Resolution resolve_for(RunContext const& context, domain::Outcomes outcomes);

} // namespace stepwell::engine
