#include "domain/lint_members.h"

#include <boost/json.hpp>

namespace stepwell::domain {

namespace {

base::Json json_of(schema::Type const& type, void const* object) {
    std::string json;
    base::JsonWriter to(json);
    schema::write(type, object, to);
    return base::parse_json(json);
}

base::Json usual_json_of(schema::Type const& type) { return json_of(type, type.make().get()); }

// Returns true for a value that is the same as null: clients send empty texts for members that they do not set.
bool is_blank(base::Json const& value) {
    auto const object = value.if_object();
    if (!object) return schema::is_not_given(value);
    return std::ranges::all_of(*object, [](auto const& member) { return is_blank(member.value()); });
}

bool is_same(base::Json const& value, base::Json const& other) {
    if (value == other || (is_blank(value) && is_blank(other))) return true;
    if (!value.is_object() || !other.is_object()) return false;
    return std::ranges::all_of(value.get_object(), [&](auto const& member) {
        auto const theirs = base::find_member(other, member.key());
        return theirs && is_same(member.value(), *theirs);
    });
}

void add_lints(schema::Type const& type, base::Json const& object, base::Json const& usual, std::string const& path,
               std::vector<Lint>& lints) {
    for (auto const& field : type.fields) {
        auto const value = field.flags.has(computed) ? nullptr : base::find_member(object, field.name);
        auto const expected = base::find_member(usual, field.name);
        if (!value || !expected || is_same(*value, *expected)) continue;
        auto const at = path + std::string(field.name);
        auto const inner = field.codec->inner();
        if (field.flags.has(schema::without_effect))
            lints.push_back({at, "is stored, but has no effect on this server yet"});
        else if (inner.size() != 1)
            continue;
        else if (auto const items = value->if_array())
            for (std::size_t i = 0; i < items->size(); ++i)
                add_lints(*inner[0], (*items)[i], usual_json_of(*inner[0]), at + '[' + std::to_string(i) + "].", lints);
        else
            add_lints(*inner[0], *value, usual_json_of(*inner[0]), at + '.', lints);
    }
}

} // namespace

bool has_members_without_effect(schema::Type const& type) {
    return std::ranges::any_of(type.fields, [](schema::Field const& field) {
        if (field.flags.has(computed)) return false;
        return field.flags.has(schema::without_effect) ||
               std::ranges::any_of(field.codec->inner(), [](auto inner) { return has_members_without_effect(*inner); });
    });
}

std::vector<Lint> lint_members(schema::Type const& type, void const* object, void const* usual) {
    std::vector<Lint> lints;
    add_lints(type, json_of(type, object), json_of(type, usual), "", lints);
    return lints;
}

std::vector<Lint> lint_members(schema::Type const& type, void const* object) {
    return lint_members(type, object, type.make().get());
}

} // namespace stepwell::domain
