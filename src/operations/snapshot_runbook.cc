#include "operations/snapshot_runbook.h"

#include "base/error.h"
#include "operations/frozen.h"
#include "operations/live_content.h"
#include "store/runs.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

// Builds the change that adds a snapshot and, if it is published, updates the reference of its runbook.
class SnapshotBuilder {
public:
    SnapshotBuilder(ChangeContext const& context, RunbookSnapshot wanted)
        : context_(context), snapshot_(std::move(wanted)) {}

    // Steps and variables may change before the commit: the snapshot has the state at the time of the request. The
    // runbook must not change if the snapshot is published.
    Change build(bool publish) {
        load(context_.session);
        bytes_ = to_bytes(live_);
        fill(context_.store.clock().now());
        Change change;
        change.insert(store::draft_of(context_.store, context_.caller.actor, snapshot_));
        change.write([snapshot = snapshot_, bytes = bytes_](Transaction& transaction) {
            insert_frozen(transaction, snapshot, bytes);
        });
        if (publish) {
            runbook_.published_snapshot.value = snapshot_.id;
            add_update(context_, noun_of<Runbook>(), runbook_, runbook_row_, change);
        }
        return change;
    }

private:
    void load(Session& session) {
        runbook_row_ =
            load_referenced(session, noun_of<Runbook>(), snapshot_.runbook.value, snapshot_.space_id, "RunbookId");
        runbook_ = store::parse<Runbook>(runbook_row_);
        auto const& project = snapshot_.project.value;
        if (!project.empty() && !base::equal_ignoring_case(project, runbook_.project.value))
            base::reject("ProjectId", "the runbook '" + runbook_.name + "' does not belong to '" + project + "'");
        live_ = load_live_content(session, runbook_);
        check_variable_count(live_);
    }
    void fill(base::Time now) {
        auto const& content = live_;
        snapshot_.project = runbook_.project;
        snapshot_.runbook.value = runbook_.id;
        if (base::trim(snapshot_.name).empty()) snapshot_.name = made_up_snapshot_name();
        snapshot_.assembled = now;
        snapshot_.content = content_digest(bytes_);
        snapshot_.frozen_process = frozen_id(content.process_id, content.process_version);
        snapshot_.frozen_variable_set = content.variable_set_id;
        give_frozen_ids(snapshot_, content);
    }

    ChangeContext const& context_;
    RunbookSnapshot snapshot_;
    Stored runbook_row_;
    Runbook runbook_;
    SnapshotContent live_;
    std::string bytes_;
};

} // namespace

std::string made_up_snapshot_name() { return "Snapshot " + base::random_letters(7); }

std::optional<RunbookSnapshot> find_newest_snapshot(Session& session, std::string const& runbook_id) {
    store::ListQuery query{{}, {}, {}, {{"RunbookId", {runbook_id}}}, 0, 1};
    auto listed = store::list_documents(session, noun_of<RunbookSnapshot>(), query);
    if (listed.items.empty()) return std::nullopt;
    return store::parse<RunbookSnapshot>(listed.items.front());
}

Stored snapshot_runbook(Store& store, Caller const& caller, RunbookSnapshot wanted, bool publish) {
    wanted.id = store.next_id(RunbookSnapshot::prefix);
    return commit_document(
        store, [&](Session& session) { return SnapshotBuilder({store, session, caller}, wanted).build(publish); });
}

} // namespace stepwell::operations
