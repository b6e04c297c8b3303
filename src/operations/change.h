// What an operation writes: built from what is stored now, then committed as a whole or not at all.
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

// What a change is built with. The session shows one moment. The store gives ids, the key and the clock.
struct ChangeContext {
    Store& store;
    store::Session& session;
    Caller const& caller;
};

// Values of a new document that the server chose. If another writer took one of them, the change is built again.
struct ChosenValues {
    bool slug = false;
    std::optional<std::int64_t> sort_order;
};

// A list of writes. All bytes are prepared: the writer's thread runs SQL only, in the order in which they were added.
class Change {
public:
    void insert(store::Draft draft, ChosenValues chosen = {});
    // The row must still be the one that was read.
    void update(store::Draft draft, Stored const& before);
    // With everything that belongs to it. None of it may have changed, nor may anything else use it.
    void remove(ChangeContext const& context, Noun const& noun, Stored const& document);
    void append(store::PreparedEvent event);
    // SQL that no document shows. It may throw Error, which ends the commit.
    void write(std::function<void(Transaction&)> sql);
    // SQL that returns false if what the change was built from is no longer so.
    void require(std::function<bool(Transaction&)> sql);
    // The document must still be the one that was read.
    void expect(Noun const& noun, Stored const& document);
    // No document of the noun may have been added, changed or deleted in the space; empty: in all spaces.
    void expect_no_other(ChangeContext const& context, Noun const& noun, std::string const& space_id);
    // Everything of another change follows.
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

// Builds a change on the calling thread and writes it in one transaction. If another writer was faster, builds it again
// from what is stored then. Returns the inserted and updated documents as they are stored, in the order of the change.
// Throws what `build` throws, Error{conflict} if other writers were faster max_builds times, and what the store throws;
// then nothing is written.
constexpr int max_builds = 20;
std::vector<Stored> commit(Store& store, BuildChange const& build);
// The same of a change that is built already: Error{conflict} if another writer was faster.
std::vector<Stored> commit(Store& store, Change change);
// Returns the first document of the change.
Stored commit_document(Store& store, BuildChange const& build);

} // namespace stepwell::operations
