// Numbered changes of the database. Each has its statements in src/store/migrations/NNNN-name.sql, in the words of
// dialect.h; one that has to rewrite data also has a function in migrations.cc. A start applies, in order and in one
// transaction, those that the database has not had. The number of the last one is kept in the database
// (Session::schema_number).
//
// A new database is made by src/store/tables.sql, which has the tables as they are now. A change of it needs a
// migration that makes the same of an older database.
//
// Tables of nouns are made from their descriptions (tables.h) and follow them without statements. A changed description
// still takes a number of its own, so that an older program refuses the database instead of dropping what it does not
// know.
//
// A migration that was released is never edited. tests/store/migration_test.cc carries a database of each release
// through all later ones.
#pragma once
#include "store/session.h"

namespace stepwell::store {

struct Migration {
    std::string_view name; // of its file, without the number
    std::string_view statements;
    void (*rewrite)(Session&) = nullptr; // called after the statements
};

// In order; the first has the number 1.
std::span<Migration const> all_migrations();
// The number of the last migration, which databases have that this program writes.
std::int64_t schema_version();

// What a database is behind this program.
struct SchemaState {
    std::int64_t number = 0;           // 0: a new database, or one from before there were numbers
    std::vector<std::string> pending;  // names of migrations to apply, such as "0002-attempt-payload"
    std::vector<std::string> outdated; // tables of nouns to rewrite

    bool is_current() const { return pending.empty() && outdated.empty(); }
};
SchemaState read_schema_state(Session& session);

// Applies what is pending and writes down number and program, in one transaction. Throws, and changes nothing, if
// something does not fit. With Trial::yes it changes nothing either way.
enum class Trial { no, yes };
void migrate(Session& session, Trial trial = Trial::no);

} // namespace stepwell::store
