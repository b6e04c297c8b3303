#include "api/openapi_document.h"
#include "api/route_files.h"

namespace stepwell::api {

namespace {

// Created on first use and then kept, because the table does not change.
struct Description {
    std::once_flag once;
    std::shared_ptr<std::string const> json;
};

} // namespace

// `routes` must outlive its handlers. It does, because it owns them.
void add_description_routes(Routes& routes) {
    auto kept = std::make_shared<Description>();
    routes.add(Route("GET", "openapi.json", Permission::anyone, On::nothing, Cost::work, "Read this description",
                     [&routes, kept](Call&) {
                         std::call_once(kept->once, [&] {
                             kept->json = std::make_shared<std::string const>(openapi_document(routes));
                         });
                         net::Response response;
                         response.shared_body = kept->json;
                         return response;
                     }));
}

} // namespace stepwell::api
