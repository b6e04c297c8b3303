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
// Creates the table of the noun, or replaces it and rewrites its documents. Members that the description does not have
// any more stay in the documents. A name that is taken under today's rule of equality gets the document's id appended;
// the log says so.
void bring_up_to_date(Session& session, domain::Noun const& noun);
// Columns of all tables, indexes and descriptions in one digest: another one needs another migration.
std::string schema_digest();

// Definitions, in the words of dialect.h: of all tables that are not documents; of the table of a noun; of its indexes.
std::string_view common_definitions();
std::string table_definition(domain::Noun const& noun, std::string_view name);
std::string index_definitions(domain::Noun const& noun);

// The documents that one deletion removes.
constexpr std::string_view deletion_table_definition =
    "create temporary table if not exists doomed(position $number, noun $text not null, id $text not null, "
    "id_key $text not null unique, space_id $text not null)";

// The column of an indexed member: sort_order for SortOrder, and for text name_key for Name, which holds folded text.
// Every table has `id`, `id_key` and `space_id`, too.
std::string column_of(schema::Field const& field);

} // namespace stepwell::store
