// Error texts for a damaged database.
#pragma once
#include <string>

namespace stepwell::store {

constexpr char const* how_to_restore = "Restore a backup. See 'Restore a backup' in the manual (Getting started).";

inline std::string damage_of(std::string const& path) { return path + " is damaged. " + how_to_restore; }

} // namespace stepwell::store
