// Warnings about features of a process that this server does not support yet.
#pragma once
#include "domain/lint.h"
#include "domain/resources/process.h"

namespace stepwell::domain {

// Returns why a variable with the name of a property of steps has no effect, such as "retries are not supported yet";
// nullopt if it has one. `value` is null if it is not known.
std::optional<std::string_view> find_missing_feature(std::string_view property, std::string const* value);
// Returns the warnings about one enabled action: why it would fail, and which of its settings have no effect.
// `step_path` and `action_path` are the paths of step and action in the process.
std::vector<Lint> lint_action(Step const& step, Action const& action, std::string const& step_path,
                              std::string const& action_path);
// Returns the warnings about all enabled actions. Paths refer to the process. `default_pool` is the id of the worker
// pool of this server.
std::vector<Lint> lint_steps(std::vector<Step> const& steps, std::string_view default_pool);

} // namespace stepwell::domain
