#include "api/route_files.h"
#include "base/json.h"

namespace stepwell::api {

namespace {

// 200 as soon as requests are answered and scripts can run; 503, with the reason, while they cannot.
net::Response ready(Call& call) {
    auto const& worker = call.house.worker;
    std::string json;
    base::JsonWriter to(json);
    to.begin_object().member("IsReady", worker.off.empty()).key("Warnings").begin_array();
    if (!worker.off.empty()) to.text(worker.off);
    if (worker.same_user) to.text("Scripts run as the server's own account: they can read all that it can.");
    to.end_array().end_object();
    return answer_json(worker.off.empty() ? 200 : 503, json);
}

} // namespace

void add_ready_routes(Routes& routes) {
    routes.add(Route("GET", "~/readyz", Permission::anyone, Cost::read, "Whether the server takes work", ready));
}

} // namespace stepwell::api
