// Creates, changes and deletes documents of any noun, by its description and its rules (rules.h). Operations that do
// more are built from these.
#pragma once
#include "operations/change.h"

namespace stepwell::operations {

// --- parts of changes -----------------------------------------------------------------------------------------------

// Builds a new document from the body of a request. Chooses id, slug and sort order.
Change creation_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, base::Json const& body);
// Builds a new document from an object. Keeps its id if it has one.
Change insertion_of(ChangeContext const& context, Noun const& noun, Document& object);
// The same, without the rules of the noun.
void add_new(ChangeContext const& context, Noun const& noun, Document& object, Change& change);

// Applies the body of a request to a document. Throws Error{conflict} if `Version` in the body, or `if_match` (a row
// version), differs from the stored one; without either, the last writer wins. Throws Error{invalid} if the body names
// another owner.
Change modification_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                       base::Json const& body, std::optional<std::int64_t> if_match = {});
// The same in two steps, for operations with rules of their own: read_modified() applies the body, and add_update()
// adds the write.
struct Modified {
    Stored stored;
    std::shared_ptr<Document> before, next;
};
Modified read_modified(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                       base::Json const& body, std::optional<std::int64_t> if_match = {});
void add_update(ChangeContext const& context, Noun const& noun, Document& next, Stored const& before, Change& change);

Change deletion_of(ChangeContext const& context, Noun const& noun, std::string const& space_id, std::string_view id,
                   std::optional<std::int64_t> if_match = {});

// Returns true if `word` refers to the document: by its id, or by its slug if its noun has one.
bool refers_to(store::Session& session, std::string_view word, std::string const& id, std::string const& space_id);
// Returns the document that a member of a request refers to, by id or slug. Throws Error{invalid} with the member's
// path if there is none in the space, or if there are several.
Stored load_referenced(store::Session& session, Noun const& noun, std::string const& word, std::string const& space_id,
                       std::string const& path);
// Throws Error{not_found} if there is no such document in the space.
Stored load_stored(store::Session& session, Noun const& noun, std::string_view id, std::string const& space_id);

// Applies `edit` to a stored document. Does not apply the rules of the noun.
template <domain::Resource T, class Edit>
Change edit_of(ChangeContext const& context, std::string const& space_id, std::string_view id, Edit const& edit) {
    auto const stored = load_stored(context.session, domain::noun_of<T>(), id, space_id);
    auto object = store::parse<T>(stored);
    edit(object);
    Change change;
    add_update(context, domain::noun_of<T>(), object, stored, change);
    return change;
}

// --- committed changes ----------------------------------------------------------------------------------------------

// Each function commits one of the changes above. Returns its first document.
Stored create(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
              base::Json const& body);
Stored modify(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
              base::Json const& body, std::optional<std::int64_t> if_match = {});
// What the deletion of a document would do.
struct DeletionPreview {
    std::string also_deleted; // "8 runbook runs, 8 tasks with logs"; empty if it deletes nothing else
    std::string obstacle;     // why it would be refused; empty if it would not

    static constexpr std::string_view type_name = "DeletionPreview";
    static void describe(auto& field) {
        field("AlsoDeleted", &DeletionPreview::also_deleted, schema::plain, "Other documents that are deleted.");
        field("Obstacle", &DeletionPreview::obstacle, schema::plain,
              "Why the document cannot be deleted; empty: it can.");
    }
};
DeletionPreview preview_deletion(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id,
                                 std::string_view id);
void remove(Store& store, Caller const& caller, Noun const& noun, std::string const& space_id, std::string_view id,
            std::optional<std::int64_t> if_match = {});

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
