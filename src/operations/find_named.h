// Finds the document that a word in a request names. All operations use these functions.
#pragma once
#include "base/error.h"
#include "operations/documents.h"

namespace stepwell::operations {

struct NameSearch {
    std::string space_id;
    std::string path;                       // path of the word in the request, for problems
    std::vector<store::Filter> within = {}; // limits the search, for example to one project
};

// Returns the document with this id, else the one with this name, else the one with this slug; nullopt if there is
// none. A name takes precedence over a slug because slugs are made from names: the slug of "Dev 2" is "dev-2", which
// may be the name of another document. Throws Error{invalid}, which lists the ids, if several documents have the name.
std::optional<Stored> find_named(store::Session& session, Noun const& noun, std::string const& word,
                                 NameSearch const& search);

template <domain::Resource T> [[noreturn]] void reject_unknown(std::string const& word, std::string const& path) {
    base::reject(path, "there is no " + domain::words_of(domain::noun_of<T>()) + " '" + word + "'");
}

// The same, but throws Error{invalid} if there is no such document.
template <domain::Resource T> T load_named(store::Session& session, std::string const& word, NameSearch const& search) {
    auto found = find_named(session, domain::noun_of<T>(), word, search);
    if (!found) reject_unknown<T>(word, search.path);
    return store::parse<T>(*found);
}

} // namespace stepwell::operations
