// The state that a LocalWorker keeps per ticket.
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

    // Returns the descriptor of the ticket's folder; -1 if it is not open yet. Opened once, before other threads can
    // read the attempt's spool.
    int folder() const { return folder_.get(); }
    void set_folder(base::Fd folder);

    // Returns the order while it may still have to be handed over.
    Order& order() { return order_; }
    bool has_order() const { return !order_.ticket.empty(); }
    void drop_order() { order_ = {}; }

    Page read(std::uint64_t sequence, std::size_t limit);
    // Resent to each supervisor that connects later.
    void acknowledge(std::uint64_t next_sequence);
    // Permits the script to start. Returns false if no supervisor is connected to be notified.
    bool approve();
    bool is_approved() const { return approved_; }
    void cancel();
    bool is_canceled() const { return canceled_; }

    void connect(base::Fd link);
    bool is_connected();
    // Receives all pending notices of the supervisor. Returns false if no more will follow.
    bool receive(std::vector<Notice>& notices);
    void disconnect();

    // For the loop's thread:
    pid_t child = 0;     // pid of the supervisor if it is a child of this process
    int handed_over = 0; // number of attempts: a supervisor may end before it takes the latch
    // earliest next attempt, after no slot was free or `lacks` was set
    std::chrono::steady_clock::time_point waits_until{};
    std::atomic<std::int64_t> waits_since_ms = 0; // on the steady clock; 0: not waiting. Thread-safe
    std::atomic<int> lacks = 0;                   // errno of the shortage; 0: no free slot. Thread-safe
    std::string refusal;                          // why the order could not be handed over
    bool told_started = false;
    bool ended = false;
    int patience = 0; // number of waits for the end of a lost process tree

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
    // Two readers, the last used first, so that viewers of a growing log do not force its collector to search.
    base::Sync<std::vector<SpoolReader>> readers_;
};

} // namespace stepwell::run
