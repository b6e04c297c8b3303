// The verdict on an attempt: from its worker's result, and from its row after a restart.
#pragma once
#include "engine/run_context.h"
#include "engine/workers.h"

namespace stepwell::engine {

// Writes the end of an attempt into it: ending, verdict, code, times and reason.
void settle_attempt(ActionContext const& context, run::Worker const& worker, run::Result result,
                    store::Attempt& attempt);

// Ends an attempt without a result of its worker.
void end_without_result(store::Attempt& attempt, domain::AttemptEnding ending, std::string reason, base::Time at);

// The verdict on an attempt that has ended, as the state machine receives it: the same when the attempt ends and when
// it is read from the store. `outputs` are those that its script has set.
domain::Verdict verdict_on(store::Attempt const& attempt, std::vector<domain::Output> outputs);

} // namespace stepwell::engine
