// Warnings about input of the user who starts a run that becomes part of a script's text and so can change its effect.
#pragma once
#include "domain/content.h"
#include "domain/lint.h"

namespace stepwell::domain {

// Returns one warning for each text of a script (body, parameters, language, script module) and each input that `#{…}`
// inserts there, directly or through other variables and properties. Inputs are answers to prompts, the comment on the
// run, and the display name and email address of the user who starts it. Paths refer to the process; they are empty for
// a module.
std::vector<Lint> lint_inputs(SnapshotContent const& content);

} // namespace stepwell::domain
