#include "store/copy_documents.h"

#include "base/fold.h"
#include "base/json.h"
#include "base/log.h"
#include "store/document_row.h"
#include "store/documents.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <set>

namespace stepwell::store {

namespace {

// Adds members of `before` that `now` lacks, at any depth. Returns true if there were any.
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

// Renames names and slugs that the current equality rule makes duplicates.
class UniqueNames {
public:
    explicit UniqueNames(domain::Noun const& noun) : noun_(noun) {}

    void take(domain::Document& object, std::string const& id) {
        auto const place = place_of(object);
        for (auto const& field : noun_.type->fields) {
            auto text = field.flags.has(schema::unique) ? schema::find_text(*noun_.type, &object, field.name) : nullptr;
            if (!text || text->empty()) continue;
            auto const taken = [&] { return !taken_.emplace(field.name, place, base::fold(*text)).second; };
            if (!taken()) continue;
            auto const former = *text;
            bool const is_slug = field.name == "Slug";
            *text += is_slug ? "-" + base::fold(id) : " (" + id + ")";
            base::log_warning("{} {}: the {} '{}' differs from another one only in case; it was changed to '{}'",
                              noun_.name, id, is_slug ? "slug" : "name", former, *text);
            static_cast<void>(taken());
        }
    }

private:
    // Returns the owner if there is one; otherwise the space. Names are unique within it.
    std::string place_of(domain::Document const& object) const {
        std::string owner = space_of(noun_, object);
        for (auto const& field : noun_.type->fields) {
            if (!field.flags.has(schema::owner)) continue;
            auto column = field.codec->column(field.in(&object));
            owner =
                std::holds_alternative<std::string>(column) ? base::fold(std::get<std::string>(column)) : std::string();
        }
        return owner;
    }

    domain::Noun const& noun_;
    std::set<std::tuple<std::string, std::string, std::string>> taken_; // member, owner or space, folded text
};

void copy(Session& session, domain::Noun const& noun, Stored const& document, UniqueNames& names,
          std::string const& to) {
    auto const object = parse(noun, document);
    names.take(*object, document.id);
    Draft draft{&noun, document.id, document.space_id, {}, {}, {}, {}, {}, {}, {}};
    schema::JsonWriter writer(draft.json);
    schema::write(*noun.type, object.get(), writer);
    auto json = base::parse_json(draft.json);
    if (keep_members(base::parse_json(document.json), json)) draft.json = base::to_text(json);
    fill_columns(draft, object.get());
    copy_row(session, draft, document.number, document.version, to);
}

} // namespace

void copy_documents(Session& session, domain::Noun const& noun, std::string const& to) {
    std::vector<Stored> documents;
    session.each(
        fmt::format("select number, version, id, coalesce(space_id, ''), document from {} order by number", noun.table),
        [&](Row const& row) {
            documents.push_back({row.integer(0), row.integer(1), row.string(2), row.string(3), row.string(4), {}});
        });
    UniqueNames names(noun);
    for (auto const& document : documents) copy(session, noun, document, names, to);
}

} // namespace stepwell::store
