#include "store/migrations.h"

#include "base/crypto.h"
#include "base/json.h"
#include "base/text.h"
#include "base/version.h"
#include "store/events.h"
#include "store/tables.h"

#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>

extern "C" {
extern char const stepwell_migration_0001_begin[], stepwell_migration_0001_end[];
extern char const stepwell_migration_0002_begin[], stepwell_migration_0002_end[];
extern char const stepwell_migration_0003_begin[], stepwell_migration_0003_end[];
extern char const stepwell_migration_0004_begin[], stepwell_migration_0004_end[];
extern char const stepwell_migration_0005_begin[], stepwell_migration_0005_end[];
}

namespace stepwell::store {

namespace {

// Output variables of a step were one JSON object, name → {"Value"} or {"Sealed"}, in hexadecimal. The name of the
// users table is reserved in PostgreSQL.
void fold_keys(Session& session) {
    if (session.has_table("user")) {
        session.script("alter table user rename to user_account");
        session.script("update description set noun = 'user_account' where noun = 'user'");
    }
    struct Former {
        std::string task_id, outputs;
        std::int64_t position;
    };
    std::vector<Former> all;
    session.each("select task_id, outputs, position from old_attempt where outputs is not null",
                 [&](Row const& row) { all.push_back({row.string(0), row.string(1), row.integer(2)}); });
    for (auto const& former : all) {
        auto const outputs = base::parse_json(former.outputs);
        for (auto const& [name, output] : outputs.as_object()) {
            auto const text = [&](char const* member) {
                auto found = base::find_member(output, member);
                return found && found->is_string() ? std::string(found->get_string()) : std::string();
            };
            auto const sealed = base::from_hex(text("Sealed")).value_or("");
            session.exec("insert into step_output(task_id, position, name, value, sealed) values(?, ?, ?, ?, ?) "
                         "on conflict do nothing",
                         former.task_id, former.position, std::string_view(name), text("Value"), Bytes{sealed});
        }
    }
    session.script("drop table old_attempt");
}

std::array<Migration, 5> const migrations{{
    {"tables", {stepwell_migration_0001_begin, stepwell_migration_0001_end}},
    {"attempt-payload", {stepwell_migration_0002_begin, stepwell_migration_0002_end}},
    {"folded-keys", {stepwell_migration_0003_begin, stepwell_migration_0003_end}, &fold_keys},
    {"attempts", {stepwell_migration_0004_begin, stepwell_migration_0004_end}},
    {"document-numbers", {stepwell_migration_0005_begin, stepwell_migration_0005_end}},
}};

std::span<Migration const> pending_migrations(Session& session) {
    if (!has_tables(session)) return {};
    return std::span(migrations).subspan(std::size_t(std::min(session.schema_number(), schema_version())));
}

void append(Session& session, domain::Event const& event) {
    auto const now = base::SystemClock().now();
    auto head = find_chain_head(session);
    Transaction transaction{session, now, head};
    append_event(transaction, prepare_event(domain::system_actor(), now, event));
}

void apply(Session& session, Trial trial) {
    auto const pending = pending_migrations(session);
    if (!has_tables(session)) session.define(common_definitions());
    for (auto const& migration : pending) {
        session.define(migration.statements);
        if (migration.rewrite) migration.rewrite(session);
    }
    for (auto noun : outdated_tables(session))
        for (auto const& event : bring_up_to_date(session, *noun)) append(session, event);
    if (trial == Trial::yes) return;
    if (session.schema_number() != schema_version()) session.set_schema_number(schema_version());
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
    state.number = session.schema_number();
    auto number = state.number;
    for (auto const& migration : pending_migrations(session))
        state.pending.push_back(fmt::format("{:04}-{}", ++number, migration.name));
    if (!has_tables(session)) return state;
    for (auto noun : outdated_tables(session)) state.outdated.emplace_back(noun->table);
    return state;
}

void migrate(Session& session, Trial trial) {
    session.begin();
    try {
        apply(session, trial);
        trial == Trial::yes ? session.rollback() : session.commit();
    } catch (...) {
        if (session.in_transaction()) session.rollback();
        throw;
    }
}

} // namespace stepwell::store
