// Answers to prompts that would become part of a script's text, and so could make it do anything.
#pragma once
#include "domain/content.h"
#include "domain/lint.h"

namespace stepwell::domain {

// One for each script body and prompted variable whose answer `#{…}` would put there, directly or by way of other
// variables and properties. Paths are those of the process.
std::vector<Lint> lint_inputs(SnapshotContent const& content);

} // namespace stepwell::domain
