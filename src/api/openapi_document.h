#pragma once
#include "api/routes.h"

namespace stepwell::api {

// Returns the table of routes as an OpenAPI 3.0 document in JSON.
std::string openapi_document(Routes const& routes);

} // namespace stepwell::api
