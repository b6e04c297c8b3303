#pragma once
#include "operations/documents.h"

namespace stepwell::operations {

// What somebody who is about to make a snapshot needs to know.
struct SnapshotTemplate {
    std::string id, runbook, process, next_name;
    std::vector<schema::Verbatim> packages, git_resources;

    static constexpr std::string_view type_name = "RunbookSnapshotTemplate";
    static void describe(auto& field) {
        field("Id", &SnapshotTemplate::id, schema::plain, "That of the process.");
        field("RunbookId", &SnapshotTemplate::runbook, schema::plain, "The runbook.");
        field("RunbookProcessId", &SnapshotTemplate::process, schema::plain, "Its process.");
        field("NextNameIncrement", &SnapshotTemplate::next_name, schema::plain, "A name nobody has taken.");
        field("Packages", &SnapshotTemplate::packages, schema::plain, "Packages whose version is to be chosen.");
        field("GitResources", &SnapshotTemplate::git_resources, schema::plain,
              "Repositories whose commit is to be chosen.");
    }
};
SnapshotTemplate snapshot_template(domain::RunbookProcess const& process);

// Freezes the process of a runbook, the variables of its project and the secrets of both. `wanted` names the runbook;
// without a name one is made up. `publish`: the runbook points to it from the same moment on.
Stored snapshot_runbook(Store& store, Actor const& actor, domain::RunbookSnapshot wanted, bool publish);

} // namespace stepwell::operations
