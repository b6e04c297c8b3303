#include "store/tables.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "domain/nouns.h"
#include "schema/openapi.h"
#include "store/copy_documents.h"
#include "store/migrations.h"

#include <fmt/format.h>
#include <map>

extern "C" {
extern char const stepwell_tables_begin[], stepwell_tables_end[];
}

namespace stepwell::store {

namespace {

bool is_text(schema::Field const& field) { return field.codec->column_kind != schema::ColumnKind::integer; }

bool has_column(schema::Field const& field) { return field.flags.has(schema::indexed); }

// Names are unique under the owner if there is one, else in the space, else everywhere.
std::string uniqueness_scope(domain::Noun const& noun) {
    std::string last_owner;
    for (auto const& field : noun.type->fields)
        if (field.flags.has(schema::owner)) last_owner = column_of(field) + ", ";
    if (!last_owner.empty()) return last_owner;
    return noun.scope == domain::Scope::space ? "space_id, " : "";
}

std::optional<std::string> stored_fingerprint(Session& session, domain::Noun const& noun) {
    return session.text("select fingerprint from description where noun = ?", noun.table);
}

// A digest of the description and of the table generated from it.
std::string fingerprint_of(domain::Noun const& noun) {
    auto const definitions = table_definition(noun, noun.table) + index_definitions(noun);
    return schema::fingerprint(*noun.type) + '-' + base::to_hex(base::sha256(definitions).substr(0, 4));
}

} // namespace

std::string_view common_definitions() { return {stepwell_tables_begin, stepwell_tables_end}; }

std::string column_of(schema::Field const& field) {
    return domain::table_name(field.name) + (is_text(field) ? "_key" : "");
}

std::string table_definition(domain::Noun const& noun, std::string_view name) {
    std::string sql =
        "create table " + std::string(name) +
        "(number $document_number, id $text not null, id_key $text not null, space_id $text, version $integer not "
        "null, document $text not null, link_values $text not null";
    for (auto const& field : noun.type->fields)
        if (has_column(field)) sql += ", " + column_of(field) + (is_text(field) ? " $text" : " $integer");
    return sql + ");\n";
}

std::string index_definitions(domain::Noun const& noun) {
    std::string const table(noun.table);
    auto sql = "create unique index " + table + "_id_key on " + table + "(id_key);\n";
    auto const scope = uniqueness_scope(noun);
    for (auto const& field : noun.type->fields) {
        if (!has_column(field)) continue;
        auto const column = column_of(field), index = table + "_" + column + " on " + table + "(";
        if (field.flags.has(schema::unique))
            sql += "create unique index " + index + scope + column + ");\n";
        else
            sql += "create index " + index + column + ", number);\n";
    }
    if (noun.scope == domain::Scope::space)
        sql += "create index " + table + "_space on " + table + "(space_id, number);\n";
    return sql;
}

bool has_tables(Session& session) { return session.has_table("setting"); }

void check_schema(Session& session, std::string const& path) {
    auto stored = session.schema_number();
    if (stored < schema_version() || !has_tables(session)) return;
    auto program = session.text("select value from setting where name = 'ProgramVersion'").value_or("unknown");
    if (stored > schema_version())
        throw base::Error(
            base::Kind::internal,
            fmt::format(
                "{} was written by a newer Stepwell (version {}, schema {}). This program is version {} and reads "
                "schemas up to {}. Start the newer version, or restore a backup made before its first start.",
                path, program, stored, base::program_version, schema_version()));
    std::map<std::string, std::string> ours, theirs;
    for (auto noun : domain::all_nouns()) ours[std::string(noun->table)] = fingerprint_of(*noun);
    session.each("select noun, fingerprint from description",
                 [&](Row const& row) { theirs[row.string(0)] = row.string(1); });
    if (theirs == ours) return;
    throw base::Error(
        base::Kind::internal,
        fmt::format("{} was written by another build of Stepwell (version {}), whose documents have different members "
                    "although its schema is {} too. Start that build, or restore a backup made before its first start.",
                    path, program, stored));
}

std::vector<domain::Noun const*> outdated_tables(Session& session) {
    std::vector<domain::Noun const*> found;
    for (auto noun : domain::all_nouns())
        if (stored_fingerprint(session, *noun) != fingerprint_of(*noun)) found.push_back(noun);
    return found;
}

std::vector<domain::Event> bring_up_to_date(Session& session, domain::Noun const& noun) {
    std::vector<domain::Event> events;
    std::string const table(noun.table), anew = "new_" + table;
    if (stored_fingerprint(session, noun)) {
        session.define(table_definition(noun, anew));
        events = copy_documents(session, noun, anew);
        session.script("drop table " + table);
        session.script("alter table " + anew + " rename to " + table);
    } else {
        session.define(table_definition(noun, table));
    }
    session.define(index_definitions(noun));
    session.exec("insert into description(noun, fingerprint) values(?, ?) on conflict(noun) do update set fingerprint "
                 "= excluded.fingerprint",
                 noun.table, fingerprint_of(noun));
    return events;
}

std::string schema_digest() {
    std::string text(common_definitions());
    for (auto noun : domain::all_nouns())
        text +=
            table_definition(*noun, noun->table) + index_definitions(*noun) + schema::fingerprint(*noun->type) + '\n';
    return base::to_hex(base::sha256(text).substr(0, 16));
}

} // namespace stepwell::store
