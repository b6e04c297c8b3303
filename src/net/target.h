// The target of a request line: "/path?query", "http://host/path?query" or, for OPTIONS, "*".
#pragma once
#include <optional>
#include <string_view>

namespace stepwell::net {

struct Target {
    std::string_view path; // points into the text that was split, or to a literal
    std::string_view query;
    std::string_view authority; // of the absolute form; otherwise empty
};

// Returns nullopt if the target has none of these forms. The authority form of CONNECT is not accepted, because this is
// not a proxy.
std::optional<Target> split_target(std::string_view method, std::string_view target);

// Returns true if `text` is valid in a Host header: not empty, no list, path, user or blank.
bool is_authority(std::string_view text);

} // namespace stepwell::net
