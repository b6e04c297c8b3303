// Error texts for a damaged database.
#pragma once
#include <string>

namespace stepwell::store {

constexpr char const* how_to_restore = "Put back a backup; the manual says how (Getting started, Restore a backup).";

inline std::string damage_of(std::string const& path) { return path + " is damaged. " + how_to_restore; }

} // namespace stepwell::store
