// The row of a document. Its columns are derived from the document by its description.
#pragma once
#include "store/draft.h"

namespace stepwell::store {

// Sets the columns of a draft, with folded text, and the values that links use.
void fill_columns(Draft& draft, void const* object);

// Both throw Error{invalid} with the path of the member if a value is not unique. insert_row() returns the number of
// the row.
std::int64_t insert_row(Session& session, Draft const& draft, std::int64_t version);
void update_row(Session& session, Draft const& draft, std::int64_t version);
// Inserts a row with an existing number into a table that is being filled.
void copy_row(Session& session, Draft const& draft, std::int64_t number, std::int64_t version, std::string_view table);

} // namespace stepwell::store
