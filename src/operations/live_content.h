// What a run of a runbook would use as things are now: its process, the variables of its project, their secrets.
#pragma once
#include "domain/content.h"
#include "operations/documents.h"

namespace stepwell::operations {

struct LiveContent {
    domain::SnapshotContent content;
    std::int64_t process_row = 0, variables_row = 0; // versions of their rows
};
// Reads several documents: give it a session of one moment.
LiveContent load_live_content(store::Session& session, domain::Runbook const& runbook);
// For the writer: nobody changed any of it meanwhile.
bool is_current(store::Session& session, LiveContent const& live);
std::vector<domain::PinnedSecret> pinned_secrets(store::Session& session, std::string const& owner);

} // namespace stepwell::operations
