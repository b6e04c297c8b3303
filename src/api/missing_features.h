// What clients know and this server does not have yet. The routes decide: once a path has a route, its row here is
// unused.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace stepwell::api {

// Names the feature that the segments of a path belong to, such as "Step templates"; empty for any other path.
std::string_view missing_feature(std::span<std::string const> segments);

} // namespace stepwell::api
