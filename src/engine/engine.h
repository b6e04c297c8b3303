// What runs next, where, when. Tasks are admitted by operations, worked on one event at a time, and survive this
// process: what is under way is in the store and with the worker, and resume() takes it up again.
#pragma once
#include "base/troubles.h"
#include "base/work_queue.h"
#include "engine/collect_log.h"
#include "engine/live_task.h"
#include "engine/queue.h"
#include "engine/read_log.h"
#include "engine/turn.h"
#include "engine/watchers.h"
#include "store/events.h"

#include <semaphore>

namespace stepwell::engine {

class Engine;

// A task that is about to begin or to wait. The run is inserted in the same transaction that `write` is called in;
// after the commit call `committed`. If it is destroyed before that, its slot is free again and its work undone.
class Admission {
public:
    Admission(Admission&& other) noexcept
        : engine_(std::exchange(other.engine_, nullptr)), live_(std::move(other.live_)), turn_(std::move(other.turn_)),
          waiting_(std::move(other.waiting_)) {}
    Admission& operator=(Admission&&) = delete;
    ~Admission();

    void write(store::Transaction& transaction) const;
    void committed();

private:
    friend Engine;
    explicit Admission(Engine& engine) : engine_(&engine) {}
    Engine* engine_;
    std::shared_ptr<LiveTask> live_; // if it begins immediately
    Turn turn_;                      // its first one; of a task that waits, the record alone
    Waiting waiting_;                // if it waits
};

class Engine final : public run::Listener {
public:
    struct Options {
        std::size_t slots = 64;
        std::string server_uri;
    };
    Engine(store::Store& store, Options options);
    ~Engine() override;

    // The built-in worker; it needs a listener, so it comes after; call before any thread works.
    void use(run::Worker& worker) { worker_ = &worker; }
    // Takes up what the last process left. Call once, after use() and before requests come.
    void resume();

    // Threads lent by apps: `work` handles mail (several), `collect_logs` takes logs in turns (several), `keep_time` all
    // that is due (one). After a stop is requested each returns when its current turn is done, which is short; the next
    // process resumes the rest.
    void work(std::stop_token stop);
    void collect_logs(std::stop_token stop) { logs_.serve(stop); }
    void keep_time(std::stop_token stop);

    Admission admit(store::Task task, Subjects subjects);
    // Cancels a task for which store::request_cancel is committed. Returns false if no such task is queued or running
    // here. The task's state shows the outcome.
    bool request_cancel(std::string const& task_id, std::string const& username);
    void space_changed(domain::Space const& space);
    // Makes keep_time() look at the clock and at all times again.
    void wake_timer();

    Behind behind(std::string const& task_id) const { return queue_.behind(task_id, store_.clock().now()); }
    std::size_t running() const { return queue_.running(); }
    // How long the first event of a run has been waiting for a thread.
    std::chrono::milliseconds longest_wait() const { return mail_.longest_wait(); }
    std::size_t slots() const { return options_.slots; }
    Watchers& watchers() { return watchers_; }
    // The log of an attempt, of which the newest records are with its worker.
    LogReader log_of(store::Attempt const& attempt) const { return {store_, worker_, attempt}; }
    // Returns why the worker cannot run scripts; empty if it can, or if there is no worker. Waits up to `limit`.
    std::string find_worker_trouble(std::chrono::milliseconds limit) const {
        return worker_ ? worker_->probe(limit) : std::string();
    }
    std::string const& server_uri() const { return options_.server_uri; }

    // run::Listener
    void started(run::Ticket const& ticket, base::Time at) override;
    void advanced(run::Ticket const& ticket) override;
    void ended(run::Ticket const& ticket, run::Result const& result) override;

private:
    friend Admission;
    using Live = std::shared_ptr<LiveTask>;

    // Mail and logs.
    void post(Live const& live, Mail mail);
    void post_turn(Live const& live, Lane lane);
    void want_log(Live const& live);
    void work_on(Live const& live, Lane lane);
    bool handle_mails(Live const& live);
    void let_go(Live const& live);
    void handle(Live const& live, Mail const& mail);
    void handle_started(Live const& live, TicketStarted const& started);
    void handle_ended(Live const& live, TicketEnded const& ended);
    domain::Verdict settle(LiveTask const& live, store::Attempt& attempt, run::Result result) const;
    void take_log(Live const& live);
    Haul take_haul(LiveTask& live, store::Attempt& attempt);
    void keep_haul(Live const& live, store::Attempt const& attempt, Haul const& haul);
    void commit(Live const& live, Turn turn);
    void apply(Live const& live, Turn turn);

    // What a turn is made of.
    Turn begin_turn(LiveTask const& live, bool is_request = false) const {
        return {live.record, {}, {}, {}, {}, false, is_request};
    }
    void advance(LiveTask const& live, Turn& turn, domain::TaskEvent const& event);
    void obey(LiveTask const& live, Turn& turn, domain::Dispatch const& command);
    void obey(LiveTask const& live, Turn& turn, domain::RecordSkip const& command);
    void obey(LiveTask const& live, Turn& turn, domain::RecordFailure const& command);
    void obey(LiveTask const& live, Turn& turn, domain::CancelAttempt const& command);
    void obey(LiveTask const& live, Turn& turn, domain::GoOn const& command);
    void obey(LiveTask const& live, Turn& turn, domain::Finish const& command);
    void refuse(Turn& turn, store::Attempt attempt, std::string const& reason);
    void keep_outputs(LiveTask const& live, Turn& turn);
    void tell(Turn& turn, LiveTask const& live, char const* category, std::string const& what) const;
    // Waits until the values of a run may be evaluated. Runs with many values do that few at a time, as each takes
    // about 1 KB for a value meanwhile; others do not wait.
    class EvaluationTurn;
    domain::PlanInput plan_input(LiveTask const& live, TaskRecord const& record) const;

    // Who is under way.
    Live find(std::string const& task_id) const;
    Live find_by_ticket(run::Ticket const& ticket) const;
    void know(Live const& live);
    void forget(LiveTask const& live);

    // Tasks that come from the store.
    struct Arrival {
        std::string task_id;
        std::shared_ptr<Slot> slot; // taken by the task once it is loaded
        domain::TaskEvent event;    // that it is brought for
        int attempts = 0;           // that failed
    };
    void bring(Arrival arrival);
    void bring_at_once(Arrival const& arrival);
    Live load(store::Task task);
    void give_up(store::Task task, std::string const& reason);
    void take_up(store::Task const& task);
    void attach(Live const& live);
    void tidy(run::Ticket const& ticket);
    void post_fill();
    void fill_slots();

    struct Due {
        std::multimap<base::Time, std::function<void()>> jobs;
        bool is_stale = false; // the times of the queue have changed
    };
    void later(base::Duration delay, std::function<void()> job);
    std::vector<std::function<void()>> take_due(base::Time now, base::Duration& limit);

    struct Known {
        std::map<std::string, Live> by_task, by_ticket;
    };

    store::Store& store_;
    Options options_;
    std::string const boot_id_;
    run::Worker* worker_ = nullptr;
    Queue queue_;
    Watchers watchers_;
    base::WorkQueue mail_, logs_;
    std::atomic<bool> stopping_ = false, is_filling_ = false;
    base::Sync<Known> known_;
    base::Sync<Due> due_;
    std::counting_semaphore<> large_evaluations_{2};
    base::Troubles troubles_, log_troubles_; // of tasks, by id
};

} // namespace stepwell::engine
