// The one way in which a word of a request names a document.
#pragma once
#include "base/error.h"
#include "operations/documents.h"

namespace stepwell::operations {

struct NameSearch {
    std::string space_id;
    std::string path;                       // of the word in the request, for problems
    std::vector<store::Filter> within = {}; // such as those of one project
};

// Returns the document with this id, else the one with this name, else the one with this slug; nullopt if there is no
// such document. A name takes precedence over a slug because slugs are made from names: the slug of "Dev 2" is "dev-2",
// which may be the name of another. Throws Error{invalid} with the ids if several have the name.
std::optional<Stored> find_named(store::Session& session, Noun const& noun, std::string const& word,
                                 NameSearch const& search);

template <domain::Resource T> [[noreturn]] void reject_unknown(std::string const& word, std::string const& path) {
    base::reject(path, "There is no " + std::string(T::type_name) + " '" + word + "'.");
}

// The same; throws Error{invalid} if there is no such document.
template <domain::Resource T> T load_named(store::Session& session, std::string const& word, NameSearch const& search) {
    auto found = find_named(session, domain::noun_of<T>(), word, search);
    if (!found) reject_unknown<T>(word, search.path);
    return store::parse<T>(*found);
}

} // namespace stepwell::operations
