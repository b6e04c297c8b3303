#pragma once
#include "api/in_project.h"

namespace stepwell::api {

// A page of snapshots, newest first; ?searchByName looks into names.
net::Response answer_snapshots(Call const& call, std::string const& path, std::vector<store::Filter> filters);
// The snapshot of that id, or the newest of that name among those that `filters` let through; 404 when there is none.
store::Stored load_snapshot(Call const& call, std::string_view id_or_name, std::vector<store::Filter> filters);

// The answer to who has just published this snapshot: with what is odd about the values it froze.
Crud published_now(std::string snapshot_id);

} // namespace stepwell::api
