// Numbered changes of the database schema. Each has its statements in src/store/migrations/NNNN-name.sql, in the words
// of dialect.h; if data must be rewritten, it also has a function in migrations.cc. A start applies the missing ones in
// order and in one transaction. The database stores the number of the last one (Session::schema_number).
//
// A new database is created from src/store/tables.sql, which contains the current tables. A change of that file needs a
// migration with the same effect on an existing database.
//
// Tables of nouns are generated from their descriptions (tables.h) and follow them without statements. A changed
// description still needs a number, so that an older program refuses the database instead of dropping unknown data.
//
// A released migration is never edited. tests/store/migration_test.cc migrates a database of each release through all
// later migrations.
#pragma once
#include "store/session.h"

namespace stepwell::store {

struct Migration {
    std::string_view name; // file name without the number
    std::string_view statements;
    void (*rewrite)(Session&) = nullptr; // called after the statements
};

// Returns the migrations in order; the first has number 1.
std::span<Migration const> all_migrations();
// Returns the number of the last migration.
std::int64_t schema_version();

// The difference between a database and the schema of this program.
struct SchemaState {
    std::int64_t number = 0;           // 0: a new database, or one without a number
    std::vector<std::string> pending;  // names of migrations to apply, such as "0002-attempt-payload"
    std::vector<std::string> outdated; // tables of nouns to rewrite

    bool is_current() const { return pending.empty() && outdated.empty(); }
};
SchemaState read_schema_state(Session& session);

// Applies the pending changes and records the schema number and program version, in one transaction. On an error,
// throws and changes nothing. With Trial::yes, never changes anything.
enum class Trial { no, yes };
void migrate(Session& session, Trial trial = Trial::no);

} // namespace stepwell::store
