#include "store/documents.h"

#include "base/error.h"
#include "base/fold.h"
#include "schema/item_path.h"
#include "store/document_row.h"
#include "store/events.h"
#include "store/marks.h"
#include "store/page.h"
#include "store/runs.h"
#include "store/secrets.h"
#include "store/tables.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <list>

namespace stepwell::store {

using base::Error;
using base::Kind;
using domain::Noun;

namespace {

constexpr char const* stored_columns = "number, version, id, coalesce(space_id, ''), document, link_values";

Stored stored_from(Row const& row) {
    return {row.integer(0), row.integer(1), row.string(2), row.string(3), row.string(4), row.string(5)};
}

bool has_field(Noun const& noun, std::string_view name) { return noun.type->find(name) != nullptr; }

std::string column_of_member(Noun const& noun, std::string_view member) {
    if (member == "Id") return "id_key";
    auto const* field = noun.type->find(member);
    if (field && field->flags.has(schema::indexed)) return column_of(*field);
    throw Error(Kind::internal, fmt::format("{} has no indexed member {}", noun.name, member));
}

// Returns the searchable name member; empty if there is none.
std::string name_member(Noun const& noun) {
    for (auto name : {"Name", "Username"})
        if (auto field = noun.type->find(name); field && field->flags.has(schema::indexed)) return name;
    return {};
}

std::string order_by(Noun const& noun) {
    switch (noun.order) {
    case domain::Order::by_sort_order: return "sort_order, name_key";
    case domain::Order::newest_first: return "number desc";
    case domain::Order::by_id: return "number";
    case domain::Order::by_name: break;
    }
    return column_of_member(noun, name_member(noun));
}

// A where clause and its values.
class Condition {
public:
    Condition(Noun const& noun, ListQuery const& query) : noun_(noun) {
        bool const is_in_space = noun.scope == domain::Scope::space;
        if (!query.space_id.empty() && is_in_space)
            add(query.above_spaces ? "(space_id = ? or space_id is null)" : "space_id = ?", query.space_id);
        if (!query.spaces.empty()) add_any_of("space_id", query.spaces);
        auto const name = name_member(noun);
        if (query.name && !name.empty()) add_folded(name, {*query.name});
        if (query.partial_name && !name.empty())
            add_partial(query.searched.empty() ? std::vector{name} : query.searched, *query.partial_name);
        for (auto const& filter : query.filters) add_filter(filter);
        if (query.visible) add_parts(*query.visible);
        if (!query.task_states.empty()) {
            auto const& states = keep(known_states(query.task_states));
            sql_ += " and task_id_key in (select lower(id) from task where state in (" + marks(states, values_) + "))";
        }
        if (!query.empty_member.empty()) sql_ += " and " + column_of_member(noun, query.empty_member) + " is null";
    }

    std::string const& sql() const { return sql_; }
    // The values point into this object and its query.
    std::vector<Value> const& values() const { return values_; }

private:
    void add(std::string const& test, Value value) {
        sql_ += " and " + test;
        values_.push_back(value);
    }
    void add_filter(Filter const& filter) {
        if (filter.number)
            add(column_of_member(noun_, filter.member) + " = ?", *filter.number);
        else
            add_folded(filter.member, filter.any_of);
    }
    void add_parts(std::vector<Part> const& parts) {
        sql_ += " and (1=0";
        for (auto const& part : parts) {
            sql_ += " or (1=1";
            if (part.space_id && part.space_id->empty()) sql_ += " and space_id is null";
            if (part.space_id && !part.space_id->empty()) add("space_id = ?", std::string_view(*part.space_id));
            for (auto const& filter : part.filters) add_filter(filter);
            sql_ += ")";
        }
        sql_ += ")";
    }
    void add_any_of(std::string const& column, std::vector<std::string> const& texts) {
        sql_ += " and " + column + " in (" + marks(texts, values_) + ")";
    }
    std::vector<std::string> const& keep(std::vector<std::string> texts) {
        return texts_.emplace_back(std::move(texts));
    }
    void add_folded(std::string_view member, std::vector<std::string> const& texts) {
        add_any_of(column_of_member(noun_, member), keep(base::fold_all(texts)));
    }
    void add_partial(std::vector<std::string> const& members, std::string_view part) {
        auto const& pattern = keep({containing(base::fold(part))}).front();
        std::string tests;
        for (auto const& member : members) {
            tests += (tests.empty() ? "" : " or ") + column_of_member(noun_, member) + like;
            values_.emplace_back(std::string_view(pattern));
        }
        sql_ += " and (" + tests + ")";
    }

