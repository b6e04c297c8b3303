// Tables of documents: one per noun, made from its description. The others are in migrations.h.
#pragma once
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// False for a database in which nothing was stored yet.
bool has_tables(Session& session);
// Throws if a newer program wrote the database at `path`, or another build with other descriptions. Only reads.
void check_schema(Session& session, std::string const& path);
// Nouns whose table is missing, or was made from an earlier description.
std::vector<domain::Noun const*> outdated_tables(Session& session);
// Makes the table of the noun, or makes it anew with its documents rewritten. Members that the description does not have
// any more stay in the documents.
void bring_up_to_date(Session& session, domain::Noun const& noun);
// A digest of all migrations, tables of nouns and descriptions: another one needs another migration.
std::string schema_digest();

// sort_order for SortOrder: the column of an indexed member. "id" and "space_id" are columns of every table.
std::string column_name(std::string_view field_name);
// The statements that make the table of a noun and its indexes.
std::string table_statements(domain::Noun const& noun);

} // namespace stepwell::store
