#pragma once
#include "domain/answers.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Names that a prompt of this kind offers in a space, in order.
std::vector<std::string> names_to_pick(store::Session& session, domain::AnswerKind kind, std::string const& space_id);

} // namespace stepwell::operations
