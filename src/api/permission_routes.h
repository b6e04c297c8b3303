#pragma once
#include "api/routes.h"

namespace stepwell::api {

// Adds the routes for the list of permissions and for the teams of users.
void add_permission_routes(Routes& routes);

} // namespace stepwell::api
