#pragma once
#include "api/routes.h"

namespace stepwell::api {

// The table of routes as an OpenAPI 3.0 document, JSON.
std::string openapi_document(Routes const& routes);

} // namespace stepwell::api
