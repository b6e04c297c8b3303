// One connection to a database of any kind. SQL is written once; the differences are in dialect.h. Not thread-safe.
#pragma once
#include "store/dialect.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace stepwell::store {

struct Bytes {
    std::string_view raw;
};
// A parameter. Texts and bytes must outlive the call.
using Value = std::variant<std::monostate, std::int64_t, std::string_view, Bytes>;

// The current row. Valid during the callback.
class Row {
public:
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0; // also for bytes
    std::string string(int column) const { return std::string(text(column)); }
    std::optional<std::int64_t> maybe_integer(int column) const {
        return is_null(column) ? std::nullopt : std::optional(integer(column));
    }

protected:
    ~Row() = default;
};

class Session {
public:
    virtual ~Session() = default;

    // Executes a statement. Returns the number of changed rows. Throws Error{conflict} if a unique value already
    // exists; conflicting_columns() then returns the columns. Error messages do not quote the database's message, which
    // is logged.
    virtual std::int64_t run(std::string const& sql, std::span<Value const> values,
                             std::function<void(Row const&)> const& row) = 0;
    virtual void script(std::string const& statements) = 0;
    virtual Dialect const& dialect() const = 0;
    // Executes table definitions that use the words of dialect.h.
    void define(std::string_view statements) { script(dialect().definitions(statements)); }

    // Begins a write transaction. Waits for another writer.
    virtual void begin() = 0;
    void commit() { script("commit"); }
    void rollback() { script("rollback"); }
    // Also returns false if the database has rolled back by itself, for example on a full disk.
    virtual bool in_transaction() const = 0;
    virtual bool has_table(std::string_view name) = 0;
    // Returns the number of the last migration (migrations.h); 0 for a new database.
    virtual std::int64_t schema_number() = 0;
    virtual void set_schema_number(std::int64_t number) = 0;
    // Returns the columns of the last uniqueness conflict, without the table name.
    virtual std::vector<std::string> const& conflicting_columns() const = 0;
    // Makes the running statement throw Error{unavailable}. Thread-safe.
    virtual void interrupt() = 0;

    template <class... Args> std::int64_t exec(std::string const& sql, Args const&... args) {
        Value values[] = {Value{}, to_value(args)...};
        return run(sql, std::span(values).subspan(1), {});
    }
    template <class Each, class... Args> void each(std::string const& sql, Each each_row, Args const&... args) {
        Value values[] = {Value{}, to_value(args)...};
        run(sql, std::span<Value const>(values).subspan(1), each_row);
    }
    // Return the first column of the only row; nullopt if there is no row or the value is null.
    template <class... Args> std::optional<std::int64_t> integer(std::string const& sql, Args const&... args) {
        std::optional<std::int64_t> found;
        each(sql, [&](Row const& row) { found = row.maybe_integer(0); }, args...);
        return found;
    }
    template <class... Args> std::optional<std::string> text(std::string const& sql, Args const&... args) {
        std::optional<std::string> found;
        each(
            sql,
            [&](Row const& row) {
                if (!row.is_null(0)) found = row.string(0);
            },
            args...);
        return found;
    }

private:
    template <class T> static Value to_value(T const& value) {
        if constexpr (std::is_same_v<T, Value>)
            return value;
        else if constexpr (std::is_same_v<T, Bytes>)
            return value;
        else if constexpr (std::is_integral_v<T>)
            return std::int64_t(value);
        else if constexpr (requires { value.has_value(); })
            return value ? to_value(*value) : Value{};
        else
            return std::string_view(value);
    }
};

// A page of a long list, as the numbers of its elements.
struct ListedNumbers {
    std::int64_t total = 0; // on all pages
    std::vector<std::int64_t> numbers;
};

} // namespace stepwell::store
