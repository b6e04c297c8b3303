// JSON as found in variable values: unquoted names, single quotes, comments and extra commas are accepted. Strings that
// look like dates are rewritten, as Octopus does.
#pragma once
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stepwell::variables {

constexpr std::size_t longest_json = 2u << 20; // a longer text is not treated as JSON

struct Json {
    enum class Kind { null, truth, integer, real, string, array, object } kind = Kind::null;
    struct Member;

    std::string_view text;           // content of a string; numbers, true and false as written
    std::span<Member const> members; // of arrays and objects

    bool is_container() const { return kind == Kind::array || kind == Kind::object; }
    Json const* find(std::string_view name) const; // case-sensitive
};
struct Json::Member {
    std::string_view name; // empty in an array
    Json value;
};

struct JsonDocument {
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
    std::unique_ptr<std::string const> source;
    Json root;
    bool has_tokens = false; // one of the strings contains "#{"
};
std::optional<JsonDocument> read_json(std::string source);

// Returns the text of a value: containers as JSON, everything else without quotes.
std::string to_text(Json const& json);

} // namespace stepwell::variables
