#include "domain/lint_members.h"

namespace stepwell::domain {

namespace {

std::string value_of(schema::Field const& field, Document const& object) {
    std::string json;
    base::JsonWriter to(json);
    field.codec->write(field.in(&object), to);
    return json;
}

} // namespace

bool has_members_without_effect(Noun const& noun) {
    return std::ranges::any_of(noun.type->fields,
                               [](schema::Field const& field) { return field.flags.has(schema::without_effect); });
}

std::vector<Lint> lint_members(Noun const& noun, Document const& object) {
    std::vector<Lint> lints;
    auto const blank = noun.make();
    for (auto const& field : noun.type->fields)
        if (field.flags.has(schema::without_effect) && value_of(field, object) != value_of(field, *blank))
            lints.push_back({std::string(field.name), "is stored, but has no effect on this server yet"});
    return lints;
}

} // namespace stepwell::domain
