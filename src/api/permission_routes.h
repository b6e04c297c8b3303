#pragma once
#include "api/routes.h"

namespace stepwell::api {

// What can be granted, and who belongs to which team.
void add_permission_routes(Routes& routes);

} // namespace stepwell::api
