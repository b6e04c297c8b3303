#pragma once
#include "api/in_project.h"

namespace stepwell::api {

// Answers with a page of snapshots, newest first. ?searchByName searches in names.
net::Response answer_snapshots(Call const& call, std::string const& path, std::vector<store::Filter> filters);
// Returns the snapshot with this id, or the newest one with this name that passes `filters`. Throws Error{not_found} if
// there is none.
store::Stored load_snapshot(Call const& call, std::string_view id_or_name, std::vector<store::Filter> filters);

// Returns the answer format for a request that has published this snapshot: it includes warnings about the frozen
// values.
Crud published_now(std::string snapshot_id);

} // namespace stepwell::api
