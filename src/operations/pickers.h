#pragma once
#include "domain/answers.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Names that prompts offer in a space, in order. Lists those of a kind once, however many prompts offer them.
class Pickers {
public:
    // Both must outlive it, and what names_of() returns must not.
    Pickers(store::Session& session, std::string const& space_id) : session_(session), space_id_(space_id) {}

    std::vector<std::string> const& names(domain::AnswerKind kind);
    domain::NamesOf names_of() {
        return [this](domain::AnswerKind kind) -> std::vector<std::string> const& { return names(kind); };
    }

private:
    store::Session& session_;
    std::string const& space_id_;
    std::map<domain::AnswerKind, std::vector<std::string>> names_;
};

// The id of what is called so, by id, slug or name; the word itself when nothing is.
std::string id_of_picked(store::Session& session, std::string_view noun_name, std::string const& word,
                         std::string const& space_id);

} // namespace stepwell::operations
