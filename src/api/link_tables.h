// The links of the two root documents, from which clients build the URLs of all calls.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace stepwell::api {

// The version that clients compare with the version a call requires: three numbers without a suffix.
inline constexpr std::string_view reported_version = "2025.4.3000";

enum class Where { root, space, both }; // both: in the root document, with the id of the default space

struct RootLink {
    std::string_view name;
    Where where;
    // RFC 6570, expanded by the client; $S is the id of the space; without the query if it is the list of a noun
    std::string_view target;
};

std::span<RootLink const> root_links();
// Return a JSON object. Without a default space, the root document has only the links that do not need a space.
std::string links_of_root(std::string const& default_space);
std::string links_of_space(std::string const& space_id);

} // namespace stepwell::api
