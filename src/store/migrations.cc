#include "store/migrations.h"

#include "base/version.h"
#include "store/tables.h"

#include <array>
#include <fmt/format.h>

extern "C" {
extern char const stepwell_migration_0001_begin[], stepwell_migration_0001_end[];
extern char const stepwell_migration_0002_begin[], stepwell_migration_0002_end[];
}

namespace stepwell::store {

namespace {

std::array<Migration, 2> const migrations{{
    {"tables", {stepwell_migration_0001_begin, stepwell_migration_0001_end}},
    {"attempt-payload", {stepwell_migration_0002_begin, stepwell_migration_0002_end}},
}};

std::int64_t number_of(Session& session) { return session.integer("pragma user_version").value_or(0); }

std::span<Migration const> pending_migrations(Session& session) {
    return std::span(migrations).subspan(std::size_t(std::min(number_of(session), schema_version())));
}

void apply(Session& session, Trial trial) {
    for (auto const& migration : pending_migrations(session)) {
        session.script(std::string(migration.statements));
        if (migration.rewrite) migration.rewrite(session);
    }
    for (auto noun : outdated_tables(session)) bring_up_to_date(session, *noun);
    if (trial == Trial::yes) return;
    if (number_of(session) != schema_version())
        session.script("pragma user_version = " + std::to_string(schema_version()));
    if (session.text("select value from setting where name = 'ProgramVersion'") != base::program_version)
        session.exec("insert into setting(name, value) values('ProgramVersion', ?) on conflict(name) do update set "
                     "value = excluded.value",
                     base::program_version);
}

} // namespace

std::span<Migration const> all_migrations() { return migrations; }

std::int64_t schema_version() { return std::int64_t(migrations.size()); }

SchemaState read_schema_state(Session& session) {
    SchemaState state;
    state.number = number_of(session);
    auto number = state.number;
    for (auto const& migration : pending_migrations(session))
        state.pending.push_back(fmt::format("{:04}-{}", ++number, migration.name));
    if (!has_tables(session)) return state;
    for (auto noun : outdated_tables(session)) state.outdated.emplace_back(noun->table);
    return state;
}

void migrate(Session& session, Trial trial) {
    session.script("begin immediate");
    try {
        apply(session, trial);
        session.script(trial == Trial::yes ? "rollback" : "commit");
    } catch (...) {
        if (session.in_transaction()) session.script("rollback");
        throw;
    }
}

} // namespace stepwell::store
