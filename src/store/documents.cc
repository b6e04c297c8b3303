#include "store/documents.h"

#include "base/error.h"
#include "base/text.h"
#include "store/events.h"
#include "store/marks.h"
#include "store/page.h"
#include "store/secrets.h"
#include "store/tables.h"

#include <algorithm>
#include <boost/json.hpp>

namespace stepwell::store {

using base::Error;
using base::Kind;
using domain::Noun;

namespace {

std::string stored_columns(Noun const& noun) {
    std::string columns = "number, version, id, coalesce(space_id, ''), document";
    for (auto const& member : noun.link_members) columns += ", " + column_name(member);
    return columns;
}

Stored stored_from(Noun const& noun, Row const& row) {
    Stored stored{row.integer(0), row.integer(1), row.string(2), row.string(3), row.string(4), {}};
    for (std::size_t i = 0; i < noun.link_members.size(); ++i) stored.link_values.push_back(row.string(5 + int(i)));
    return stored;
}

bool has_field(Noun const& noun, std::string_view name) { return noun.type->find(name) != nullptr; }

// Empty when it has no name, or one that is only shown.
std::string name_column(Noun const& noun) {
    for (auto name : {"Name", "Username"})
        if (auto field = noun.type->find(name); field && field->flags.has(schema::indexed)) return column_name(name);
    return {};
}

std::string order_by(Noun const& noun) {
    switch (noun.order) {
    case domain::Order::by_sort_order: return "sort_order, name";
    case domain::Order::newest_first: return "number desc";
    case domain::Order::by_id: return "number";
    case domain::Order::by_name: break;
    }
    return name_column(noun);
}

// A where-clause and its values, grown together.
struct Condition {
    std::string sql = " where 1=1";
    std::vector<Value> values;

