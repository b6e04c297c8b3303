// If STEPWELL_STATEMENTS=FOLDER is set, a test program stores statements for PostgreSQL there: tables.sql, and a file
// with each statement that it executed, one per line. tools/check_postgres.py reads them.
#include "domain/nouns.h"
#include "store/tables.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <sqlite3.h>
#include <unistd.h>

namespace stepwell::tests {

namespace {

std::mutex mutex;
std::set<std::string> texts;

int add(unsigned, void*, void* statement, void*) {
    auto const* text = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    std::scoped_lock lock(mutex);
    if (text) texts.emplace(text);
    return 0;
}

int watch(sqlite3* database, char**, sqlite3_api_routines const*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &add, nullptr);
}

class Statements : public testing::Environment {
    void SetUp() override { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&watch)); }
    void TearDown() override {
        std::string const folder = std::getenv("STEPWELL_STATEMENTS");
        auto const& dialect = store::postgres_dialect();
        std::ofstream tables(folder + "/tables.sql");
        tables << dialect.definitions(store::common_definitions());
        for (auto noun : domain::all_nouns())
            tables << dialect.definitions(store::table_definition(*noun, noun->table) +
                                          store::index_definitions(*noun));
        tables << dialect.definitions(store::deletion_table_definition) << ";\n";
        std::ofstream statements(folder + "/statements." + std::to_string(::getpid()));
        for (auto text : texts) {
            text = dialect.statement(text);
            for (char& c : text)
                if (c == '\n') c = ' ';
            statements << text << '\n';
        }
    }
};

[[maybe_unused]] auto const* const environment =
    std::getenv("STEPWELL_STATEMENTS") ? testing::AddGlobalTestEnvironment(new Statements) : nullptr;

} // namespace

} // namespace stepwell::tests
