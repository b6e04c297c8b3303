#include "store/dialect.h"

#include "store/words.h"

namespace stepwell::store {

namespace {

class SqliteDialect final : public Dialect {
public:
    std::string statement(std::string_view sql) const override { return std::string(sql); }
    std::string definitions(std::string_view sql) const override {
        return replace_words(sql, {{"$number", "integer primary key"},
                                   {"$document_number", "integer primary key autoincrement"},
                                   {"$integer", "integer"},
                                   {"$text", "text"},
                                   {"$bytes", "blob"},
                                   {" $rowless", " without rowid"}});
    }
};

} // namespace

Dialect const& sqlite_dialect() {
    static SqliteDialect const dialect;
    return dialect;
}

} // namespace stepwell::store
