// Paths for people. The paths of schema::walk name the elements of lists by id, such as Steps[ab12].Name, because ids
// outlive a change of the order.
#pragma once
#include "base/error.h"
#include "base/json.h"

#include <string>
#include <string_view>

namespace stepwell::schema {

// Returns the path with positions: Steps[0].Name. From the first part on that is not in the document, the path is
// unchanged.
std::string path_by_position(base::Json const& document, std::string_view path);
// The same with names: Steps['Back up'].Name. An element without a name keeps its position.
std::string path_by_name(base::Json const& document, std::string_view path);

// Gives the paths of all problems positions. Parses the document once, and not at all if there are no problems.
void show_positions(std::string_view document, base::Problems& problems);

} // namespace stepwell::schema
