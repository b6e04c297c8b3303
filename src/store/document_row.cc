#include "store/document_row.h"

#include "base/error.h"
#include "base/fold.h"
#include "base/text.h"
#include "store/tables.h"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace stepwell::store {

namespace {

using base::Error;
using base::Kind;

Value to_value(schema::Column const& column) {
    if (auto number = std::get_if<std::int64_t>(&column)) return *number;
    if (auto text = std::get_if<std::string>(&column)) return std::string_view(*text);
    return {};
}

// Throws the error for a member that is not unique, with its path.
[[noreturn]] void explain_conflict(std::vector<std::string> const& columns, Draft const& draft) {
    auto is_taken = [&](std::string const& column) { return std::ranges::find(columns, column) != columns.end(); };
    auto document = base::parse_json(draft.json);
    auto a_noun = domain::with_article(domain::words_of(*draft.noun));
    a_noun.front() = 'A';
    for (auto const& field : draft.noun->type->fields) {
        if (!field.flags.has(schema::unique) || !is_taken(column_of(field))) continue;
        auto value = base::find_member(document, field.name);
        if (!value || !value->is_string()) continue;
        base::reject(std::string(field.name),
                     fmt::format("must be unique. {} {} '{}' already exists.", a_noun,
                                 field.name == "Name" ? "named" : "with the " + base::to_lower(field.name),
                                 std::string_view(value->get_string())));
    }
    if (is_taken("id_key"))
        base::reject("Id", fmt::format("must be unique. {} with the id '{}' already exists.", a_noun, draft.id));
    throw Error(Kind::conflict,
                "Another request stored the same " + domain::words_of(*draft.noun) + " at the same time. Try again.");
}

// The SQL text for one row.
class RowText {
public:
    explicit RowText(Draft const& draft, std::int64_t const& version) : id_key_(base::fold(draft.id)) {
        add("id", draft.id);
        add("id_key", id_key_);
        add("space_id", draft.space_id.empty() ? Value{} : Value{std::string_view(draft.space_id)});
        add("version", version);
        add("document", draft.json);
        add("link_values", draft.link_values);
        for (auto const& [column, value] : draft.columns) add(column, to_value(value));
    }
    RowText(RowText const&) = delete;

    void add(std::string_view column, Value value) {
        std::string const comma = names_.empty() ? "" : ", ";
        names_ += comma;
        names_ += column;
        marks_ += comma + "?";
        sets_ += comma;
        sets_ += column;
        sets_ += " = ?";
        values_.push_back(value);
    }
    std::string_view id_key() const { return id_key_; }
    std::string insert_into(std::string_view table) const {
        return fmt::format("insert into {}({}) values({})", table, names_, marks_);
    }
    std::string update(std::string_view table) const {
        return fmt::format("update {} set {} where id_key = ?", table, sets_);
    }
    std::vector<Value> const& values() const { return values_; }

private:
    std::string const id_key_;
    std::string names_, marks_, sets_;
    std::vector<Value> values_;
};

void run(Session& session, std::string const& statement, std::span<Value const> values, Draft const& draft,
         std::function<void(Row const&)> const& use = {}) {
    try {
        session.run(statement, values, use);
    } catch (Error const& error) {
        if (error.kind() == Kind::conflict) explain_conflict(session.conflicting_columns(), draft);
        throw;
    }
}

} // namespace

void fill_columns(Draft& draft, void const* object) {
    auto const& noun = *draft.noun;
    for (auto const& field : noun.type->fields) {
        if (!field.flags.has(schema::indexed)) continue;
        auto column = field.codec->column(field.in(object));
        if (auto text = std::get_if<std::string>(&column)) *text = base::fold(*text);
        draft.columns.emplace_back(column_of(field), std::move(column));
    }
    draft.link_values = domain::link_values_of(noun, object);
}

std::int64_t insert_row(Session& session, Draft const& draft, std::int64_t version) {
    RowText const row(draft, version);
    std::int64_t number = 0;
    run(session, row.insert_into(draft.noun->table) + " returning number", row.values(), draft,
        [&](Row const& made) { number = made.integer(0); });
    return number;
}

void update_row(Session& session, Draft const& draft, std::int64_t version) {
    RowText const row(draft, version);
    auto values = row.values();
    values.emplace_back(row.id_key());
    run(session, row.update(draft.noun->table), values, draft);
}

void copy_row(Session& session, Draft const& draft, std::int64_t number, std::int64_t version, std::string_view table) {
    RowText row(draft, version);
    row.add("number", number);
    run(session, row.insert_into(table), row.values(), draft);
}

} // namespace stepwell::store
