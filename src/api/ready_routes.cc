#include "api/route_files.h"
#include "base/json.h"
#include "operations/readiness.h"

namespace stepwell::api {

namespace {

// Answers 200 if runbooks can run, and 503 with the reasons if not.
net::Response ready(Call& call) {
    auto troubles = call.house.readiness.find_troubles();
    std::string json;
    base::JsonWriter to(json);
    to.begin_object().member("IsReady", troubles.empty()).key("Warnings").begin_array();
    for (auto const& trouble : troubles) to.text(trouble);
    if (call.house.worker.same_user)
        to.text("Scripts run as the server's own account, so they can read all its files.");
    to.end_array().end_object();
    return answer_json(troubles.empty() ? 200 : 503, json);
}

} // namespace

void add_ready_routes(Routes& routes) {
    routes.add(Route("GET", "~/readyz", Permission::anyone, On::nothing, Cost::health,
                     "Check whether the server can run tasks", ready));
}

} // namespace stepwell::api
