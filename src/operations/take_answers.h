#pragma once
#include "domain/answers.h"
#include "engine/live_task.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Checks what was answered for the place of `subjects`, and the defaults of what was not; problems are kept by the
// sheet. Sensitive answers go to the store by way of the run, and to the run at hand in memory.
void take_answers(Store const& store, store::Session& session, domain::AnswerSheet& sheet, engine::Subjects& subjects);

// What can be said of the values of a run before its steps. Without what `referred` hides.
variables::Resolution known_before(engine::Subjects const& subjects, domain::Bag<std::string> const& answers,
                                   domain::Reveal const& reveal);

} // namespace stepwell::operations
