// The row of a document: its columns, filled from the document by its description.
#pragma once
#include "store/draft.h"

namespace stepwell::store {

// Columns of a draft, with text folded, and the members that links name.
void fill_columns(Draft& draft, void const* object);

// Each throws Error{invalid} that names the member by its path if it is not unique.
void insert_row(Session& session, Draft const& draft, std::int64_t version);
void update_row(Session& session, Draft const& draft, std::int64_t version);
// A row for a table that is being filled, with the number it had.
void copy_row(Session& session, Draft const& draft, std::int64_t number, std::int64_t version, std::string_view table);

} // namespace stepwell::store
