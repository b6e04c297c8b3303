// Decides what runs next, where and when. Operations admit tasks; the engine works on each, one event at a time. Tasks
// survive this process: their state is in the store and with the workers, and resume() continues them.
//
// The parts: Queue (who may run), LiveTasks (who runs), TurnBuilder (what follows from an event), Timer (delays),
// Workers (where scripts run), Watchers (who is notified). The engine passes messages among them and owns no rule of
// its own.
#pragma once
#include "base/troubles.h"
#include "base/work_queue.h"
#include "engine/collect_log.h"
#include "engine/live_tasks.h"
#include "engine/read_log.h"
#include "engine/timer.h"
#include "engine/turn_builder.h"
#include "engine/watchers.h"

#include <mutex>

namespace stepwell::engine {

class Engine;

// A task that is about to begin or to wait. Call write() in the transaction that inserts the run, and committed() after
// the commit. If it is destroyed before that, its slot is free again and its work is undone.
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
        Placement placement{}; // nothing yet: every action runs once, on the first worker
    };
    Engine(store::Store& store, Options options);
    ~Engine() override;

    // Registers a worker, whose listener is this engine. Call before resume() and before any thread works. Without a
    // worker all tasks wait.
    void add_worker(std::string id, std::string name, run::Worker& worker) {
        workers_.add(std::move(id), std::move(name), worker);
    }
    // Continues what the last process left. Call once, after the workers are registered and before requests come.
    void resume();

    // Threads of apps: work() handles messages (several threads), collect_logs() collects logs in turns (several),
    // keep_time() does what is due (one). After a stop is requested each returns when its current turn is done, which
    // is short; the next process resumes the rest.
    void work(std::stop_token stop);
    void collect_logs(std::stop_token stop) { logs_.serve(stop); }
    void keep_time(std::stop_token stop);

    // Throws Error{invalid} if the values of the run cannot be used.
    Admission admit(store::Task task, Subjects subjects);
    // Cancels a task for which store::request_cancel is committed. Returns false if no such task is queued or running
    // here. The task's state shows the outcome.
    bool request_cancel(std::string const& task_id, std::string const& username);
    // Reads from the store whether the task queue of a space is stopped, and follows it. Call after a commit that
    // changed the space; calls may come in any order.
    void follow_space(std::string const& space_id);
    // Makes keep_time() check the clock and all times again.
    void wake_timer() { timer_.wake(); }

    WaitReason find_wait_reason(std::string const& task_id) const {
        return queue_.find_wait_reason(task_id, store_.clock().now());
    }
    std::size_t running() const { return queue_.running(); }
    // How long the first message has been waiting for a thread.
    std::chrono::milliseconds longest_wait() const { return messages_.longest_wait(); }
    std::size_t slots() const { return options_.slots; }
    Watchers& watchers() { return watchers_; }
    // The log of an attempt, whose newest records are with its worker. Reading it never waits for the network.
    LogReader log_of(store::Attempt const& attempt) const { return {store_, workers_.find(attempt.worker), attempt}; }
    // Returns why a worker cannot run scripts; empty if all can, or if there is none. Waits up to `limit` for each.
    std::string find_worker_trouble(std::chrono::milliseconds limit) const;
    std::string const& server_uri() const { return options_.server_uri; }

    // run::Listener
    void started(run::Ticket const& ticket, base::Time at) override;
    void advanced(run::Ticket const& ticket) override;
    void ended(run::Ticket const& ticket, run::Result const& result) override;

private:
    friend Admission;
    using Live = LiveTasks::Live;
    static constexpr auto retry_delay = std::chrono::seconds(2); // after a failed commit or read

    // Turns (engine.cc).
    void post(Live const& live, Message message);
    void post_turn(Live const& live, Lane lane);
    void work_on(Live const& live, Lane lane);
    bool handle_messages(Live const& live);
    void let_go(Live const& live);
    void handle(Live const& live, Message const& message);
    void commit(Live const& live, Turn turn);
    void apply(Live const& live, Turn turn);
    void drop(LiveTask const& live);
    void post_fill();
    void fill_slots();

    // What workers report, and logs (take_log.cc).
    static std::string log_name(LiveTask const& live, run::Ticket const& ticket) { return live.id + " " + ticket; }
    void want_log(Live const& live, run::Ticket const& ticket);
    void take_log(Live const& live, run::Ticket const& ticket);
    void handle_started(Live const& live, TicketStarted const& started);
    void handle_ended(Live const& live, TicketEnded const& ended);
    void end_attempt(Live const& live, store::Attempt attempt, TicketEnded const& ended);
    void forget_outputs(LiveTask& live, domain::AttemptKey const& key);
    Haul take_haul(LiveTask& live, store::Attempt& attempt);
    void keep_haul(Live const& live, store::Attempt const& attempt, Haul const& haul);

    // Tasks that come from the store (resume.cc).
    struct Arrival {
        std::string task_id;
        std::shared_ptr<Slot> slot; // moves to the task once it is loaded
        domain::TaskEvent event;    // why it is loaded
        int failures = 0;
    };
    void bring(Arrival arrival);
    void bring_at_once(Arrival const& arrival);
    Live load(store::Task task);
    void give_up(store::Task task, std::string const& reason);
    void take_up(store::Task const& task);
    void attach(LiveTask const& live, store::Attempt const& attempt);
    void tidy(run::Ticket const& ticket, run::Worker& worker);

    store::Store& store_;
    Options options_;
    Workers workers_;
    TurnBuilder turns_;
    Queue queue_;
    LiveTasks live_tasks_;
    Watchers watchers_;
    Timer timer_;
    base::WorkQueue messages_, logs_;
    std::mutex spaces_; // guards the order of follow_space()
    std::atomic<bool> stopping_ = false, is_filling_ = false;
    base::Troubles troubles_, log_troubles_; // of tasks, by id; of logs, by log_name()
};

} // namespace stepwell::engine
