#include "operations/snapshot_runbook.h"

#include "base/error.h"
#include "operations/frozen.h"
#include "operations/live_content.h"
#include "store/runs.h"

namespace stepwell::operations {

using namespace domain;
using store::Session;

namespace {

constexpr int max_attempts = 20;

// What one transaction writes.
class SnapshotBuilder {
public:
    SnapshotBuilder(Store& store, Caller const& caller, RunbookSnapshot wanted, bool publish)
        : snapshot_(std::move(wanted)) {
        store.read_at_once([&](Session& session) { load(session); });
        bytes_ = to_bytes(live_);
        fill(store.clock().now());
        snapshot_draft_ = store::draft_of(store, caller.actor, snapshot_);
        if (!publish) return;
        auto runbook = runbook_;
        runbook.published_snapshot.value = snapshot_.id;
        runbook_draft_ = store::draft_of(store, caller.actor, runbook, runbook_row_.json);
    }

    // False, and nothing is written, when the runbook to publish in has changed. Steps and variables may have: the
    // snapshot is of the moment it was asked for.
    bool write(Transaction& transaction) const {
        auto& session = transaction.session;
        if (runbook_draft_ && !runbook_is_current(session)) return false;
        insert_frozen(transaction, snapshot_, bytes_);
        store::insert_document(transaction, *snapshot_draft_);
        if (runbook_draft_) store::update_document(transaction, *runbook_draft_, runbook_row_);
        return true;
    }

private:
    void load(Session& session) {
        auto row = store::find_document(session, noun_of<Runbook>(), snapshot_.runbook.value, snapshot_.space_id);
        if (!row) base::reject("RunbookId", "there is no runbook '" + snapshot_.runbook.value + "'");
        runbook_row_ = std::move(*row);
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
    bool runbook_is_current(Session& session) const {
        auto row = store::find_document(session, noun_of<Runbook>(), runbook_row_.id, {});
        return row && row->version == runbook_row_.version;
    }

    RunbookSnapshot snapshot_;
    Stored runbook_row_;
    Runbook runbook_;
    SnapshotContent live_;
    std::string bytes_;
    std::optional<store::Draft> snapshot_draft_, runbook_draft_;
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
    for (int tries = 1; tries <= max_attempts; ++tries) {
        SnapshotBuilder taking(store, caller, wanted, publish);
        bool written = false;
        store.write([&](Transaction& transaction) { written = taking.write(transaction); });
        if (!written) continue;
        auto stored = store.read(
            [&](Session& session) { return store::find_document(session, noun_of<RunbookSnapshot>(), wanted.id, {}); });
        if (!stored) store::throw_not_found(wanted.id); // deleted again meanwhile
        return std::move(*stored);
    }
    throw base::Error(base::Kind::conflict, "The runbook is being changed by others all the time. Try again.");
}

} // namespace stepwell::operations
