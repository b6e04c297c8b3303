#include "schema/difference.h"

#include "base/text.h"

#include <boost/json.hpp>

namespace stepwell::schema {

using base::Json;
using base::JsonWriter;

namespace {

// RFC 6901: "~" and "/" are escaped in a pointer.
std::string below(std::string const& path, std::string_view name) {
    return path + '/' + base::replace_all(base::replace_all(std::string(name), "~", "~0"), "/", "~1");
}

void write_change(char const* op, std::string const& path, Json const* value, JsonWriter& to) {
    to.begin_object().member("op", op).member("path", path);
    if (value) to.key("value").value(*value);
    to.end_object();
}

void compare(Json const& before, Json const& after, std::string const& path, JsonWriter& to);

void compare_objects(boost::json::object const& before, boost::json::object const& after, std::string const& path,
                     JsonWriter& to) {
    for (auto const& member : before) {
        auto other = after.if_contains(member.key());
        if (other)
            compare(member.value(), *other, below(path, member.key()), to);
        else
            write_change("remove", below(path, member.key()), nullptr, to);
    }
    for (auto const& member : after)
        if (!before.if_contains(member.key())) write_change("add", below(path, member.key()), &member.value(), to);
}

void compare_lists(boost::json::array const& before, boost::json::array const& after, std::string const& path,
                   JsonWriter& to) {
    auto common = std::min(before.size(), after.size());
    for (std::size_t i = 0; i < common; ++i) compare(before[i], after[i], path + '/' + std::to_string(i), to);
    for (std::size_t i = before.size(); i > common; --i)
        write_change("remove", path + '/' + std::to_string(i - 1), nullptr, to);
    for (std::size_t i = common; i < after.size(); ++i) write_change("add", path + "/-", &after[i], to);
}

void compare(Json const& before, Json const& after, std::string const& path, JsonWriter& to) {
    if (before == after) return;
    if (before.is_object() && after.is_object())
        return compare_objects(before.get_object(), after.get_object(), path, to);
    if (before.is_array() && after.is_array()) return compare_lists(before.get_array(), after.get_array(), path, to);
    write_change("replace", path, &after, to);
}

} // namespace

void write_difference(Json const& before, Json const& after, JsonWriter& to) {
    to.begin_array();
    compare(before, after, "", to);
    to.end_array();
}

} // namespace stepwell::schema
