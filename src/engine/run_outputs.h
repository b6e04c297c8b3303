// The outputs a runbook declares, of a run that has succeeded.
#pragma once
#include "domain/outputs.h"
#include "engine/live_task.h"

namespace stepwell::engine {

struct EvaluatedOutputs {
    bool warnings = false;                          // one is wrong; what the steps did stands
    std::function<void(store::Transaction&)> write; // empty: none are declared
};
EvaluatedOutputs evaluate_outputs(store::Store const& store, std::string const& server_uri, store::Task const& task,
                                  Subjects const& subjects, domain::Outcomes outcomes);

} // namespace stepwell::engine
