// Frozen processes and variable sets. They are read under ids of their own, such as
// RunbookProcess-Runbooks-1-s-3-ABCDE.
#pragma once
#include "domain/content.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Returns a new id for a frozen copy. Ids contain five random letters and are practically unique.
std::string frozen_id(std::string const& live_id, std::int64_t version);
// Returns the id of the original document, such as RunbookProcess-Runbooks-1.
std::string live_id_of(std::string const& frozen_id);
// Sets new ids for the frozen variables of the project and of each library variable set, in their order.
void give_frozen_ids(domain::RunbookSnapshot& snapshot, domain::SnapshotContent const& content);
// Inserts the content and all ids under which it is read. Call in the transaction that stores the snapshot.
void insert_frozen(Transaction& transaction, domain::RunbookSnapshot const& snapshot, std::string const& bytes);

// Returns a frozen copy as a document of the API. Returns nullopt if there is no such copy in the space, or if its
// original document was deleted.
std::optional<Stored> find_frozen_process(store::Session& session, std::string const& id, std::string const& space_id);
std::optional<Stored> find_frozen_variables(store::Session& session, std::string const& id,
                                            std::string const& space_id);
// Throws Error{invalid} if the id is that of a frozen copy.
void refuse_if_frozen(store::Session& session, std::string_view id);

} // namespace stepwell::operations
