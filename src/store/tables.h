// Tables: one per noun made from its description, and those that are not documents.
#pragma once
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// Creates what is missing; rewrites the table of a noun whose description changed since the last start.
void create_tables(Session& session);

// sort_order for SortOrder: the column of an indexed member. "id" and "space_id" are columns of every table.
std::string column_name(std::string_view field_name);
// The statements that make the table of a noun and its indexes.
std::string table_statements(domain::Noun const& noun);

} // namespace stepwell::store