    void add(std::string const& test, std::string_view value) {
        sql += " and " + test;
        values.emplace_back(value);
    }
    void add_partial(std::vector<std::string> const& columns, std::string_view part) {
        std::string tests;
        for (auto const& column : columns) {
            tests += (tests.empty() ? "" : " or ") + ("instr(lower(" + column + "), lower(?)) > 0");
            values.emplace_back(part);
        }
        sql += " and (" + tests + ")";
    }
};

Condition condition_of(Noun const& noun, ListQuery const& query) {
    Condition where;
    if (!query.space_id.empty() && noun.scope == domain::Scope::space)
        where.add(query.above_spaces ? "(space_id = ? or space_id is null)" : "space_id = ?", query.space_id);
    auto name = name_column(noun);
    if (query.name && !name.empty()) where.add(name + " = ?", *query.name);
    if (query.partial_name && !name.empty())
        where.add_partial(query.searched.empty() ? std::vector{name} : query.searched, *query.partial_name);
    for (auto const& filter : query.filters)
        where.sql += " and " + filter.column + " in (" + marks(filter.any_of, where.values) + ")";
    if (!query.task_states.empty())
        where.sql += " and task_id in (select id from task where state collate nocase in (" +
                     marks(query.task_states, where.values) + "))";
    if (!query.empty_column.empty()) where.sql += " and " + query.empty_column + " is null";
    return where;
}

Value to_value(schema::Column const& column) {
    if (auto number = std::get_if<std::int64_t>(&column)) return *number;
    if (auto text = std::get_if<std::string>(&column)) return std::string_view(*text);
    return {};
}

// Says by its path which member of the document is not unique.
[[noreturn]] void explain_conflict(std::vector<std::string> const& columns, Draft const& draft) {
    auto is_taken = [&](std::string const& column) { return std::ranges::find(columns, column) != columns.end(); };
    auto refuse = [&](std::string_view member, std::string const& value) {
        base::reject(std::string(member), fmt::format("must be unique. A {} with the {} '{}' already exists.",
                                                      draft.noun->name, base::to_lower(member), value));
    };
    for (auto const& field : draft.noun->type->fields) {
        if (!field.flags.has(schema::unique) || !is_taken(column_name(field.name))) continue;
        for (auto const& [column, value] : draft.columns)
            if (column == column_name(field.name) && std::holds_alternative<std::string>(value))
                refuse(field.name, std::get<std::string>(value));
    }
    if (is_taken("id")) refuse("Id", draft.id);
    throw Error(Kind::conflict, "Another request stored the same " + std::string(draft.noun->name) +
                                    " at the same time. Try again.");
}

void write_row(Session& session, Draft const& draft, std::int64_t version, std::string const& statement) {
    std::vector<Value> values{std::string_view(draft.id),
                              draft.space_id.empty() ? Value{} : std::string_view(draft.space_id), version,
                              std::string_view(draft.json)};
    for (auto const& [column, value] : draft.columns) values.push_back(to_value(value));
    if (statement.starts_with("update")) values.emplace_back(std::string_view(draft.id));
    try {
        session.run(statement, values, {});
    } catch (Error const& error) {
        if (error.kind() == Kind::conflict) explain_conflict(session.conflicting_columns(), draft);
        throw;
    }
}

std::string insert_statement(Draft const& draft) {
    std::string names = "id, space_id, version, document", marks = "?, ?, ?, ?";
    for (auto const& [column, value] : draft.columns) {
        names += ", " + column;
        marks += ", ?";
    }
    return "insert into " + std::string(draft.noun->table) + "(" + names + ") values(" + marks + ")";
}

std::string update_statement(Draft const& draft) {
    std::string sets = "id = ?, space_id = ?, version = ?, document = ?";
    for (auto const& [column, value] : draft.columns) sets += ", " + column + " = ?";
    return "update " + std::string(draft.noun->table) + " set " + sets + " where id = ?";
}

void write_references(Session& session, Draft const& draft) {
    session.exec("delete from reference where from_id = ?", draft.id);
    base::Problems problems;
    for (auto const& [id, path] : draft.references) {
        auto noun = domain::find_noun_of_id(id);
        // A document refers to its own space, or to what is above all spaces.
        bool exists = noun && session.integer("select 1 from " + std::string(noun->table) +
                                                  " where id = ? and (space_id is null or ? = '' or space_id = ?)",
                                              id, draft.space_id, draft.space_id);
        if (!exists)
            problems.push_back({path, "there is no '" + id + "'"});
        else
            session.exec("insert into reference(from_id, to_id, path) values(?, ?, ?)", draft.id, id, path);
    }
    base::reject_if_any(std::move(problems));
}

// Members of `before` that `now` lacks, put into it, to any depth; true if there were any.
bool keep_members(base::Json const& before, base::Json& now) {
    bool kept = false;
    if (before.is_object() && now.is_object()) {
        auto& members = now.as_object();
        for (auto const& [name, value] : before.as_object()) {
            auto there = members.find(name);
            if (there == members.end())
                members.emplace(name, value);
            else if (!keep_members(value, there->value()))
                continue;
            kept = true;
        }
    } else if (before.is_array() && now.is_array() && before.as_array().size() == now.as_array().size()) {
        for (std::size_t i = 0; i < before.as_array().size(); ++i)
            kept = keep_members(before.as_array()[i], now.as_array()[i]) || kept;
    }
    return kept;
}

void note_sequence(Session& session, std::string_view id) {
    auto number = base::number_of(id);
    auto dash = id.rfind('-');
    if (number == 0) return;
    session.exec("insert into sequence(prefix, last) values(?, ?) on conflict(prefix) do update set last = max(last, "
                 "excluded.last)",
                 id.substr(0, dash), number);
}

} // namespace

[[noreturn]] void throw_not_found(std::string_view id) {
    throw Error(Kind::not_found,
                "The resource '" + std::string(id) + "' was not found, or it is not part of the current space.");
}

std::optional<Stored> find_document(Session& session, Noun const& noun, std::string_view id_or_slug,
                                    std::string_view space_id) {
    std::optional<Stored> found;
    auto look = [&](std::string const& column, std::string const& best_last = {}) {
        auto sql = "select " + stored_columns(noun) + " from " + std::string(noun.table) + " where " + column + " = ?";
        auto take = [&](Row const& row) { found = stored_from(noun, row); };
        if (space_id.empty() || noun.scope == domain::Scope::system)
            session.each(sql + best_last, take, id_or_slug);
        else
            session.each(sql + " and (space_id = ? or space_id is null)" + best_last, take, id_or_slug, space_id);
    };
    look("id");
    if (!found && has_field(noun, "Slug")) look("slug");
    // Of several certificates alike the newest that is in use.
    if (!found && has_field(noun, "Thumbprint")) look("thumbprint", " order by archived is null, number");
    return found;
}

Stored stored_of(Draft const& draft) {
    Stored stored{0, 1, draft.id, draft.space_id, draft.json, {}};
    for (auto const& member : draft.noun->link_members) {
        auto& text = stored.link_values.emplace_back();
        for (auto const& [column, value] : draft.columns)
            if (column == column_name(member) && std::holds_alternative<std::string>(value))
                text = std::get<std::string>(value);
    }
    return stored;
}

namespace {

// Calls `use` with the rows of a page. Returns how many there are on all pages.
std::int64_t list_rows(Session& session, Noun const& noun, ListQuery const& query, std::string const& columns,
                       std::function<void(Row const&)> const& use) {
    for (auto const& filter : query.filters)
        if (filter.any_of.empty()) return 0;
    auto where = condition_of(noun, query);
    // The page is found on numbers alone; documents are read only for it.
    auto order = query.order_column.empty() ? order_by(noun) : query.order_column + ", number";
    std::vector<Value> order_values;
    if (!query.first_id.empty()) {
        order_values.emplace_back(std::string_view(query.first_id));
        order = "id = ? desc, " + order;
    }
    return read_page(session,
                     {columns, " from " + std::string(noun.table) + where.sql, std::move(where.values), std::move(order),
                      std::move(order_values), query.skip, query.take},
                     use);
}

} // namespace

Listed list_documents(Session& session, Noun const& noun, ListQuery const& query) {
    Listed listed;
    listed.total = list_rows(session, noun, query, stored_columns(noun),
                             [&](Row const& row) { listed.items.push_back(stored_from(noun, row)); });
    return listed;
}

ListedNumbers list_numbers(Session& session, Noun const& noun, ListQuery const& query) {
    ListedNumbers listed;
    listed.total = list_rows(session, noun, query, "number",
                             [&](Row const& row) { listed.numbers.push_back(row.integer(0)); });
    return listed;
}

std::optional<Stored> find_document_by_number(Session& session, Noun const& noun, std::int64_t number) {
    std::optional<Stored> found;
    session.each(
        "select " + stored_columns(noun) + " from " + std::string(noun.table) + " where number = ?",
        [&](Row const& row) { found = stored_from(noun, row); }, number);
    return found;
}

std::vector<std::string> referrers(Session& session, std::string_view id) {
    std::vector<std::string> found;
    session.each(
        "select from_id from reference where to_id = ? group by from_id order by min(rowid)",
        [&](Row const& row) { found.push_back(row.string(0)); }, id);
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

void insert_document(Transaction& transaction, Draft const& draft) {
    write_row(transaction.session, draft, 1, insert_statement(draft));
    note_sequence(transaction.session, draft.id);
    write_references(transaction.session, draft);
    keep_secrets(transaction.session, draft);
    append_event(transaction, draft.event);
}

bool update_document(Transaction& transaction, Draft const& draft, Stored const& before) {
    auto version = transaction.session.integer(
        "select version from " + std::string(draft.noun->table) + " where id = ?", draft.id);
    if (version != before.version) return false;
    write_row(transaction.session, draft, before.version + 1, update_statement(draft));
    write_references(transaction.session, draft);
    keep_secrets(transaction.session, draft);
    append_event(transaction, draft.event);
    return true;
}

void rewrite_document(Session& session, Noun const& noun, Stored const& document) {
    auto object = noun.make();
    schema::read_stored(*noun.type, document.json, object.get());
    Draft draft{&noun, document.id, document.space_id, {}, {}, {}, {}, {}, {}};
    schema::JsonWriter to(draft.json);
    schema::write(*noun.type, object.get(), to);
    auto json = base::parse_json(draft.json);
    if (keep_members(base::parse_json(document.json), json)) draft.json = base::to_text(json);
    for (auto const& field : noun.type->fields)
        if (field.flags.has(schema::indexed))
            draft.columns.emplace_back(column_name(field.name), field.codec->column(field.in(object.get())));
    write_row(session, draft, document.version, insert_statement(draft));
}

} // namespace stepwell::store
