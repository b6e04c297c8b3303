#include "store/sqlite/sqlite.h"

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/write_ahead_log.h"

#include <cerrno>
#include <sqlite3.h>
#include <unordered_map>

namespace stepwell::store {

using base::Error;
using base::Kind;

namespace {

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

    bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
    std::string_view text(int column) const override {
        auto bytes = static_cast<char const*>(sqlite3_column_blob(statement_, column));
        auto size = sqlite3_column_bytes(statement_, column);
        return bytes ? std::string_view(bytes, std::size_t(size)) : std::string_view();
    }

private:
    sqlite3_stmt* statement_;
};

class SqliteSession final : public Session {
public:
    SqliteSession(std::string const& path, Use use, Notices notices) : path_(path), notices_(std::move(notices)) {
        int flags = SQLITE_OPEN_NOMUTEX |
                    (use == Use::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
        if (sqlite3_open_v2(path.c_str(), &database_, flags, nullptr) != SQLITE_OK) {
            base::log_error("cannot open {}: {}", path, sqlite3_errmsg(database_));
            sqlite3_close(database_);
            throw Error(Kind::unavailable, "The database cannot be opened. The server's log has the reason.");
        }
        try {
            // SQLite opens a file for reading that it may not write, and reports this only at the first write.
            if (use == Use::write && sqlite3_db_readonly(database_, "main") == 1)
                throw Error(Kind::unavailable, path + " is not writable. Make it writable for the server's account. "
                                                      "Use lsattr to find an immutable file.");
            set_up(use);
        } catch (...) {
            sqlite3_close(database_);
            throw;
        }
    }
    SqliteSession(SqliteSession const&) = delete;
    SqliteSession& operator=(SqliteSession const&) = delete;
    ~SqliteSession() override {
        for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
        sqlite3_close(database_);
    }

    std::int64_t run(std::string const& sql, std::span<Value const> values,
                     std::function<void(Row const&)> const& row) override {
        auto statement = prepare(sql);
        struct Reset {
            sqlite3_stmt* statement;
            ~Reset() {
                sqlite3_reset(statement);
                sqlite3_clear_bindings(statement);
            }
        } reset{statement};
        for (std::size_t i = 0; i < values.size(); ++i) bind(statement, int(i) + 1, values[i]);
        SqliteRow current(statement);
        int outcome;
        while ((outcome = sqlite3_step(statement)) == SQLITE_ROW)
            if (row) row(current);
        if (outcome != SQLITE_DONE) fail(sql);
        return sqlite3_changes64(database_);
    }

    void script(std::string const& statements) override {
        if (sqlite3_exec(database_, statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(statements);
    }

    Dialect const& dialect() const override { return sqlite_dialect(); }
    void begin() override { script("begin immediate"); }
    bool has_table(std::string_view name) override {
        return integer("select count(*) from sqlite_master where type = 'table' and name = ?", name) == 1;
    }
    std::int64_t schema_number() override { return integer("pragma user_version").value_or(0); }
    void set_schema_number(std::int64_t number) override { script("pragma user_version = " + std::to_string(number)); }
    bool in_transaction() const override { return sqlite3_get_autocommit(database_) == 0; }
    std::vector<std::string> const& conflicting_columns() const override { return conflicting_columns_; }
    void interrupt() override { sqlite3_interrupt(database_); }

private:
    static constexpr std::size_t max_statements = 500;

    void set_up(Use use) {
        sqlite3_busy_timeout(database_, 10'000);
        // The rollback data of a transaction is small: in memory it saves a file per commit.
        script("pragma trusted_schema=off; pragma mmap_size=0; pragma secure_delete=off; pragma cache_size=-4096; "
               "pragma temp_store=memory");
        if (use == Use::read) {
            // The file is opened read-only. Temporary tables are in memory and may be written.
            sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
            return;
        }
        script("pragma journal_mode=wal; pragma synchronous=full");
        sqlite3_wal_hook(database_, &SqliteSession::committed, this);
    }

    // Called after each commit. If a checkpoint fails, a later one succeeds; the commit is not affected.
    static int committed(void* self, sqlite3* database, char const* name, int frames) {
        auto& session = *static_cast<SqliteSession*>(self);
        if (session.notices_.on_commit) session.notices_.on_commit(frames);
        if (frames < log_pages) return SQLITE_OK;
        auto outcome = sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        if (is_damage(outcome)) session.report_damage("checkpoint");
        return SQLITE_OK;
    }

    sqlite3_stmt* prepare(std::string const& sql) {
        auto known = statements_.find(sql);
        if (known != statements_.end()) return known->second;
        if (statements_.size() >= max_statements) forget_idle_statements();
        auto& statement = statements_[sql];
        if (sqlite3_prepare_v3(database_, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                               nullptr) != SQLITE_OK) {
            statements_.erase(sql);
            fail(sql);
        }
        return statement;
    }

    // Lists of ids create ever new statements.
    void forget_idle_statements() {
        std::erase_if(statements_, [](auto const& entry) {
            if (sqlite3_stmt_busy(entry.second)) return false;
            sqlite3_finalize(entry.second);
            return true;
        });
    }

    static void bind(sqlite3_stmt* statement, int index, Value const& value) {
        std::visit(
            [&]<class T>(T const& held) {
                if constexpr (std::is_same_v<T, std::int64_t>)
                    sqlite3_bind_int64(statement, index, held);
                else if constexpr (std::is_same_v<T, std::string_view>)
                    sqlite3_bind_text64(statement, index, held.data() ? held.data() : "", held.size(), SQLITE_STATIC,
                                        SQLITE_UTF8);
                else if constexpr (std::is_same_v<T, Bytes>)
                    sqlite3_bind_blob64(statement, index, held.raw.data() ? held.raw.data() : "", held.raw.size(),
                                        SQLITE_STATIC);
                else
                    sqlite3_bind_null(statement, index);
            },
            value);
    }

    static bool is_damage(int code) { return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }

    void report_damage(std::string const& where) {
        base::log_error("{}: {} in: {}", path_, sqlite3_errmsg(database_), where.substr(0, 200));
        if (notices_.on_damage) notices_.on_damage();
    }

    [[noreturn]] void fail(std::string const& sql) {
        int code = sqlite3_extended_errcode(database_);
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
            note_conflict(sqlite3_errmsg(database_));
            throw Error(Kind::conflict, "Another request stored the same document at the same time. Try again.");
        }
        bool const no_space = code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_SHMOPEN ||
                              ((code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(database_) == ENOSPC);
        switch (no_space ? SQLITE_FULL : code & 0xff) {
        case SQLITE_FULL:
            throw Error(Kind::unavailable, "The disk is full, so no data can be stored. Free some space.");
        case SQLITE_BUSY: throw Error(Kind::unavailable, "The database is busy. Try again.");
        case SQLITE_INTERRUPT: throw Error(Kind::unavailable, "The server is busy. Try again later.");
        default: break;
        }
        if (is_damage(code)) {
            report_damage(sql);
            throw DamageError(damage_of(path_));
        }
        base::log_error("{}: {} ({}, errno {}) in: {}", path_, sqlite3_errmsg(database_), code,
                        sqlite3_system_errno(database_), sql.substr(0, 200));
        throw Error(Kind::internal, "The database operation failed. The server's log has the reason.");
    }

    // Parses "UNIQUE constraint failed: environment.space_id, environment.name".
    void note_conflict(std::string_view text) {
        conflicting_columns_.clear();
        text.remove_prefix(std::min(text.size(), text.rfind(": ") + 2));
        for (auto each : base::split(text, ','))
            conflicting_columns_.emplace_back(base::trim(each.substr(each.find('.') + 1)));
    }

    std::string path_;
    Notices notices_;
    sqlite3* database_ = nullptr;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
    std::vector<std::string> conflicting_columns_;
};

} // namespace

std::unique_ptr<Session> open_sqlite(std::string const& path, Use use, Notices notices) {
    return std::make_unique<SqliteSession>(path, use, std::move(notices));
}

std::int64_t count_pages(Session& session) { return session.integer("pragma page_count").value_or(0); }

bool checkpoint(Session& session) {
    bool is_all = false;
    session.each("pragma wal_checkpoint(passive)", [&](Row const& row) { is_all = row.integer(1) == row.integer(2); });
    return is_all;
}

} // namespace stepwell::store
