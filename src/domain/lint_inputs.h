// Answers to prompts that would become part of a script's text, and so could make it do anything.
#pragma once
#include "domain/content.h"
#include "domain/lint.h"

namespace stepwell::domain {

// One for each text of a script (body, parameters, language, script module) and each prompted variable, or the run's
// comment, that `#{…}` would put there, directly or by way of other variables and properties. Paths are those of the
// process; empty for a module.
std::vector<Lint> lint_inputs(SnapshotContent const& content);

} // namespace stepwell::domain
