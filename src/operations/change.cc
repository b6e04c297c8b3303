#include "operations/change.h"

#include "base/error.h"

namespace stepwell::operations {

using base::Error;
using store::Session;

namespace {

// Returns what identifies a row and its version, without the document.
Stored row_of(Stored const& document) { return {document.number, document.version, document.id, {}, {}, {}}; }

} // namespace

void Change::insert(store::Draft draft, ChosenValues chosen) {
    steps_.emplace_back(Insertion{std::move(draft), chosen});
}

void Change::update(store::Draft draft, Stored const& before) {
    steps_.emplace_back(Update{std::move(draft), row_of(before)});
}

void Change::remove(ChangeContext const& context, Noun const& noun, Stored const& document) {
    std::vector<std::string> changed;
    for (auto const& step : steps_)
        if (auto update = std::get_if<Update>(&step)) changed.push_back(update->draft.id);
    auto deletion = store::prepare_deletion(context.session, context.caller.actor, context.store.clock().now(), noun,
                                            document, changed);
    require([deletion = std::move(deletion)](Transaction& transaction) {
        return store::delete_document(transaction, deletion);
    });
}

void Change::append(store::PreparedEvent event) {
    write([event = std::move(event)](Transaction& transaction) { store::append_event(transaction, event); });
}

void Change::write(std::function<void(Transaction&)> sql) {
    require([sql = std::move(sql)](Transaction& transaction) {
        sql(transaction);
        return true;
    });
}

void Change::require(std::function<bool(Transaction&)> sql) { steps_.emplace_back(std::move(sql)); }

void Change::expect(Noun const& noun, Stored const& document) {
    require([&noun, row = row_of(document)](Transaction& transaction) {
        return store::is_current(transaction.session, noun, row);
    });
}

void Change::expect_no_other(ChangeContext const& context, Noun const& noun, std::string const& space_id) {
    auto const seen = store::revision_of(context.session, noun, space_id);
    require([&noun, space_id, seen](Transaction& transaction) {
        return store::revision_of(transaction.session, noun, space_id) == seen;
    });
}

void Change::add(Change other) {
    std::ranges::move(other.steps_, std::back_inserter(steps_));
    reserve_ = std::max(reserve_, other.reserve_);
}

// One attempt to write a change.
class Commit {
public:
    Commit(Store& store, Change change) : store_(store), change_(std::move(change)) {}

    // Returns nullopt, without writing anything, if another writer committed first.
    std::optional<std::vector<Stored>> run() {
        try {
            store_.write([this](Transaction& transaction) { write(transaction); }, change_.reserve_);
        } catch (LostRace const&) {
            return std::nullopt;
        }
        std::vector<Stored> written;
        auto row = rows_.begin();
        for (auto const& step : change_.steps_)
            if (auto draft = draft_in(step)) {
                written.push_back(store::stored_of(*draft, row->first, row->second));
                ++row;
            }
        return written;
    }

private:
    // Thrown on the writer's thread, so that all writes before it are undone.
    class LostRace : public std::exception {};

    template <class Step> static store::Draft const* draft_in(Step const& step) {
        if (auto insertion = std::get_if<Change::Insertion>(&step)) return &insertion->draft;
        auto update = std::get_if<Change::Update>(&step);
        return update ? &update->draft : nullptr;
    }
    void write(Transaction& transaction) {
        for (auto const& step : change_.steps_) std::visit([&](auto const& each) { write(transaction, each); }, step);
    }
    void write(Transaction& transaction, Change::Insertion const& step) {
        auto const& [draft, chosen] = step;
        if (chosen.sort_order &&
            store::next_sort_order(transaction.session, *draft.noun, draft.space_id) > *chosen.sort_order)
            throw LostRace();
        try {
            rows_.emplace_back(store::insert_document(transaction, draft), 1);
        } catch (Error const& error) {
            bool const is_slug = error.problems().size() == 1 && error.problems()[0].path == "Slug";
            if (chosen.slug && is_slug) throw LostRace();
            throw;
        }
    }
    void write(Transaction& transaction, Change::Update const& step) {
        if (!store::update_document(transaction, step.draft, step.before)) throw LostRace();
        rows_.emplace_back(step.before.number, step.before.version + 1);
    }
    static void write(Transaction& transaction, Change::Requirement const& step) {
        if (!step(transaction)) throw LostRace();
    }

    Store& store_;
    Change const change_;
    std::vector<std::pair<std::int64_t, std::int64_t>> rows_; // number and version of each document
};

namespace {

[[noreturn]] void give_up() {
    throw Error(base::Kind::conflict, "Other requests change the same documents at the same time. Try again.");
}

} // namespace

std::vector<Stored> commit(Store& store, BuildChange const& build) {
    for (int builds = 0; builds < max_builds; ++builds)
        if (auto written = Commit(store, store.read_at_once(build)).run()) return std::move(*written);
    give_up();
}

std::vector<Stored> commit(Store& store, Change change) {
    if (auto written = Commit(store, std::move(change)).run()) return std::move(*written);
    give_up();
}

Stored commit_document(Store& store, BuildChange const& build) { return std::move(commit(store, build).front()); }

} // namespace stepwell::operations
