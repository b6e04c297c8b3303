// Error texts for a damaged database.
#pragma once
#include "base/error.h"

#include <string>

namespace stepwell::store {

constexpr char const* how_to_restore = "Restore a backup. See 'Restore a backup' in the manual (Getting started).";

// The installation is not as its last server left it.
class DamageError : public base::Error {
public:
    explicit DamageError(std::string message) : Error(base::Kind::internal, std::move(message)) {}
};

inline std::string damage_of(std::string const& path) { return path + " is damaged. " + how_to_restore; }

} // namespace stepwell::store
