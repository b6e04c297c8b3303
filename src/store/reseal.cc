#include "store/reseal.h"

#include "store/events.h"
#include "store/sealed.h"

namespace stepwell::store {

namespace {

constexpr std::int64_t batch = 200;
constexpr char const* is_running = "state in ('dispatching', 'running')";

// A sealed value in the database: its row, its owner, and its new form.
struct Piece {
    std::string first;         // key of its row: a number or an id
    std::int64_t second = 0;   // and a position
    std::string before, after; // after is empty if nothing must be done
};

class Pass {
public:
    Pass(Store& store, std::function<void(Resealing const&)> const& told, std::stop_token stop)
        : store_(store), told_(told), stop_(std::move(stop)), current_(store.key().current()) {}

    Resealing run() {
        secrets();
        run_outputs();
        step_outputs();
        return so_far_;
    }

private:
    // Returns empty if the value is sealed with the current key, or if no key opens it.
    std::string sealed_anew(std::string_view sealed, std::string const& owner) {
        ++so_far_.seen;
        if (base::open_sealed(current_, sealed, owner)) return {};
        auto plain = base::open_sealed(store_.key(), sealed, owner);
        if (!plain) {
            ++so_far_.unreadable;
            return {};
        }
        ++so_far_.resealed;
        return base::seal(current_, *plain, owner);
    }
    // Reads batches of rows, each after the last row of the previous one, and writes changes. A row that was changed
    // meanwhile is left unchanged. `select` takes the key of the last row and the batch size.
    void in_batches(std::string const& select, std::function<Piece(Row const&)> const& piece_of,
                    std::string const& update) {
        Piece last;
        last.second = -1;
        while (!stop_.stop_requested()) {
            std::vector<Piece> pieces;
            store_.read([&](Session& session) {
                session.each(
                    select, [&](Row const& row) { pieces.push_back(piece_of(row)); }, last.first, last.second, batch);
            });
            if (pieces.empty()) return;
            last = pieces.back();
            std::erase_if(pieces, [](Piece const& piece) { return piece.after.empty(); });
            if (!pieces.empty())
                store_.write([&](Transaction& transaction) {
                    for (auto const& [first, second, before, after] : pieces)
                        transaction.session.exec(update, Bytes{after}, first, second, Bytes{before});
                });
            told_(so_far_);
        }
    }
    void secrets() {
        in_batches(
            "select number, owner_key, path, sealed from secret where ? = '' and number > ? and length(sealed) > 0 "
            "order by number limit ?",
            [&](Row const& row) {
                auto owner = owner_of_secret(row.text(1), row.text(2));
                return Piece{"", row.integer(0), row.string(3), sealed_anew(row.text(3), owner)};
            },
            "update secret set sealed = ? where ? = '' and number = ? and sealed = ?");
    }
    void run_outputs() {
        in_batches(
            "select run_id, position, name, sealed from run_output where (run_id, position) > (?, ?) and "
            "length(sealed) > 0 order by run_id, position limit ?",
            [&](Row const& row) {
                auto owner = owner_of_run_output(row.text(0), row.text(2));
                return Piece{row.string(0), row.integer(1), row.string(3), sealed_anew(row.text(3), owner)};
            },
            "update run_output set sealed = ? where run_id = ? and position = ? and sealed = ?");
    }
    // Includes running steps: each output is a row of its own, which is not rewritten with others.
    void step_outputs() {
        in_batches(
            "select o.number, ticket, o.name, sealed from step_output o join attempt a on a.task_id = o.task_id and "
            "a.number = o.attempt where ? = '' and o.number > ? and length(sealed) > 0 order by o.number limit ?",
            [&](Row const& row) {
                auto owner = owner_of_output(row.text(1), row.text(2));
                return Piece{"", row.integer(0), row.string(3), sealed_anew(row.text(3), owner)};
            },
            "update step_output set sealed = ? where ? = '' and number = ? and sealed = ?");
    }

    Store& store_;
    std::function<void(Resealing const&)> const& told_;
    std::stop_token stop_;
    base::SecretKey current_;
    Resealing so_far_;
};

} // namespace

bool is_key_replaced_in_part(Store const& store) {
    auto proof =
        store.read([](Session& session) { return session.text("select value from setting where name = 'KeyProof'"); });
    auto sealed = base::from_hex(proof.value_or("")).value_or("");
    return !base::open_sealed(store.key().current(), sealed, owner_of_proof);
}

Resealing reseal(Store& store, std::function<void(Resealing const&)> const& told, std::stop_token stop) {
    return Pass(store, told, std::move(stop)).run();
}

std::vector<std::string> running_tickets(Session& session) {
    std::vector<std::string> tickets;
    session.each("select ticket from attempt where ticket is not null and " + std::string(is_running),
                 [&](Row const& row) { tickets.push_back(row.string(0)); });
    return tickets;
}

void finish_key_replacement(Store& store, domain::Actor const& actor, domain::Event const& event) {
    auto proof = base::to_hex(base::seal(store.key(), store.installation_id(), owner_of_proof));
    auto prepared = prepare_event(actor, store.clock().now(), event);
    store.write([&](Transaction& transaction) {
        transaction.session.exec("update setting set value = ? where name = 'KeyProof'", proof);
        append_event(transaction, prepared);
    });
}

} // namespace stepwell::store
