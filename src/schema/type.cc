#include "schema/type.h"

#include "base/fold.h"
#include "base/text.h"
#include "base/utf8.h"
#include "schema/codecs.h"

#include <boost/json.hpp>

namespace stepwell::schema {

std::string Place::text() const {
    auto above = up ? up->text() : std::string();
    if (index != no_index) return above + '[' + std::to_string(index) + ']';
    if (name.empty()) return above;
    return above.empty() ? std::string(name) : above + '.' + std::string(name);
}

Field const* Type::find(std::string_view wanted) const {
    for (auto const& field : fields)
        if (base::equal_ignoring_case(field.name, wanted)) return &field;
    return nullptr;
}

namespace {

// A text with a default is a choice, not free text.
bool has_default_text(Field const& field, void const* value) {
    return field.codec == &codec_of<std::string>() && !static_cast<std::string const*>(value)->empty();
}

// Returns true if a member from a client leaves the object unchanged: a kept value or the default applies.
bool brings_nothing(Field const& field, Json const& sent, void const* value) {
    return is_not_given(sent) && (field.flags.has(kept) || has_default_text(field, value));
}

// Returns true if a problem was already reported for this value.
bool is_wrong_already(Reading const& reading, Place const& place) {
    auto path = place.text();
    return std::ranges::any_of(reading.problems, [&](base::Problem const& problem) {
        return problem.path.starts_with(path) &&
               (problem.path.size() == path.size() || problem.path[path.size()] == '[');
    });
}

bool is_blank(Field const& field, void const* value) {
    if (field.codec->is_empty(value)) return true;
    auto column = field.codec->column(value);
    auto text = std::get_if<std::string>(&column);
    return text && base::trim(*text).empty() && !text->empty();
}

// Checks the rules of the flags for a value that a client sent or omitted.
void check_flags(Field const& field, void const* value, Reading& reading, Place const& place) {
    if (field.flags.has(required) && is_blank(field, value) && !is_wrong_already(reading, place))
        reading.wrong(place, "is required");
    if (field.flags.most == 0) return;
    auto column = field.codec->column(value);
    auto text = std::get_if<std::string>(&column);
    if (text && base::count_characters(*text) > field.flags.most)
        reading.wrong(place, "is longer than " + std::to_string(field.flags.most) + " characters");
}

} // namespace

void read(Type const& type, Json const& from, void* to, Reading& reading, Place const& place) {
    auto object = from.if_object();
    // Members that have a description today may have been stored as any JSON.
    if (!object && reading.origin == Origin::store && place.up) return;
    if (!object) return reading.wrong(place, "must be an object");
    bool from_client = reading.origin == Origin::client;
    for (auto const& member : *object) {
        auto field = type.find(member.key());
        if (!field || field->codec->is_flat || (from_client && field->flags.has(computed))) continue;
        if (from_client && brings_nothing(*field, member.value(), field->in(to))) continue;
        field->codec->read(member.value(), field->in(to), reading, Place{&place, field->name});
        if (from_client && field->flags.has(trimmed) && field->codec == &codec_of<std::string>()) {
            auto& text = *static_cast<std::string*>(field->in(to));
            text = std::string(base::trim_spaces(text));
        }
    }
    for (auto const& field : type.fields)
        if (field.codec->is_flat) field.codec->read(from, field.in(to), reading, place);
    if (from_client)
        for (auto const& field : type.fields) check_flags(field, field.in(to), reading, Place{&place, field.name});
    if (type.settle) type.settle(to);
    if (from_client && type.check) type.check(to, reading, place);
}

void read_stored(Type const& type, std::string_view json, void* to) {
    Problems problems;
    Reading reading{Origin::store, problems};
    read(type, base::parse_json(json), to, reading, Place{});
    base::reject_if_any(std::move(problems));
}

void read_sent(Type const& type, Json const& from, void* to) {
    Problems problems;
    Reading reading{Origin::client, problems};
    read(type, from, to, reading, Place{});
    base::reject_if_any(std::move(problems));
}

void read_retained(Type const& type, Json const& stored, void* to) {
    Problems none;
    Reading reading{Origin::store, none};
    for (auto const& field : type.fields)
        if (field.flags.has(computed) || field.flags.has(kept))
            if (auto value = base::find_member(stored, field.name))
                field.codec->read(*value, field.in(to), reading, Place{nullptr, field.name});
}

void write_members(Type const& type, void const* from, JsonWriter& to) {
    for (auto const& field : type.fields) {
        if (!field.codec->is_flat) to.key(field.name);
        field.codec->write(field.in(from), to);
    }
}

void write(Type const& type, void const* from, JsonWriter& to) {
    to.begin_object();
    write_members(type, from, to);
    to.end_object();
}

namespace {

// Reports the references in a loose member as loose.
class LooseWalker final : public Walker {
public:
    explicit LooseWalker(Walker& walker) : walker_(walker) {}
    void reference(std::string_view prefix, std::string const& id, std::string const& path) override {
        walker_.loose_reference(prefix, id, path);
    }
    void loose_reference(std::string_view prefix, std::string const& id, std::string const& path) override {
        walker_.loose_reference(prefix, id, path);
    }
    void secret(Secret& secret, std::string const& path) override { walker_.secret(secret, path); }

private:
    Walker& walker_;
};

} // namespace

void walk(Type const& type, void* object, std::string const& path, Walker& walker) {
    LooseWalker loose_walker(walker);
    for (auto const& field : type.fields) {
        if (!field.codec->walk) continue;
        auto below = path.empty() ? std::string(field.name) : path + '.' + std::string(field.name);
        field.codec->walk(field.in(object), field.codec->is_flat ? path : below,
                          field.flags.has(loose) ? loose_walker : walker);
    }
}

std::string* find_text(Type const& type, void* object, std::string_view name) {
    auto field = type.find(name);
    if (!field || field->codec != &codec_of<std::string>()) return nullptr;
    return static_cast<std::string*>(field->in(object));
}

} // namespace stepwell::schema
