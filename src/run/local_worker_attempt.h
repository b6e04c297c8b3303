// What a LocalWorker keeps of one ticket.
#pragma once
#include "base/files.h"
#include "base/sync.h"
#include "run/shim_control.h"
#include "run/spool.h"

#include <atomic>
#include <memory>

namespace stepwell::run {

class LocalAttempt {
public:
    LocalAttempt(Ticket ticket, std::uint64_t number, Order order)
        : ticket_(std::move(ticket)), number_(number), order_(std::move(order)) {}

    Ticket const& ticket() const { return ticket_; }
    std::uint64_t number() const { return number_; }

    // The ticket's folder, -1 while it is not open. Opened once, before others can see the attempt's spool.
    int folder() const { return folder_.get(); }
    void set_folder(base::Fd folder);

    // The order, as long as it may have to be handed over.
    Order& order() { return order_; }
    bool has_order() const { return !order_.ticket.empty(); }
    void drop_order() { order_ = {}; }

    Page read(std::uint64_t sequence, std::size_t limit);
    // Told again to whatever supervisor is connected next.
    void acknowledge(std::uint64_t next_sequence);
    // From now on the script may begin. False when no supervisor is there to hear it.
    bool approve();
    bool is_approved() const { return approved_; }
    void cancel();
    bool is_canceled() const { return canceled_; }

    void connect(base::Fd link);
    bool is_connected();
    // Everything the supervisor said; nothing more to come when `false`.
    bool receive(std::vector<Notice>& notices);
    void disconnect();

    // Of the loop.
    pid_t child = 0;                                    // the supervisor, when it is our own child
    int handed_over = 0;                                // how often: a supervisor may end before it took the latch
    std::chrono::steady_clock::time_point waits_until{}; // no slot was free, or `lacks`; not before then again
    std::atomic<std::int64_t> waits_since_ms = 0;        // of the steady clock; 0: it does not wait. For any thread
    std::atomic<int> lacks = 0;                          // errno of what it waits for; 0: a slot. For any thread
    std::string refusal;                                // why it could not be handed over
    bool told_started = false;
    bool ended = false;
    int patience = 0; // how often the end of a lost tree was waited for

private:
    struct Link {
        base::Fd socket;
        std::uint64_t acknowledged = 0;
    };
    static void send(Link& link, Notice::Kind kind, std::uint64_t value);

    Ticket const ticket_;
    std::uint64_t const number_;
    Order order_;
    base::Fd folder_;
    std::atomic<bool> approved_ = false, canceled_ = false;
    base::Sync<Link> link_;
    // Two, the last one used in front: those who look at a log as it grows do not make its collector search.
    base::Sync<std::vector<SpoolReader>> readers_;
};

} // namespace stepwell::run
