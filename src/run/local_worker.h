// Runs scripts on this machine: starts a shim per script, monitors all shims in one loop, and reads their spools.
#pragma once
#include "base/files.h"
#include "base/sync.h"
#include "base/troubles.h"
#include "run/local_worker_attempt.h"
#include "run/shim_starter.h"

#include <map>
#include <memory>
#include <stop_token>

namespace stepwell::run {

class LocalWorker final : public Worker {
public:
    struct Options {
        std::string tickets;         // folder; created if missing
        std::string launcher;        // path of its socket; empty: scripts run as this account
        std::string cgroup_parent;   // without a launcher: see SameUserStarter
        std::string shim;            // without a launcher: path of a different shim
        std::size_t descriptors = 0; // without a launcher: see ShimLaunch::descriptors
    };

    // The listener must outlive serve(). Throws Error if the folder cannot be used.
    LocalWorker(Options const& options, Listener& listener);
    ~LocalWorker() override;

    // Runs the loop on the calling thread, which also calls the listener. Call from one thread only.
    void serve(std::stop_token stop);

    // Thread-safe. Before serve() runs, all calls work but no events are delivered.
    using Worker::start;
    void prepare(Order order) override;
    void start(Ticket const& ticket) override;
    void adopt(Ticket const& ticket, Order order_if_not_started) override;
    Page read(Ticket const& ticket, std::uint64_t sequence, std::size_t limit) override;
    void acknowledge(Ticket const& ticket, std::uint64_t next_sequence) override;
    void cancel(Ticket const& ticket) override;
    // Throws Error{conflict} while the ticket's supervisor is alive.
    void complete(Ticket const& ticket) override;
    std::string probe(std::chrono::milliseconds limit) const override;
    std::vector<Ticket> list() override;
    void remove_unstarted() override;
    std::string const& boot_id() const override { return boot_id_; }

private:
    using Attempt = LocalAttempt;
    using AttemptPointer = std::shared_ptr<LocalAttempt>;
    using Moment = std::chrono::steady_clock::time_point;
    struct Known {
        std::map<Ticket, AttemptPointer> by_ticket;
        std::map<std::uint64_t, AttemptPointer> by_number;
        std::uint64_t last_number = 0;
    };

    // Thread-safe.
    AttemptPointer add(Ticket const& ticket, Order order);
    AttemptPointer find(Ticket const& ticket);
    void forget(AttemptPointer const& attempt);
    void post(std::function<void()> job);
    void remove(Ticket const& ticket, AttemptPointer const& attempt);
    bool has_begun(Ticket const& ticket);

    // On the loop's thread.
    bool find_folder(AttemptPointer const& attempt);
    void make_folder(AttemptPointer const& attempt);
    void hand_over(AttemptPointer const& attempt);
    void run_jobs();
    void later(AttemptPointer const& attempt, base::Duration delay);
    void examine_due();
    int time_left() const;
    void handle_notices(AttemptPointer const& attempt);
    void examine(AttemptPointer const& attempt); // retries later on failure
    void examine_once(AttemptPointer const& attempt);
    void examine_unstarted(AttemptPointer const& attempt);
    void end_canceled(AttemptPointer const& attempt);
    void attach(AttemptPointer const& attempt);
    void finish_unstarted(AttemptPointer const& attempt, Ending ending, std::string const& reason);
    void finish_lost(AttemptPointer const& attempt, std::string const& reason);
    void finish(AttemptPointer const& attempt, Result const& result);
    void finish_from(AttemptPointer const& attempt, struct ResultFacts const& facts);

    Listener& listener_;
    std::string const boot_id_;
    base::Fd tickets_, poll_, wake_;
    std::unique_ptr<ShimStarter> starter_;
    base::Sync<Known> known_;
    base::Sync<std::vector<std::function<void()>>> jobs_;
    std::multimap<Moment, AttemptPointer> due_; // used by the loop only
    base::Troubles troubles_;                   // per ticket
};

} // namespace stepwell::run
