// Creating, changing and deleting any document, by its description. Verbs that do more build on these.
#pragma once
#include "domain/caller.h"
#include "store/documents.h"

namespace stepwell::operations {

using domain::Actor;
using domain::Caller;
using domain::Document;
using domain::Noun;
using store::Store;
using store::Stored;
using store::Transaction;

// What a verb adds to the plain change. `settle` may look at the database and fills in members before the document is
// prepared (`before` is null for a new one); `also` writes more in the same transaction.
struct Extras {
    std::function<void(store::Session&, Document& next, Document const* before)> settle;
    std::function<void(Transaction&, Document const& next)> also;
};

// Makes a document of what a client sent. Id, slug and sort order are given here.
Stored create(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, base::Json const& body,
              Extras const& extras = {});
// The same of an object made here; its id is kept when it has one.
Stored insert(Store& store, Caller const& caller, Noun const& noun, Document& object, Extras const& extras = {});
template <domain::Resource T> Stored insert(Store& store, Caller const& caller, T& object, Extras const& extras = {}) {
    return insert(store, caller, domain::noun_of<T>(), object, extras);
}

// Replaces a document by what a client sent. A `Version` in the body, or `if_match` (a row version), that is not the
// stored one is Error{conflict}; without either the last one to write wins. Another owner is Error{invalid}.
Stored modify(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              base::Json const& body, std::optional<std::int64_t> if_match = {}, Extras const& extras = {});
// Changes a stored document by code; repeated when somebody else was faster.
Stored change(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              std::function<void(store::Session&, Document&)> const& edit);
template <domain::Resource T, class Edit>
Stored change(Store& store, Caller const& caller, std::string const& space_id, std::string_view id, Edit edit) {
    return change(store, caller, domain::noun_of<T>(), space_id, id,
                  [&](store::Session&, Document& object) { edit(static_cast<T&>(object)); });
}

void remove(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
            std::function<void(store::Session&, Stored const&)> const& allow = {});

} // namespace stepwell::operations
