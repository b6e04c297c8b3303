// With STEPWELL_STATEMENTS=FOLDER in the environment, a test program leaves there what PostgreSQL must understand:
// tables.sql, and in a file of its own each statement that it executed, one a line. tools/check_postgres.py reads them.
#include "domain/nouns.h"
#include "store/tables.h"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>
#include <sqlite3.h>
#include <unistd.h>

namespace stepwell::tests {

namespace {

class Statements {
public:
    Statements() {
        auto const* folder = std::getenv("STEPWELL_STATEMENTS");
        if (!folder) return;
        folder_ = folder;
        // Here, so that nouns and dialect live longer than this.
        std::ofstream tables(folder_ + "/tables.sql");
        tables << dialect_.definitions(store::common_definitions());
        for (auto noun : domain::all_nouns())
            tables << dialect_.definitions(store::table_definition(*noun, noun->table) +
                                           store::index_definitions(*noun));
        tables << dialect_.definitions(store::deletion_table_definition) << ";\n";
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&Statements::watch));
    }
    ~Statements() {
        if (folder_.empty()) return;
        std::ofstream statements(folder_ + "/statements." + std::to_string(::getpid()));
        for (auto text : texts_) {
            text = dialect_.statement(text);
            for (char& c : text)
                if (c == '\n') c = ' ';
            statements << text << '\n';
        }
    }

private:
    static int watch(sqlite3* database, char**, sqlite3_api_routines const*);
    static int add(unsigned, void*, void* statement, void*);

    store::Dialect const& dialect_ = store::postgres_dialect();
    std::string folder_;
    std::mutex mutex_;
    std::set<std::string> texts_;
};

Statements statements;

int Statements::watch(sqlite3* database, char**, sqlite3_api_routines const*) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &Statements::add, nullptr);
}

int Statements::add(unsigned, void*, void* statement, void*) {
    auto const* text = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    std::scoped_lock lock(statements.mutex_);
    if (text) statements.texts_.emplace(text);
    return 0;
}

} // namespace

} // namespace stepwell::tests
