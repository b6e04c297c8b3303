// Features that clients know and that this server does not have yet. Routes take precedence: a row here is not used if
// its path has a route.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace stepwell::api {

// Returns the feature to which the segments of a path belong, such as "Step templates"; empty for any other path.
std::string_view missing_feature(std::span<std::string const> segments);

} // namespace stepwell::api
