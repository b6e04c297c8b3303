#include "store/tables.h"

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "domain/nouns.h"
#include "schema/openapi.h"
#include "store/documents.h"

namespace stepwell::store {

namespace {

// What is not a document. `number` columns are row numbers: newest last.
constexpr char const* fixed_tables = R"(
create table if not exists setting(name text primary key, value text not null);
create table if not exists description(noun text primary key, fingerprint text not null);
create table if not exists sequence(prefix text primary key, last integer not null);

-- which document names which; a document that is named cannot be deleted
create table if not exists reference(from_id text not null collate nocase, to_id text not null collate nocase, path text not null);
create index if not exists reference_from on reference(from_id);
create index if not exists reference_to on reference(to_id);

-- audit, hash-chained: hash = SHA-256(previous hash, sequence as 8 bytes big-endian, digest), digest = SHA-256(body)
create table if not exists event(sequence integer primary key, occurred integer not null, category text not null,
    user_id text not null, space_id text, body text not null, digest blob not null, hash blob not null);
create index if not exists event_space on event(space_id, sequence);
create table if not exists event_document(document_id text not null collate nocase, sequence integer not null,
    primary key(document_id, sequence)) without rowid;

-- values are sealed with the server's key, bound to owner and path; rows never change, the newest version counts
create table if not exists secret(number integer primary key, owner text not null collate nocase, path text not null,
    version integer not null, sealed blob not null);
create unique index if not exists secret_owner on secret(owner, path, version);

create table if not exists password(user_id text primary key collate nocase, hash text not null);
create table if not exists api_key(id text primary key collate nocase, number integer not null, user_id text not null collate nocase,
    digest blob not null unique, hint text not null, purpose text not null, created integer not null, expires integer);
create index if not exists api_key_user on api_key(user_id, number);
create table if not exists sign_in(digest blob primary key, user_id text not null collate nocase, csrf text not null,
    created integer not null, expires integer not null);
create index if not exists sign_in_user on sign_in(user_id);

-- answers to requests that carried an Idempotency-Key
create table if not exists idempotency(user_id text not null, idempotency_key text not null, request blob not null,
    status integer not null, answer text not null, created integer not null, primary key(user_id, idempotency_key));

-- frozen content of snapshots, and the ids under which its parts are read
create table if not exists content(digest text primary key, body text not null);
create table if not exists frozen(id text primary key collate nocase, digest text not null, space_id text not null);

create table if not exists task(number integer primary key, id text not null unique collate nocase, space_id text,
    name text not null, description text not null, state text not null, project_id text, runbook_id text, environment_id text,
    run_id text, arguments text not null, concurrency_tag text, queued integer not null, not_before integer, expires integer,
    started integer, completed integer, updated integer not null, picked_up integer not null default 0,
    warnings integer not null default 0, error text, canceled_by text, content text);
drop index if exists task_state;
drop index if exists task_runbook;
drop index if exists task_project;
drop index if exists task_environment;
create index if not exists task_by_state on task(state collate nocase, number);
create index if not exists task_space on task(space_id, number);
create index if not exists task_by_runbook on task(runbook_id collate nocase, number);
create index if not exists task_by_project on task(project_id collate nocase, number);
create index if not exists task_by_environment on task(environment_id collate nocase, number);
create index if not exists task_run on task(run_id);

-- one row per decision of the planner about a step; those that ran have a ticket
create table if not exists attempt(task_id text not null collate nocase, position integer not null, ticket text unique,
    step_id text not null, action_id text not null, name text not null, decision text not null, state text not null,
    boot_id text, started integer, ended integer, code integer, ending text, reason text, payload text,
    next_sequence integer not null default 1, lines integer not null default 0, log_bytes integer not null default 0,
    outputs text, warnings integer not null default 0, primary key(task_id, position)) without rowid;

-- output variables that steps have set; a sensitive value is sealed. Earlier versions kept them in attempt.outputs
create table if not exists step_output(number integer primary key, task_id text not null collate nocase,
    position integer not null, name text not null, value text not null, sealed blob not null);
create unique index if not exists step_output_name on step_output(task_id, position, name);

-- who asked for the cancellation of a task: what was answered stands, although the task may not know of it yet
create table if not exists cancel_request(task_id text primary key collate nocase, username text not null) without rowid;

-- declared outputs of runs that succeeded; a sensitive value is sealed
create table if not exists run_output(run_id text not null collate nocase, position integer not null, name text not null,
    type text not null, description text not null, value text, sealed blob, sensitive integer not null, problem text not null,
    primary key(run_id, position)) without rowid;

-- output: whole records as the spool has them, compressed; `first_line` counts the lines before it in this attempt
create table if not exists log_chunk(task_id text not null collate nocase, position integer not null, first_sequence integer not null,
    next_sequence integer not null, first_line integer not null, lines integer not null, bytes integer not null, data blob not null,
    primary key(task_id, position, first_sequence)) without rowid;
)";

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

void bring_up_to_date(Session& session, domain::Noun const& noun) {
    auto fingerprint = schema::fingerprint(*noun.type);
    auto stored = session.text("select fingerprint from description where noun = ?", noun.table);
    if (stored == fingerprint) return;
    std::string table(noun.table), old = table + "_before";
    if (stored) {
        session.script("alter table " + table + " rename to " + old);
        std::vector<std::string> indexes;
        session.each(
            "select name from sqlite_master where type = 'index' and tbl_name = ? and sql is not null",
            [&](Row const& row) { indexes.push_back(row.string(0)); }, old);
        for (auto const& index : indexes) session.script("drop index " + index);
    }
    session.script(table_statements(noun));
    if (stored) {
        copy_documents(session, noun, old);
        session.script("drop table " + old);
    }
    session.exec("insert into description(noun, fingerprint) values(?, ?) on conflict(noun) do update set fingerprint "
                 "= excluded.fingerprint",
                 noun.table, fingerprint);
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
    if (stored < schema_version || !has_tables(session)) return;
    auto program = session.text("select value from setting where name = 'ProgramVersion'").value_or("unknown");
    if (stored > schema_version)
        throw base::Error(base::Kind::internal,
                          fmt::format("{} was written by a newer Stepwell (version {}, schema {}); this one is version "
                                      "{} and reads schemas up to {}. Start the newer one, or put back a backup from "
                                      "before it was started.",
                                      path, program, stored, base::program_version, schema_version));
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

void create_tables(Session& session) {
    session.script("begin immediate");
    session.script(fixed_tables);
    for (auto noun : domain::all_nouns()) bring_up_to_date(session, *noun);
    if (session.integer("pragma user_version") != schema_version)
        session.script("pragma user_version = " + std::to_string(schema_version));
    if (session.text("select value from setting where name = 'ProgramVersion'") != base::program_version)
        session.exec("insert into setting(name, value) values('ProgramVersion', ?) on conflict(name) do update set "
                     "value = excluded.value",
                     base::program_version);
    session.script("commit");
}

std::string schema_digest() {
    std::string text = fixed_tables;
    for (auto noun : domain::all_nouns()) text += table_statements(*noun) + schema::fingerprint(*noun->type) + '\n';
    return base::to_hex(base::sha256(text).substr(0, 16));
}

} // namespace stepwell::store
