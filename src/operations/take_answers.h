#pragma once
#include "domain/answers.h"
#include "engine/live_task.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Checks the answers for the environment of `subjects`, and the defaults of unanswered prompts; the sheet stores
// problems. Sensitive answers are added to the run, for the store, and to `subjects`, for the current run in memory.
void take_answers(Store const& store, store::Session& session, domain::AnswerSheet& sheet, engine::Subjects& subjects);

// Returns the values of a run that are known before its steps. Secrets of referred documents are empty.
variables::Resolution known_before(engine::Subjects const& subjects, domain::Bag<std::string> const& answers,
                                   domain::Reveal const& reveal);

} // namespace stepwell::operations
