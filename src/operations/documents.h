// Creating, changing and deleting any document, by its description and the rules of its noun (rules.h). Verbs that do
// more build on these.
#pragma once
#include "operations/change.h"

namespace stepwell::operations {

// --- parts of changes -----------------------------------------------------------------------------------------------

// A new document of what a client sent. Id, slug and sort order are chosen here.
Change creation_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, base::Json const& body);
// A new document of an object made here; its id is kept if it has one.
Change insertion_of(ChangeContext const& context, Noun const& noun, Document& object);
// The same without the rules of the noun.
void add_new(ChangeContext const& context, Noun const& noun, Document& object, Change& change);

// A document as a client wants it to be. A `Version` in the body, or `if_match` (a row version), that is not the stored
// one is Error{conflict}; without either the last one to write wins. Another owner is Error{invalid}.
Change modification_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                       base::Json const& body, std::optional<std::int64_t> if_match = {});
// The same in two steps, for verbs with rules of their own: what the body makes of the stored document, and its update.
struct Modified {
    Stored stored;
    std::shared_ptr<Document> before, next;
};
Modified read_modified(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                       base::Json const& body, std::optional<std::int64_t> if_match = {});
void add_update(ChangeContext const& context, Noun const& noun, Document& next, Stored const& before, Change& change);

Change deletion_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id);

// Throws Error{not_found} if there is no such document in the space.
Stored load_stored(store::Session& session, Noun const& noun, std::string_view id, std::string const& space_id);

// A stored document, changed by code. The rules of the noun are not applied.
template <domain::Resource T, class Edit>
Change edit_of(ChangeContext const& context, std::string const& space_id, std::string_view id, Edit const& edit) {
    auto const stored = load_stored(context.session, domain::noun_of<T>(), id, space_id);
    auto object = store::parse<T>(stored);
    edit(object);
    Change change;
    add_update(context, domain::noun_of<T>(), object, stored, change);
    return change;
}

// --- committed ------------------------------------------------------------------------------------------------------

// Each commits one of the changes above and returns its first document.
Stored create(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
              base::Json const& body);
Stored modify(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              base::Json const& body, std::optional<std::int64_t> if_match = {});
void remove(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id);

template <domain::Resource T> Stored insert(Store& store, Caller const& caller, T const& object) {
    return commit_document(store, [&](store::Session& session) {
        auto made = object;
        return insertion_of({store, session, caller}, domain::noun_of<T>(), made);
    });
}
template <domain::Resource T, class Edit>
Stored change(Store& store, Caller const& caller, std::string const& space_id, std::string_view id, Edit const& edit) {
    return commit_document(
        store, [&](store::Session& session) { return edit_of<T>({store, session, caller}, space_id, id, edit); });
}

} // namespace stepwell::operations
