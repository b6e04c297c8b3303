// One function a file that fills the table of routes; all_routes.cc calls each.
#pragma once
#include "api/routes.h"

namespace stepwell::api {

void add_root_routes(
    Routes& routes); // /api, /api/{space}, capabilities, feature toggles, sign-in providers, permissions
void add_server_routes(Routes& routes); // status, nodes, licence, features, configuration, scheduler
void add_dashboard_routes(Routes& routes);
void add_later_routes(Routes& routes);       // resources to come: empty collections, 404 for single ones
void add_description_routes(Routes& routes); // openapi.json, made from the table itself
void add_space_routes(Routes& routes);
void add_user_routes(Routes& routes);
void add_environment_routes(Routes& routes);
void add_project_routes(Routes& routes);
void add_process_routes(Routes& routes);
void add_runbook_routes(Routes& routes);
void add_snapshot_routes(Routes& routes);
void add_run_routes(Routes& routes);
void add_task_routes(Routes& routes);
void add_library_routes(Routes& routes);     // library variable sets, script modules
void add_certificate_routes(Routes& routes); // those of spaces, and the server's own
void add_variable_routes(Routes& routes);
void add_event_routes(Routes& routes);
void add_account_routes(Routes& routes);
void add_worker_routes(Routes& routes);
void add_live_routes(Routes& routes);
void add_ready_routes(Routes& routes); // /readyz
void add_retention_routes(Routes& routes);

} // namespace stepwell::api
