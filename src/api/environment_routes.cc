#include "api/crud.h"
#include "api/route_files.h"
#include "base/error.h"
#include "domain/nouns.h"

#include <boost/json.hpp>

namespace stepwell::api {

using domain::Environment;

namespace {

// Numbers of machines. Machines are not supported yet.
constexpr std::string_view no_machines =
    R"("TotalMachines":0,"TotalDisabledMachines":0,"MachineHealthStatusSummaries":{},)"
    R"("MachineEndpointSummaries":{},"MachineTenantSummaries":{},"MachineTenantTagSummaries":{},)"
    R"("TentacleUpgradesRequired":false,"MachineIdsForCalamariUpgrade":[],"MachineIdsForTentacleUpgrade":[])";

net::Response summary(Call& call) {
    auto const& noun = domain::noun_of<Environment>();
    return call.store().read([&](store::Session& session) {
        auto query = list_query(call, noun);
        query.take = store::everything;
        std::vector<std::string> items;
        for (auto const& stored : store::list_documents(session, noun, query).items)
            items.push_back("{\"Environment\":" + with_links(noun, stored) + "," + std::string(no_machines) + "}");
        return answer_json(200, "{\"EnvironmentSummaries\":" + list_of(items) + "," + std::string(no_machines) +
                                    ",\"Links\":{}}");
    });
}

// The second version of the list filters by type. All environments are Static.
net::Response list_v2(Call& call) {
    auto const& noun = domain::noun_of<Environment>();
    auto kinds = call.query.list("type");
    bool wanted = kinds.empty() || std::ranges::any_of(kinds, [](auto const& kind) {
                      return base::equal_ignoring_case(kind, "Static");
                  });
    if (!wanted) return answer_json(200, empty_page(call, noun.name));
    Crud crud;
    crud.render = [&](Call const&, store::Session&, store::Stored const& stored) {
        return with_links(noun, stored, R"("Type":"Static")");
    };
    return answer_list(call, noun, crud, collection_path(call, noun) + "/v2");
}

} // namespace

void add_environment_routes(Routes& routes) {
    auto const& noun = domain::noun_of<Environment>();
    auto view = noun.access.view;
    routes.add(Route("GET", "environments/summary", view, On::anything, Cost::work,
                     "Summarize environments and their machines", summary));
    routes.add(
        Route("GET", "environments/v2", view, On::anything, Cost::work, "List environments with their type", list_v2)
            .gives_list(*noun.type));
    routes.add(Route("GET", "environments/{id}/metadata", view, On::document, Cost::read, "Read settings of extensions",
                     [](Call&) { return answer_json(200, "[]"); }));
    routes.add(Route(
        "GET", "environments/{id}/singlyScopedVariableDetails", view, On::document, Cost::read,
        "Show variables that are scoped to this environment alone", [&noun](Call& call) {
            load_stored(call, noun, call.id());
            return answer_json(
                200,
                R"({"HasUnauthorizedProjectVariables":false,"HasUnauthorizedLibraryVariableSetVariables":false,"VariableMap":{},"Links":{}})");
        }));
}

void add_worker_routes(Routes& routes) {
    auto const& noun = domain::noun_of<domain::WorkerPool>();
    Crud pools;
    add_crud(routes, noun, pools);
    auto view = noun.access.view;
    routes.add(Route("GET", "workerpools/summary", view, On::anything, Cost::work,
                     "Summarize worker pools and their workers", [&noun](Call& call) {
                         return call.store().read([&](store::Session& session) {
                             auto query = list_query(call, noun);
                             query.take = store::everything;
                             std::vector<std::string> items;
                             for (auto const& stored : store::list_documents(session, noun, query).items)
                                 items.push_back("{\"WorkerPool\":" + with_links(noun, stored) + "," +
                                                 std::string(no_machines) + "}");
                             return answer_json(200, "{\"WorkerPoolSummaries\":" + list_of(items) + "," +
                                                         std::string(no_machines) + ",\"Links\":{}}");
                         });
                     }));
    routes.add(Route("GET", "workerpools/supportedtypes", view, On::anything, Cost::read, "List types of worker pools",
                     [](Call&) { return answer_json(200, R"({"SupportedPoolTypes":["StaticWorkerPool"]})"); }));
    routes.add(Route("GET", "workerpools/dynamicworkertypes", view, On::anything, Cost::read,
                     "List images of dynamic worker pools",
                     [](Call&) { return answer_json(200, R"({"Id":null,"WorkerTypes":[]})"); }));

    routes.add(Route("GET", "machinepolicies/template", Permission::machine_policy_view, On::anything, Cost::read,
                     "Read the template of a new machine policy", [](Call&) {
                         return answer_json(200,
                                            with_members(schema::to_json(domain::MachinePolicy{}), "\"Links\":{}"));
                     }));
}

} // namespace stepwell::api
