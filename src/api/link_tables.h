// The links of the two root documents: what clients build all their calls from. The one list of them.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace stepwell::api {

// What clients compare with the versions they need for a call: three numbers, nothing behind them.
inline constexpr std::string_view reported_version = "2025.4.3000";

enum class Where { root, space, both }; // both: in the root with the id of the default space

struct RootLink {
    std::string_view name;
    Where where;
    std::string_view
        target; // RFC 6570, for the client to expand; $S is the id of the space; of a noun, without its query
};

std::span<RootLink const> root_links();
// JSON objects. Without a default space the root has only what needs none.
std::string links_of_root(std::string const& default_space);
std::string links_of_space(std::string const& space_id);

} // namespace stepwell::api
