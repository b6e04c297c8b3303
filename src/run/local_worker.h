// Runs scripts on this machine: starts a shim for each, follows them all in one loop, reads their spools.
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
        std::string tickets;       // folder; made where it is missing
        std::string launcher;      // path of its socket; empty: scripts run as this account
        std::string cgroup_parent; // without launcher: see SameUserStarter
        std::string shim;          // without launcher: another build of the shim
        std::size_t descriptors = 0; // without launcher: see ShimLaunch::descriptors
    };

    // The listener must outlive serve(). Throws Error when the folder cannot be used.
    LocalWorker(Options const& options, Listener& listener);
    ~LocalWorker() override;

    // The loop; the listener is told from here. One thread.
    void serve(std::stop_token stop);

    // From any thread; before serve() runs, all is done but nothing is told.
    using Worker::start;
    void prepare(Order order) override;
    void start(Ticket const& ticket) override;
    void adopt(Ticket const& ticket, Order order_if_not_started) override;
    Page read(Ticket const& ticket, std::uint64_t sequence, std::size_t limit) override;
    void acknowledge(Ticket const& ticket, std::uint64_t next_sequence) override;
    void cancel(Ticket const& ticket) override;
    // Throws Error{conflict} while its supervisor lives.
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

    // From any thread.
    AttemptPointer add(Ticket const& ticket, Order order);
    AttemptPointer find(Ticket const& ticket);
    void forget(AttemptPointer const& attempt);
    void post(std::function<void()> job);
    void remove(Ticket const& ticket, AttemptPointer const& attempt);
    bool has_begun(Ticket const& ticket);

    // On the loop.
    bool find_folder(AttemptPointer const& attempt);
    void make_folder(AttemptPointer const& attempt);
    void hand_over(AttemptPointer const& attempt);
    void run_jobs();
    void later(AttemptPointer const& attempt, base::Duration delay);
    void examine_due();
    int time_left() const;
    void handle_notices(AttemptPointer const& attempt);
    void examine(AttemptPointer const& attempt); // again later if that fails
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
    std::multimap<Moment, AttemptPointer> due_; // the loop's own
    base::Troubles troubles_;                   // of tickets
};

} // namespace stepwell::run
