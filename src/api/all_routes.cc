#include "api/application.h"
#include "api/crud.h"
#include "api/route_files.h"
#include "domain/nouns.h"

namespace stepwell::api {

void add_all_routes(Routes& routes) {
    add_root_routes(routes);
    add_server_routes(routes);
    add_dashboard_routes(routes);
    add_space_routes(routes);
    add_user_routes(routes);
    add_environment_routes(routes);
    add_project_routes(routes);
    add_process_routes(routes);
    add_runbook_routes(routes);
    add_snapshot_routes(routes);
    add_run_routes(routes);
    add_task_routes(routes);
    add_library_routes(routes);
    add_certificate_routes(routes);
    add_variable_routes(routes);
    add_event_routes(routes);
    add_account_routes(routes);
    add_worker_routes(routes);
    add_live_routes(routes);
    add_ready_routes(routes);
    add_retention_routes(routes);
    for (auto noun : domain::all_nouns()) add_crud(routes, *noun);
    add_later_routes(routes);
    add_description_routes(routes);
}

} // namespace stepwell::api
