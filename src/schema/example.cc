// Examples: the example of a member from its description, or else the value in a default-constructed object.
#include "base/text.h"
#include "schema/codecs.h"

#include <boost/json.hpp>

namespace stepwell::schema {

namespace {

constexpr std::string_view some_time = "2026-01-31T12:00:00.000+00:00";

// Returns the slug of the example name in the same object.
std::string slug_beside(Type const& type) {
    auto name = type.find("Name");
    return name ? base::slug_of(name->flags.like) : std::string();
}

} // namespace

bool is_shown(Field const& field, Codec const& value) {
    if (!field.flags.like.empty() || value.is_reference || !value.inner().empty()) return true;
    return &value == &codec_of<base::Time>() && field.flags.has(computed);
}

void CodecOf<std::string>::example(std::string const& blank, Field const& field, Origin, JsonWriter& to) {
    to.text(field.flags.like.empty() ? std::string_view(blank) : field.flags.like);
}

void CodecOf<std::int64_t>::example(std::int64_t blank, Field const& field, Origin, JsonWriter& to) {
    to.number(base::to_number(field.flags.like).value_or(blank));
}

void CodecOf<base::Time>::example(base::Time, Field const&, Origin, JsonWriter& to) { to.text(some_time); }

void CodecOf<Secret>::example(Secret const&, Field const&, Origin by, JsonWriter& to) {
    to.begin_object().member("HasValue", true).key("NewValue");
    if (by == Origin::client)
        to.text("a secret");
    else
        to.null();
    to.key("Hint").null().end_object();
}

void CodecOf<PropertyValue>::example(PropertyValue const&, Field const&, Origin, JsonWriter& to) { to.text("value"); }

void CodecOf<VariableValue>::example(VariableValue const&, Field const&, Origin, JsonWriter& to) { to.text("value"); }

void write_example_members(Type const& type, Origin by, JsonWriter& to) {
    auto const blank = type.make();
    for (auto const& field : type.fields) {
        if (by == Origin::client && field.flags.has(computed)) continue;
        if (!field.codec->is_flat) to.key(field.name);
        if (field.name == "Slug" && field.flags.like.empty())
            to.text(slug_beside(type));
        else
            field.codec->example(field.in(blank.get()), field, by, to);
    }
}

void write_example(Type const& type, Origin by, JsonWriter& to) {
    to.begin_object();
    write_example_members(type, by, to);
    to.end_object();
}

} // namespace stepwell::schema
