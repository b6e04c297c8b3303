// Deletion of a document and everything that belongs to it. The number of statements is constant, apart from one event
// for each document, because all other writers wait meanwhile.
#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/documents.h"
#include "store/events.h"
#include "store/runs.h"
#include "store/tables.h"

namespace stepwell::store {

using domain::Noun;

namespace {

// A temporary table with the documents to be deleted, so that statements can refer to all of them.
class DeletionTable {
public:
    explicit DeletionTable(Session& session) : session_(session) {
        session.define(deletion_table_definition);
        session.exec("delete from doomed");
    }
    // Adds the document and everything that belongs to it. Everything in a space belongs to the space.
    void fill(Noun const& noun, Stored const& root) {
        session_.exec("insert into doomed(noun, id, id_key, space_id) values(?, ?, ?, ?)", noun.name, root.id,
                      base::fold(root.id), root.space_id);
        if (&noun == &domain::noun_of<domain::Space>()) {
            for (auto each : domain::all_nouns())
                if (each->scope == domain::Scope::space) add(*each, "space_id", "id", 0);
            return;
        }
        for (std::int64_t told = 0, added = 1; added > 0;) {
            auto last = session_.integer("select max(position) from doomed").value_or(0);
            added = 0;
            for (auto each : domain::all_nouns())
                for (auto const& field : each->type->fields)
                    if (field.flags.has(schema::owner)) added += add(*each, column_of(field), "id_key", told);
            told = last;
        }
    }
    // Owners before what they own.
    std::vector<DeletedDocument> all() {
        std::vector<DeletedDocument> found;
        session_.each("select noun, id, space_id from doomed order by position",
                      [&](Row const& row) { found.push_back({row.string(0), row.string(1), row.string(2)}); });
        return found;
    }
    // Ids of other documents that refer to one of them.
    std::vector<std::string> users(std::size_t limit) {
        std::vector<std::string> found;
        session_.each(
            "select distinct from_id from reference where to_key in (select id_key from doomed) and "
            "from_id not in (select id from doomed) limit ?",
            [&](Row const& row) { found.push_back(row.string(0)); }, limit);
        return found;
    }

private:
    // Adds documents with a column that refers to one of the documents after `position`.
    std::int64_t add(Noun const& noun, std::string const& column, char const* doomed_column, std::int64_t position) {
        return session_.exec(
            "insert into doomed(noun, id, id_key, space_id) select ?, id, id_key, coalesce(space_id, '') "
            "from " +
                std::string(noun.table) + " where " + column + " in (select " + doomed_column +
                " from doomed where position > ?) order by number "
                "on conflict do nothing",
            noun.name, position);
    }
    Session& session_;
};

std::string describe_users(Session& session, std::vector<std::string> const& ids) {
    std::vector<std::string> users;
    for (auto const& id : ids) {
        auto noun = domain::find_noun_of_id(id);
        auto stored = noun ? find_document(session, *noun, id, {}) : std::nullopt;
        if (!stored) continue;
        users.push_back(std::string(noun->name) + " '" + title_of(*noun, *parse(*noun, *stored)) + "'");
    }
    return base::join(users, ", ");
}

void delete_rows(Session& session, std::vector<DeletedDocument> const& doomed) {
    delete_run_records(session, "select id from doomed where noun = 'RunbookRun'");
    for (auto const& each : doomed)
        if (each.noun == domain::User::type_name) delete_account(session, each.id);
    for (auto noun : domain::all_nouns())
        session.exec("delete from " + std::string(noun->table) +
                         " where id_key in (select id_key from doomed where noun = ?)",
                     noun->name);
    session.exec("delete from reference where from_id in (select id from doomed)");
    session.exec("delete from secret where owner_key in (select id_key from doomed)");
}

// Returns the other deleted documents: "2 runbooks, 5 runbook runs, 5 tasks with logs"; empty if there are none.
std::string describe_rest(Session& session, std::vector<DeletedDocument> const& doomed) {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (std::size_t i = 1; i < doomed.size(); ++i) {
        auto at = std::ranges::find(counts, doomed[i].noun, &std::pair<std::string, std::int64_t>::first);
        if (at == counts.end()) at = counts.insert(at, {doomed[i].noun, 0});
        ++at->second;
    }
    std::vector<std::string> texts;
    auto add = [&](std::string const& words, std::int64_t count) {
        texts.push_back(std::to_string(count) + " " + (count == 1 ? words : domain::plural_of(words)));
    };
    for (auto const& [noun, count] : counts) add(domain::words_of(noun), count);
    auto const tasks = session
                           .integer("select count(*) from task where run_id in (select id from doomed where noun = "
                                    "'RunbookRun')")
                           .value_or(0);
    if (tasks > 0) add("task", tasks);
    if (texts.empty()) return {};
    return base::join(texts, ", ") + (tasks > 0 ? " with logs" : "");
}

} // namespace

Deletion prepare_deletion(Session& session, domain::Actor const& actor, Time now, Noun const& noun,
                          Stored const& document, std::vector<std::string> const& changed) {
    constexpr std::size_t max_shown = 5;
    DeletionTable table(session);
    table.fill(noun, document);
    auto users = table.users(max_shown + changed.size());
    std::erase_if(users, [&](auto const& id) { return std::ranges::find(changed, id) != changed.end(); });
    users.resize(std::min(users.size(), max_shown));
    if (!users.empty())
        base::reject("",
                     "The document cannot be deleted because it is used by " + describe_users(session, users) + ".");
    Deletion deletion{&noun, document, table.all(), {}, {}};
    auto const& documents = deletion.documents;
    deletion.rest = describe_rest(session, documents);
    auto const rest = deletion.rest.empty() ? deletion.rest : ", with " + deletion.rest;
    deletion.events.push_back(deletion_event(actor, now, documents.front().noun, document.id,
                                             documents.front().space_id, document.json, rest));
    for (auto const& each : std::span(documents).subspan(1))
        deletion.events.push_back(deletion_event(actor, now, each.noun, each.id, each.space_id));
    deletion.document.json.clear();
    return deletion;
}

bool delete_document(Transaction& transaction, Deletion const& deletion) {
    auto& session = transaction.session;
    if (!is_current(session, *deletion.noun, deletion.document)) return false;
    DeletionTable table(session);
    table.fill(*deletion.noun, deletion.document);
    if (table.all() != deletion.documents || !table.users(1).empty()) return false;
    refuse_while_run_in(session, "select id from doomed where noun = 'Environment'");
    delete_rows(session, deletion.documents);
    for (auto const& event : deletion.events) append_event(transaction, event);
    return true;
}

} // namespace stepwell::store
