// The functions that add the rows of each file to the table of routes. Called by all_routes.cc.
#pragma once
#include "api/routes.h"

namespace stepwell::api {

// /api, /api/{space}, capabilities, feature toggles, sign-in providers, permissions
void add_root_routes(Routes& routes);
void add_server_routes(Routes& routes); // status, nodes, license, features, configuration, scheduler
void add_dashboard_routes(Routes& routes);
// resources that are not supported yet: empty collections, 404 for single documents
void add_later_routes(Routes& routes);
void add_description_routes(Routes& routes); // openapi.json, created from the table of routes
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
void add_certificate_routes(Routes& routes); // certificates of spaces and of the server
void add_variable_routes(Routes& routes);
void add_event_routes(Routes& routes);
void add_account_routes(Routes& routes);
void add_worker_routes(Routes& routes);
void add_live_routes(Routes& routes);
void add_ready_routes(Routes& routes); // /readyz
void add_retention_routes(Routes& routes);

} // namespace stepwell::api
