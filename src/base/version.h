// The version of this program. Octopus clients are shown a different one (api/root_routes.cc).
#pragma once
#include <string_view>

namespace stepwell::base {

constexpr std::string_view program_version = "0.1.0";

} // namespace stepwell::base
