// The outputs a runbook declares, of a run that has succeeded.
#pragma once
#include "domain/outputs.h"
#include "engine/live_task.h"
#include "store/run_outputs.h"

namespace stepwell::engine {

std::vector<domain::RunOutput> evaluate_outputs(store::Store const& store, std::string const& server_uri,
                                                store::Task const& task, Subjects const& subjects,
                                                domain::Outcomes outcomes);

} // namespace stepwell::engine
