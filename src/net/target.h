// The target of a request line: "/path?query", "http://host/path?query" or, for OPTIONS, "*".
#pragma once
#include <optional>
#include <string_view>

namespace stepwell::net {

struct Target {
    std::string_view path; // points into the text that was split, or to a literal
    std::string_view query;
    std::string_view authority; // of the absolute form, else empty
};

// Nothing when the target is none of these forms. The authority form of CONNECT is not among them: this is no proxy.
std::optional<Target> split_target(std::string_view method, std::string_view target);

// Whether `text` may stand in a Host header: no list, no path, no user, no blank. Not empty.
bool is_authority(std::string_view text);

} // namespace stepwell::net
