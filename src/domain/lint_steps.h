// What a process asks for and this server does not do yet.
#pragma once
#include "domain/lint.h"
#include "domain/resources/process.h"

namespace stepwell::domain {

// Of one action that would run: what makes it fail, and what has no effect. `step_path` and `action_path` are where the
// two are in the process.
std::vector<Lint> lint_action(Step const& step, Action const& action, std::string const& step_path,
                              std::string const& action_path);
// Of all actions that are not disabled. Paths are those of the process. `default_pool` is the id of the pool that this
// server works for.
std::vector<Lint> lint_steps(std::vector<Step> const& steps, std::string_view default_pool);

} // namespace stepwell::domain
