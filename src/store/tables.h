// Tables: one per noun made from its description, and those that are not documents.
#pragma once
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// Grows by one with every change of a table or a description; tests/store/migration_test.cc fails until it does. The
// database holds the number of the program that wrote it last: user_version of SQLite.
constexpr std::int64_t schema_version = 1;

// False for a database in which nothing was stored yet.
bool has_tables(Session& session);
// Throws if a newer program wrote the database at `path`, or another build with other descriptions. Only reads.
void check_schema(Session& session, std::string const& path);
// Creates what is missing. Rewrites the table of a noun whose description changed since an earlier version; members
// that the description does not have any more stay in the documents.
void create_tables(Session& session);
// A digest of all tables and descriptions: another one needs another schema_version.
std::string schema_digest();

// sort_order for SortOrder: the column of an indexed member. "id" and "space_id" are columns of every table.
std::string column_name(std::string_view field_name);
// The statements that make the table of a noun and its indexes.
std::string table_statements(domain::Noun const& noun);

} // namespace stepwell::store
