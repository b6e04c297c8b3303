#pragma once
#include "api/routes.h"

namespace stepwell::api {

// Adds the routes for the states of runs, for dashboards.
void add_progression_routes(Routes& routes);

} // namespace stepwell::api
