// JSON as the values of variables may hold it: names without quotes, single quotes, comments and commas too many are
// forgiven. Strings that look like moments are rewritten as the language has always done.
#pragma once
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stepwell::variables {

constexpr std::size_t longest_json = 2u << 20; // longer texts are taken for none

struct Json {
    enum class Kind { null, truth, integer, real, string, array, object } kind = Kind::null;
    struct Member;

    std::string_view text;           // of a string its content, of numbers and truths as written
    std::span<Member const> members; // of arrays and objects

    bool is_container() const { return kind == Kind::array || kind == Kind::object; }
    Json const* find(std::string_view name) const; // case counts
};
struct Json::Member {
    std::string_view name; // none in an array
    Json value;
};

struct JsonDocument {
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory;
    std::unique_ptr<std::string const> source;
    Json root;
    bool has_tokens = false; // "#{" stands in one of its strings
};
std::optional<JsonDocument> read_json(std::string source);

// What stands for it in a text: containers as JSON, everything else without quotes.
std::string to_text(Json const& json);

} // namespace stepwell::variables
