#include "store/copy_documents.h"

#include "base/fold.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "store/document_row.h"
#include "store/documents.h"
#include "store/events.h"

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

// Renames names and slugs that the current rules do not allow.
class AllowedNames {
public:
    explicit AllowedNames(domain::Noun const& noun) : noun_(noun) {}

    // Appends a sentence to `changes` for each changed member.
    void take(domain::Document& object, std::string const& id, std::vector<std::string>& changes) {
        auto const place = place_of(object);
        for (auto const& field : noun_.type->fields) {
            auto text =
                field.flags.has(schema::trimmed) ? schema::find_text(*noun_.type, &object, field.name) : nullptr;
            if (!text || text->empty()) continue;
            auto const former = *text;
            *text = allowed(field, place, former, id);
            if (*text != former)
                changes.push_back(
                    fmt::format("its {} '{}' was changed to '{}'", base::to_lower(field.name), former, *text));
        }
    }

private:
    std::string allowed(schema::Field const& field, std::string const& place, std::string const& former,
                        std::string const& id) {
        bool const is_slug = field.name == "Slug";
        std::string text(base::trim_spaces(former));
        if (text.empty()) text = id;
        if (is_slug && domain::is_reserved_slug(text)) text += "-1";
        if (!field.flags.has(schema::unique)) return text;
        auto const is_taken = [&] { return !taken_.emplace(field.name, place, base::fold(text)).second; };
        if (!is_taken()) return text;
        text += is_slug ? "-" + base::fold(id) : " (" + id + ")";
        static_cast<void>(is_taken());
        return text;
    }
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

// Returns an event if names were changed.
std::optional<domain::Event> copy(Session& session, domain::Noun const& noun, Stored const& document,
                                  AllowedNames& names, std::string const& to) {
    auto const object = parse(noun, document);
    std::vector<std::string> changes;
    names.take(*object, document.id, changes);
    Draft draft{&noun, document.id, document.space_id, {}, {}, {}, {}, {}, {}, {}};
    schema::JsonWriter writer(draft.json);
    schema::write(*noun.type, object.get(), writer);
    auto json = base::parse_json(draft.json);
    if (keep_members(base::parse_json(document.json), json)) draft.json = base::to_text(json);
    fill_columns(draft, object.get());
    copy_row(session, draft, document.number, document.version, to);
    if (changes.empty()) return std::nullopt;
    base::log_warning("{} {}: {}", noun.name, document.id, base::join(changes, ", "));
    domain::EventText text("Modified", document.space_id);
    text.say(std::string(noun.name) + " ").name(document.id, title_of(noun, *object));
    text.say(" was modified by the migration of the database: " + base::join(changes, ", "));
    auto event = text.done();
    event.difference = difference_of(document.json, draft.json);
    return event;
}

} // namespace

std::vector<domain::Event> copy_documents(Session& session, domain::Noun const& noun, std::string const& to) {
    std::vector<Stored> documents;
    session.each(
        fmt::format("select number, version, id, coalesce(space_id, ''), document from {} order by number", noun.table),
        [&](Row const& row) {
            documents.push_back({row.integer(0), row.integer(1), row.string(2), row.string(3), row.string(4), {}});
        });
    AllowedNames names(noun);
    std::vector<domain::Event> events;
    for (auto const& document : documents)
        if (auto event = copy(session, noun, document, names, to)) events.push_back(std::move(*event));
    return events;
}

} // namespace stepwell::store