    Noun const& noun_;
    std::string sql_ = " where 1=1";
    std::vector<Value> values_;
    std::list<std::vector<std::string>> texts_; // owns the texts that values point to
};

void write_references(Session& session, Draft const& draft) {
    session.exec("delete from reference where from_id = ?", draft.id);
    base::Problems problems;
    for (auto const& [id, path] : draft.references) {
        auto noun = domain::find_noun_of_id(id);
        // A document refers to its own space, or to documents outside any space.
        auto const key = base::fold(id);
        bool exists = noun && session.integer("select 1 from " + std::string(noun->table) +
                                                  " where id_key = ? and (space_id is null or ? = '' or space_id = ?)",
                                              key, draft.space_id, draft.space_id);
        if (!exists)
            problems.push_back({path, "there is no '" + id + "'"});
        else
            session.exec("insert into reference(from_id, to_key, path) values(?, ?, ?)", draft.id, key, path);
    }
    schema::show_positions(draft.json, problems);
    base::reject_if_any(std::move(problems));
}

} // namespace

[[noreturn]] void throw_not_found(std::string_view id) {
    throw Error(Kind::not_found,
                "The resource '" + std::string(id) + "' was not found, or it is not part of the current space.");
}

Stored stored_of(Draft const& draft, std::int64_t number, std::int64_t version) {
    return {number, version, draft.id, draft.space_id, draft.json, draft.link_values};
}

namespace {

// Calls `use` with each row of a page. Returns the number of rows on all pages.
std::int64_t list_rows(Session& session, Noun const& noun, ListQuery const& query, std::string const& columns,
                       std::function<void(Row const&)> const& use) {
    for (auto const& filter : query.filters)
        if (filter.any_of.empty() && !filter.number) return 0;
    Condition const where(noun, query);
    // The page is selected by number only; documents are read only for the page.
    auto order = query.order_member.empty() ? order_by(noun) : column_of_member(noun, query.order_member) + ", number";
    std::vector<Value> order_values;
    auto const first = base::fold(query.first_id);
    if (!first.empty()) {
        order_values.emplace_back(std::string_view(first));
        order = "id_key = ? desc, " + order;
    }
    return read_page(session,
                     {columns, " from " + std::string(noun.table) + where.sql(), where.values(), std::move(order),
                      std::move(order_values), query.skip, query.take},
                     use);
}

} // namespace

Listed list_documents(Session& session, Noun const& noun, ListQuery const& query) {
    Listed listed;
    listed.total = list_rows(session, noun, query, stored_columns,
                             [&](Row const& row) { listed.items.push_back(stored_from(row)); });
    return listed;
}

ListedNumbers list_numbers(Session& session, Noun const& noun, ListQuery const& query) {
    ListedNumbers listed;
    listed.total =
        list_rows(session, noun, query, "number", [&](Row const& row) { listed.numbers.push_back(row.integer(0)); });
    return listed;
}

namespace {

constexpr std::int64_t max_candidates = 10;

std::optional<Stored> find_by_id(Session& session, Noun const& noun, std::string_view id, std::string_view space_id) {
    std::optional<Stored> found;
    auto const sql = fmt::format("select {} from {} where id_key = ?", stored_columns, noun.table);
    auto take = [&](Row const& row) { found = stored_from(row); };
    if (space_id.empty() || noun.scope == domain::Scope::system)
        session.each(sql, take, base::fold(id));
    else
        session.each(sql + " and (space_id = ? or space_id is null)", take, base::fold(id), space_id);
    return found;
}

// Of several certificates with this thumbprint, returns the newest one that is not archived.
std::vector<Stored> find_by_thumbprint(Session& session, Noun const& noun, ListQuery query, std::string_view word) {
    query.filters.push_back({"Thumbprint", {std::string(word)}});
    auto all = list_documents(session, noun, query).items;
    auto const is_archived = [&](Stored const& stored) {
        auto const document = base::parse_json(stored.json);
        auto const value = base::find_member(document, "Archived");
        return value && !value->is_null();
    };
    std::ranges::sort(all, {}, [&](Stored const& stored) { return std::pair(is_archived(stored), -stored.number); });
    all.resize(std::min<std::size_t>(all.size(), 1));
    return all;
}

} // namespace

std::vector<Stored> find_candidates(Session& session, Noun const& noun, std::string_view word,
                                    std::string_view space_id, std::vector<Filter> const& within) {
    ListQuery query{
        noun.scope == domain::Scope::system ? "" : std::string(space_id), {}, {}, within, 0, max_candidates};
    query.above_spaces = true;
    auto with = [&](std::string member) {
        auto wanted = query;
        wanted.filters.push_back({std::move(member), {std::string(word)}});
        return list_documents(session, noun, wanted).items;
    };
    auto named = [&] {
        auto wanted = query;
        wanted.name = std::string(word);
        return name_member(noun).empty() ? std::vector<Stored>() : list_documents(session, noun, wanted).items;
    };
    if (auto found = within.empty() ? find_by_id(session, noun, word, space_id) : std::nullopt) return {*found};
    if (auto found = within.empty() ? std::vector<Stored>() : with("Id"); !found.empty()) return found;
    if (has_field(noun, "Thumbprint")) return find_by_thumbprint(session, noun, query, word);
    if (!has_field(noun, "Slug")) return within.empty() ? std::vector<Stored>() : named();
    auto found = with("Slug");
    if (found.empty()) return found;
    for (auto& other : named())
        if (std::ranges::find(found, other.id, &Stored::id) == found.end()) found.push_back(std::move(other));
    return found;
}

std::optional<Stored> find_document(Session& session, Noun const& noun, std::string_view word,
                                    std::string_view space_id, std::vector<Filter> const& within) {
    auto found = find_candidates(session, noun, word, space_id, within);
    if (found.size() > 1) throw Error(Kind::not_found, ambiguity_of(word, found) + ".");
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::string ambiguity_of(std::string_view word, std::vector<Stored> const& candidates) {
    std::vector<std::string> ids;
    ids.reserve(candidates.size());
    for (auto const& each : candidates) ids.push_back(each.id);
    return fmt::format("'{}' names several documents: {}. Use one of these ids", word, base::join(ids, ", "));
}

std::optional<Stored> find_document_by_number(Session& session, Noun const& noun, std::int64_t number) {
    std::optional<Stored> found;
    session.each(
        fmt::format("select {} from {} where number = ?", stored_columns, noun.table),
        [&](Row const& row) { found = stored_from(row); }, number);
    return found;
}

std::vector<std::string> referrers(Session& session, std::string_view id) {
    std::vector<std::string> found;
    session.each(
        "select from_id from reference where to_key = ? group by from_id order by min(number)",
        [&](Row const& row) { found.push_back(row.string(0)); }, base::fold(id));
    return found;
}

std::optional<std::string> find_default_space(Session& session) {
    return session.text("select id from space where is_default = 1");
}

std::int64_t next_sort_order(Session& session, Noun const& noun, std::string_view space_id) {
    auto highest =
        session.integer("select max(sort_order) from " + std::string(noun.table) + " where space_id = ?", space_id);
    return highest.value_or(-1) + 1;
}

std::shared_ptr<domain::Document> parse(domain::Noun const& noun, Stored const& stored) {
    auto object = noun.make();
    schema::read_stored(*noun.type, stored.json, object.get());
    return object;
}

bool exists(Session& session, domain::Noun const& noun, std::string_view id) {
    return session.integer("select 1 from " + std::string(noun.table) + " where id_key = ?", base::fold(id))
        .has_value();
}

bool is_current(Session& session, Noun const& noun, Stored const& document) {
    return session.integer("select version from " + std::string(noun.table) + " where id_key = ?",
                           base::fold(document.id)) == document.version;
}

Revision revision_of(Session& session, Noun const& noun, std::string_view space_id) {
    Revision revision;
    session.each(
        "select count(*), cast(coalesce(sum(version), 0) as bigint), coalesce(max(number), 0) from " +
            std::string(noun.table) + (space_id.empty() ? " where ? = ''" : " where space_id = ?"),
        [&](Row const& row) { revision = {row.integer(0), row.integer(1), row.integer(2)}; }, space_id);
    return revision;
}

std::int64_t insert_document(Transaction& transaction, Draft const& draft) {
    auto const number = insert_row(transaction.session, draft, 1);
    write_references(transaction.session, draft);
    keep_secrets(transaction.session, draft);
    append_event(transaction, draft.event);
    return number;
}

bool update_document(Transaction& transaction, Draft const& draft, Stored const& before) {
    if (!is_current(transaction.session, *draft.noun, before)) return false;
    update_row(transaction.session, draft, before.version + 1);
    write_references(transaction.session, draft);
    keep_secrets(transaction.session, draft);
    append_event(transaction, draft.event);
    return true;
}

} // namespace stepwell::store
