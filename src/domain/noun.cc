#include "domain/noun.h"

#include "base/text.h"

namespace stepwell::domain {

std::string table_name(std::string_view type_name) {
    std::string name;
    for (char c : type_name) {
        if (c >= 'A' && c <= 'Z' && !name.empty()) name += '_';
        name += base::lower(c);
    }
    return name;
}

std::string words_of(std::string_view type_name) { return base::replace_all(table_name(type_name), "_", " "); }
std::string words_of(Noun const& noun) { return words_of(noun.name); }

std::string with_article(std::string_view words) {
    return (std::string_view("aeio").find(words.front()) == std::string_view::npos ? "a " : "an ") + std::string(words);
}

std::string plural_of(std::string words) {
    if (words.ends_with('s')) return words + "es";
    bool const with_ies = words.ends_with("cy") || words.ends_with("xy");
    if (with_ies) words.pop_back();
    return words + (with_ies ? "ies" : "s");
}

bool is_reserved_slug(std::string_view slug) {
    constexpr std::string_view words[] = {
        "all",   "azureenvironments", "dynamicworkertypes", "ephemeral", "experimental", "import-export",
        "pulse", "rule-test",         "sortorder",          "stats",     "summary",      "supportedtypes",
        "v2",
    };
    return std::ranges::any_of(words, [&](auto word) { return base::equal_ignoring_case(word, slug); });
}

namespace {

// Returns the letters at the start of `text`: the name after a $.
std::string_view take_name(std::string_view text) {
    std::size_t length = 0;
    auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    while (length < text.size() && letter(text[length])) ++length;
    return text.substr(0, length);
}

} // namespace

std::string fill_link(std::string_view target, std::function<std::string_view(std::string_view)> const& value) {
    std::string filled;
    for (std::size_t dollar; (dollar = target.find('$')) != std::string_view::npos;) {
        auto name = take_name(target.substr(dollar + 1));
        filled += target.substr(0, dollar);
        filled += value(name);
        target.remove_prefix(dollar + 1 + name.size());
    }
    return filled.append(target);
}

std::vector<std::string> members_in(std::span<Link const> links) {
    std::vector<std::string> members;
    for (auto const& link : links)
        fill_link(link.target, [&](std::string_view name) -> std::string_view {
            bool known = name == "Id" || name == "SpaceId" || std::ranges::find(members, name) != members.end();
            if (!known) members.emplace_back(name);
            return {};
        });
    return members;
}

std::vector<Placement> placements_of(std::string_view type_name, schema::Type const& type) {
    constexpr std::pair<std::string_view, std::string Subject::*> kinds[] = {
        {"ProjectGroup", &Subject::project_group_id},
        {"Project", &Subject::project_id},
        {"Environment", &Subject::environment_id},
        {"Tenant", &Subject::tenant_id},
        {"Runbook", &Subject::runbook_id},
    };
    std::vector<Placement> found;
    for (auto [kind, axis] : kinds) {
        if (kind == type_name) found.push_back({axis, "Id"});
        for (auto const& field : type.fields) {
            bool const is_of_kind = field.name.starts_with(kind) && field.name.substr(kind.size()) == "Id";
            // An owner that can be of several kinds is a project, or is not part of an area.
            bool const may_be = kind == "Project" && field.name == "OwnerId" && field.flags.has(owner);
            bool const is_text = field.codec->column_kind == schema::ColumnKind::text;
            if ((is_of_kind || may_be) && field.flags.has(indexed) && is_text) found.push_back({axis, field.name});
        }
    }
    return found;
}

namespace {

constexpr char between_values = '\x1f'; // not in ids or slugs

} // namespace

std::string link_values_of(Noun const& noun, void const* object) {
    std::string values;
    for (auto const& member : noun.link_members) {
        auto const* field = noun.type->find(member);
        auto const column = field->codec->column(field->in(object));
        if (auto text = std::get_if<std::string>(&column)) values += *text;
        values += between_values;
    }
    return values;
}

std::string_view link_value(Noun const& noun, std::string_view values, std::string_view member) {
    for (auto const& each : noun.link_members) {
        auto const end = std::min(values.find(between_values), values.size());
        if (each == member) return values.substr(0, end);
        values.remove_prefix(std::min(end + 1, values.size()));
    }
    return {};
}

} // namespace stepwell::domain
