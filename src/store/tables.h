// Tables of documents, one per noun, generated from its description. The other tables are in tables.sql and
// migrations.h.
#pragma once
#include "domain/event.h"
#include "domain/noun.h"
#include "store/session.h"

namespace stepwell::store {

// Returns false for a new database.
bool has_tables(Session& session);
// Throws if the database at `path` was written by a newer program, or by another build with different descriptions.
// Does not write.
void check_schema(Session& session, std::string const& path);
// Returns nouns whose table is missing or was generated from an older description.
std::vector<domain::Noun const*> outdated_tables(Session& session);
// Creates the table of the noun, or replaces it and rewrites its documents. Members that the description no longer has
// stay in the documents. Names that the current rules do not allow are changed; returns an audit event for each
// document in which they were.
std::vector<domain::Event> bring_up_to_date(Session& session, domain::Noun const& noun);
// Returns a digest of the columns of all tables, indexes and descriptions. If it changes, a migration is needed.
std::string schema_digest();

// Definitions in the words of dialect.h: of all tables that do not contain documents; of a noun's table; of its
// indexes.
std::string_view common_definitions();
std::string table_definition(domain::Noun const& noun, std::string_view name);
std::string index_definitions(domain::Noun const& noun);

// The documents that one deletion removes.
constexpr std::string_view deletion_table_definition =
    "create temporary table if not exists doomed(position $number, noun $text not null, id $text not null, "
    "id_key $text not null unique, space_id $text not null)";

// Returns the column of an indexed member: sort_order for SortOrder; for text, which is stored folded, name_key for
// Name. Every table also has `id`, `id_key` and `space_id`.
std::string column_of(schema::Field const& field);

} // namespace stepwell::store
