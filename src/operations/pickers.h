#pragma once
#include "domain/answers.h"
#include "operations/find_named.h"

namespace stepwell::operations {

// The names that prompts offer in a space, in order. Lists the documents of each kind only once.
class Pickers {
public:
    // Session and space id must outlive the Pickers. The result of names_of() must not outlive it.
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

// Returns the id of the document that the word names; the word itself if there is none.
std::string id_of_picked(store::Session& session, std::string_view noun_name, std::string const& word,
                         NameSearch const& search);

} // namespace stepwell::operations
