#include "api/route_files.h"
#include "base/json.h"
#include "operations/task_queue.h"

namespace stepwell::api {

namespace {

// 200 as soon as requests are answered and scripts can run; 503, with the reason, while they cannot.
net::Response ready(Call& call) {
    auto const& worker = call.house.worker;
    auto off = worker.off;
    if (off.empty()) off = operations::find_trouble(call.house.engine);
    std::string json;
    base::JsonWriter to(json);
    to.begin_object().member("IsReady", off.empty()).key("Warnings").begin_array();
    if (!off.empty()) to.text(off);
    if (worker.same_user) to.text("Scripts run as the server's own account: they can read all that it can.");
    to.end_array().end_object();
    return answer_json(off.empty() ? 200 : 503, json);
}

} // namespace

void add_ready_routes(Routes& routes) {
    routes.add(Route("GET", "~/readyz", Permission::anyone, Cost::work, "Whether the server takes work", ready));
}

} // namespace stepwell::api
