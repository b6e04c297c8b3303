// Output variables of steps, one row per variable.
#pragma once
#include "store/runs.h"

#include <span>

namespace stepwell::store {

struct StepOutput {
    std::string name;
    std::string value;  // empty if sealed
    std::string sealed; // empty if not sensitive; bound to owner_of_output()
};
// Sets values of an attempt; one that has the name already is replaced.
void put_step_outputs(Session& session, std::string_view task_id, std::int64_t attempt,
                      std::span<StepOutput const> outputs);
// In the order in which their names were first set.
std::vector<StepOutput> list_step_outputs(Session& session, std::string_view task_id, std::int64_t attempt);

} // namespace stepwell::store
