// Frozen processes and variable sets, read under their own ids such as RunbookProcess-Runbooks-1-s-3-ABCDE.
#pragma once
#include "domain/content.h"
#include "operations/documents.h"

namespace stepwell::operations {

// Such an id: never given twice.
std::string frozen_id(std::string const& live_id, std::int64_t version);
// What it is a copy of: RunbookProcess-Runbooks-1.
std::string live_id_of(std::string const& frozen_id);
// New ids for the frozen variables: the project's, and those of each library variable set in their order.
void give_frozen_ids(domain::RunbookSnapshot& snapshot, domain::SnapshotContent const& content);
// In the transaction that stores the snapshot: the content, and every id it is read under.
void insert_frozen(Transaction& transaction, domain::RunbookSnapshot const& snapshot, std::string const& bytes);

// As documents of the wire. Nothing when there is no such frozen copy in the space, or what it was taken of is deleted.
std::optional<Stored> find_frozen_process(store::Session& session, std::string const& id, std::string const& space_id);
std::optional<Stored> find_frozen_variables(store::Session& session, std::string const& id,
                                            std::string const& space_id);
// Throws Error{invalid} when the id is one of a frozen copy.
void refuse_if_frozen(store::Session& session, std::string_view id);

} // namespace stepwell::operations
