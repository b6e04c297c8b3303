// The version of this program. Clients of Octopus are shown another one (api/root_routes.cc).
#pragma once
#include <string_view>

namespace stepwell::base {

constexpr std::string_view program_version = "0.1.0";

} // namespace stepwell::base
