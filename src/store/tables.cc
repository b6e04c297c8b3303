#include "store/tables.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "domain/nouns.h"
#include "schema/openapi.h"
#include "store/documents.h"
#include "store/migrations.h"

namespace stepwell::store {

namespace {

std::string column_type(schema::Codec const& codec) {
    return codec.column_kind == schema::ColumnKind::integer ? "integer" : "text collate nocase";
}

bool has_column(schema::Field const& field) { return field.flags.has(schema::indexed); }

// Names are unique under the owner where there is one, else in the space, else everywhere.
std::string uniqueness_scope(domain::Noun const& noun) {
    std::string last_owner;
    for (auto const& field : noun.type->fields)
        if (field.flags.has(schema::owner)) last_owner = column_name(field.name) + ", ";
    if (!last_owner.empty()) return last_owner;
    return noun.scope == domain::Scope::space ? "space_id, " : "";
}

void copy_documents(Session& session, domain::Noun const& noun, std::string const& from) {
    std::vector<Stored> documents;
    session.each(
        "select number, version, id, space_id, document from " + from + " order by number", [&](Row const& row) {
            documents.push_back({row.integer(0), row.integer(1), row.string(2), row.string(3), row.string(4), {}});
        });
    for (auto const& document : documents) rewrite_document(session, noun, document);
}

std::optional<std::string> stored_fingerprint(Session& session, domain::Noun const& noun) {
    return session.text("select fingerprint from description where noun = ?", noun.table);
}

} // namespace

std::string column_name(std::string_view field_name) {
    auto name = domain::table_name(field_name);
    return name;
}

std::string table_statements(domain::Noun const& noun) {
    std::string table(noun.table);
    std::string sql = "create table " + table +
                      "(number integer primary key, id text not null unique collate nocase, " +
                      "space_id text collate nocase, version integer not null, document text not null";
    for (auto const& field : noun.type->fields)
        if (has_column(field)) sql += ", " + column_name(field.name) + " " + column_type(*field.codec);
    sql += ");\n";
    auto scope = uniqueness_scope(noun);
    for (auto const& field : noun.type->fields) {
        if (!has_column(field)) continue;
        auto column = column_name(field.name);
        if (field.flags.has(schema::unique))
            sql += "create unique index " + table + "_" + column + " on " + table + "(" + scope + column + ");\n";
        else
            sql += "create index " + table + "_" + column + " on " + table + "(" + column + ", number);\n";
    }
    if (noun.scope == domain::Scope::space)
        sql += "create index " + table + "_space on " + table + "(space_id, number);\n";
    return sql;
}

bool has_tables(Session& session) {
    return session.integer("select count(*) from sqlite_master where type = 'table' and name = 'setting'") == 1;
}

void check_schema(Session& session, std::string const& path) {
    auto stored = session.integer("pragma user_version").value_or(0);
    if (stored < schema_version() || !has_tables(session)) return;
    auto program = session.text("select value from setting where name = 'ProgramVersion'").value_or("unknown");
    if (stored > schema_version())
        throw base::Error(base::Kind::internal,
                          fmt::format("{} was written by a newer Stepwell (version {}, schema {}); this one is version "
                                      "{} and reads schemas up to {}. Start the newer one, or put back a backup from "
                                      "before it was started.",
                                      path, program, stored, base::program_version, schema_version()));
    std::map<std::string, std::string> ours, theirs;
    for (auto noun : domain::all_nouns()) ours[std::string(noun->table)] = schema::fingerprint(*noun->type);
    session.each("select noun, fingerprint from description",
                 [&](Row const& row) { theirs[row.string(0)] = row.string(1); });
    if (theirs == ours) return;
    throw base::Error(base::Kind::internal,
                      fmt::format("{} was written by another build of Stepwell (version {}), whose documents have "
                                  "other members although its schema is {} too. Start that build, or put back a backup "
                                  "from before it was started.",
                                  path, program, stored));
}

std::vector<domain::Noun const*> outdated_tables(Session& session) {
    std::vector<domain::Noun const*> found;
    for (auto noun : domain::all_nouns())
        if (stored_fingerprint(session, *noun) != schema::fingerprint(*noun->type)) found.push_back(noun);
    return found;
}

void bring_up_to_date(Session& session, domain::Noun const& noun) {
    bool const exists = stored_fingerprint(session, noun).has_value();
    std::string table(noun.table), old = table + "_before";
    if (exists) {
        session.script("alter table " + table + " rename to " + old);
        std::vector<std::string> indexes;
        session.each(
            "select name from sqlite_master where type = 'index' and tbl_name = ? and sql is not null",
            [&](Row const& row) { indexes.push_back(row.string(0)); }, old);
        for (auto const& index : indexes) session.script("drop index " + index);
    }
    session.script(table_statements(noun));
    if (exists) {
        copy_documents(session, noun, old);
        session.script("drop table " + old);
    }
    session.exec("insert into description(noun, fingerprint) values(?, ?) on conflict(noun) do update set fingerprint "
                 "= excluded.fingerprint",
                 noun.table, schema::fingerprint(*noun.type));
}

std::string schema_digest() {
    std::string text;
    for (auto const& migration : all_migrations()) text += migration.statements;
    for (auto noun : domain::all_nouns()) text += table_statements(*noun) + schema::fingerprint(*noun->type) + '\n';
    return base::to_hex(base::sha256(text).substr(0, 16));
}

} // namespace stepwell::store
