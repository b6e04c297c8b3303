// The differences between the SQL of the databases. SQL is written once: `?` is a parameter, and table definitions use
// the words below. All other SQL that only one database understands is in the folder of its driver.
//
//   $number           a key that the database assigns, ascending
//   $document_number  the same; numbers of deleted rows are not assigned again
//   $integer          64 bits
//   $text             compared and ordered by bytes
//   $bytes
//   $rowless          after the definition of a table that is stored in its primary key
#pragma once
#include <string>
#include <string_view>

namespace stepwell::store {

class Dialect {
public:
    // Returns the statement with parameters as the database expects them.
    virtual std::string statement(std::string_view sql) const = 0;
    // Returns the definitions with the words replaced.
    virtual std::string definitions(std::string_view sql) const = 0;

protected:
    ~Dialect() = default;
};

Dialect const& sqlite_dialect();   // store/sqlite/dialect.cc
Dialect const& postgres_dialect(); // store/postgres/dialect.cc

} // namespace stepwell::store
