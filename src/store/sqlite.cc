#include "store/sqlite.h"

#include "base/error.h"
#include "base/files.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace stepwell::store {

using base::Error;
using base::Kind;

namespace {

constexpr int log_pages = 2000; // in the write-ahead log, from one checkpoint to the next

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
    SqliteSession(std::string const& path, Use use) {
        int flags = SQLITE_OPEN_NOMUTEX |
                    (use == Use::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
        if (sqlite3_open_v2(path.c_str(), &database_, flags, nullptr) != SQLITE_OK) {
            std::string reason = sqlite3_errmsg(database_);
            sqlite3_close(database_);
            throw Error(Kind::internal, "cannot open " + path + ": " + reason);
        }
        sqlite3_busy_timeout(database_, 10'000);
        // What a transaction may have to undo is small: in memory it costs no file a commit.
        script("pragma trusted_schema=off; pragma mmap_size=0; pragma secure_delete=off; pragma cache_size=-4096; "
               "pragma temp_store=memory");
        if (use == Use::write)
            script("pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=" +
                   std::to_string(log_pages));
        else
            script("pragma query_only=on");
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

private:
    static constexpr std::size_t most_statements = 500;

    sqlite3_stmt* prepare(std::string const& sql) {
        auto known = statements_.find(sql);
        if (known != statements_.end()) return known->second;
        if (statements_.size() >= most_statements) forget_idle_statements();
        auto& statement = statements_[sql];
        if (sqlite3_prepare_v3(database_, sql.data(), int(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                               nullptr) != SQLITE_OK) {
            statements_.erase(sql);
            fail(sql);
        }
        return statement;
    }

    // Lists of ids make ever new statements.
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

    [[noreturn]] void fail(std::string const& sql) {
        int code = sqlite3_extended_errcode(database_);
        std::string reason = sqlite3_errmsg(database_);
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
            throw Error(Kind::conflict, reason);
        auto kind = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_FULL ? Kind::unavailable : Kind::internal;
        throw Error(kind, "database: " + reason + " in: " + sql.substr(0, 200));
    }

    sqlite3* database_ = nullptr;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

} // namespace

// A commit into a file that must grow takes twice as long: the size is one more thing to be made durable. The database
// takes no lock on this file, so that opening and closing it drops none, and it reads no further than what is valid.
void lay_out_log(std::string const& path) {
    base::Fd log(::open((path + "-wal").c_str(), O_WRONLY | O_CLOEXEC));
    struct stat facts{};
    if (!log || ::fstat(log.get(), &facts) != 0) return;
    constexpr off_t whole = 32 + off_t(log_pages) * (4096 + 24); // sqlite.org/fileformat2.html, section 4.1
    std::string const zeros(256u << 10, '\0');
    for (auto at = facts.st_size; at < whole; at += off_t(zeros.size()))
        if (::pwrite(log.get(), zeros.data(), zeros.size(), at) < 0) return; // only slower
    ::fdatasync(log.get());
}

std::unique_ptr<Session> open_sqlite(std::string const& path, Use use) {
    return std::make_unique<SqliteSession>(path, use);
}

} // namespace stepwell::store
