#pragma once
#include "domain/answers.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Names that a prompt of this kind offers in a space, in order.
std::vector<std::string> names_to_pick(store::Session& session, domain::AnswerKind kind, std::string const& space_id);
// The id of what is called so, by id, slug or name; the word itself when nothing is.
std::string id_of_picked(store::Session& session, std::string_view noun_name, std::string const& word,
                         std::string const& space_id);

} // namespace stepwell::operations
