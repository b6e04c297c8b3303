// The writes of an operation. A change is built from the current state of the store, and is committed completely or not
// at all.
#pragma once
#include "domain/caller.h"
#include "store/documents.h"

#include <variant>

namespace stepwell::operations {

using domain::Caller;
using domain::Document;
using domain::Noun;
using store::Store;
using store::Stored;
using store::Transaction;

// The arguments for building a change. The session shows one consistent state. The store provides ids, the key and the
// clock.
struct ChangeContext {
    Store& store;
    store::Session& session;
    Caller const& caller;
};

// Values of a new document that the server chose. If another writer has taken one of them, the change is built again.
struct ChosenValues {
    bool slug = false;
    std::optional<std::int64_t> sort_order;
};

// A list of writes. All bytes are prepared: the writer's thread only runs SQL, in the order in which the writes were
// added.
class Change {
public:
    void insert(store::Draft draft, ChosenValues chosen = {});
    // Requires that the row has not changed since it was read.
    void update(store::Draft draft, Stored const& before);
    // Deletes the document with all of its parts. Requires that none of them has changed, and that no other document
    // uses them.
    void remove(ChangeContext const& context, Noun const& noun, Stored const& document);
    void append(store::PreparedEvent event);
    // Adds SQL that does not belong to a document. It may throw Error, which fails the commit.
    void write(std::function<void(Transaction&)> sql);
    // Adds SQL that returns false if the state from which the change was built has changed.
    void require(std::function<bool(Transaction&)> sql);
    // Requires that the document has not changed since it was read.
    void expect(Noun const& noun, Stored const& document);
    // Requires that no document of the noun was added, changed or deleted in the space; if `space_id` is empty, in all
    // spaces.
    void expect_no_other(ChangeContext const& context, Noun const& noun, std::string const& space_id);
    // Appends the writes of another change.
    void add(Change other);

    void use_reserve(store::Reserve reserve) { reserve_ = reserve; }

private:
    friend class Commit;
    struct Insertion {
        store::Draft draft;
        ChosenValues chosen;
    };
    struct Update {
        store::Draft draft;
        Stored before; // without its JSON
    };
    using Requirement = std::function<bool(Transaction&)>;
    std::vector<std::variant<Insertion, Update, Requirement>> steps_;
    store::Reserve reserve_ = store::Reserve::keep;
};

using BuildChange = std::function<Change(store::Session&)>;

// Builds a change on the calling thread and writes it in one transaction. If another writer committed first, builds it
// again from the new state. Returns the inserted and updated documents as stored, in the order of the change. Throws
// the exceptions of `build` and of the store, and Error{conflict} if other writers committed first max_builds times; in
// these cases nothing is written.
constexpr int max_builds = 20;
std::vector<Stored> commit(Store& store, BuildChange const& build);
// Commits a change that is already built. Throws Error{conflict} if another writer committed first.
std::vector<Stored> commit(Store& store, Change change);
// Returns the first document of the change.
Stored commit_document(Store& store, BuildChange const& build);

} // namespace stepwell::operations
