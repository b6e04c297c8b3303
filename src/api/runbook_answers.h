// Answers that runbooks and their snapshots have in common.
#pragma once
#include "api/call.h"
#include "domain/nouns.h"

namespace stepwell::api {

net::Response answer_snapshot_template(Call const& call, domain::RunbookProcess const& process);

// What is run: a snapshot, or the runbook as it is now.
struct Runnable {
    domain::Runbook runbook;
    std::optional<domain::RunbookSnapshot> snapshot;
};
// Where it may run, and whether the snapshot, or the published one, is behind.
net::Response answer_run_template(Call const& call, Runnable const& runnable);
// What has changed since the snapshot was taken.
net::Response answer_differences(Call const& call, Runnable const& runnable);
// For {environment}, and {tenant} if the path has one.
net::Response answer_preview(Call const& call, Runnable const& runnable);
// For each of those that the body names, in its order.
net::Response answer_previews(Call& call, Runnable const& runnable);
schema::Type const& previews_asked(); // that body

} // namespace stepwell::api
