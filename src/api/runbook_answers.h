// Answers that runbooks and their snapshots share.
#pragma once
#include "api/call.h"
#include "domain/nouns.h"

namespace stepwell::api {

net::Response answer_snapshot_template(Call const& call, domain::RunbookProcess const& process);

// The object to run: a snapshot, or the current state of the runbook.
struct Runnable {
    domain::Runbook runbook;
    std::optional<domain::RunbookSnapshot> snapshot;
};
// Answers with the environments in which it may run, and with the parts that differ from the snapshot or, for a
// runbook, from the published snapshot.
net::Response answer_run_template(Call const& call, Runnable const& runnable);
// Answers with the differences since the snapshot was created.
net::Response answer_differences(Call const& call, Runnable const& runnable);
// Answers with the preview for {environment}. Throws Error{not_found} if the path has a {tenant}: tenants are not
// supported yet.
net::Response answer_preview(Call const& call, Runnable const& runnable);
// Answers with a preview for each environment in the body, in the same order.
net::Response answer_previews(Call& call, Runnable const& runnable);
schema::Type const& previews_asked(); // type of that body

} // namespace stepwell::api
