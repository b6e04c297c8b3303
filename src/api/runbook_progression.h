#pragma once
#include "api/routes.h"

namespace stepwell::api {

// How the runs of runbooks went, for dashboards.
void add_progression_routes(Routes& routes);

} // namespace stepwell::api
