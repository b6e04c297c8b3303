// What runs next, where, when. Tasks are admitted by operations, worked on one event at a time, and survive this
// process: what is under way is in the store and with the worker, and resume() takes it up again.
#pragma once
#include "base/work_queue.h"
#include "engine/collect_log.h"
#include "engine/live_task.h"
#include "engine/queue.h"
#include "engine/watchers.h"
#include "store/events.h"

namespace stepwell::engine {

class Engine;

// What follows a commit, or its failure, which stands whatever happens here: a worker that refuses says so later, by
// the ticket's end or at the next start, when what is left over is completed.
void act_all(std::vector<std::function<void()>> const& acts);

// Done when it is dropped, unless it was settled before.
class Undo {
public:
    Undo() = default;
    Undo(Undo&& other) noexcept : acts_(std::exchange(other.acts_, {})) {}
    Undo& operator=(Undo&& other) noexcept {
        std::swap(acts_, other.acts_);
        return *this;
    }
    ~Undo();

    void add(std::function<void()> act) { acts_.push_back(std::move(act)); }
    void settle() { acts_.clear(); }

private:
    std::vector<std::function<void()>> acts_;
};

// A task that is about to begin or to wait. The run is inserted in the same transaction that `write` is called in;
// after the commit call `committed`. Dropped before, everything it held is given back.
class Admission {
public:
    Admission(Admission&& other) noexcept
        : engine_(std::exchange(other.engine_, nullptr)), live_(std::move(other.live_)),
          write_(std::move(other.write_)), after_(std::move(other.after_)), undo_(std::move(other.undo_)),
          waiting_(std::move(other.waiting_)) {}
    Admission& operator=(Admission&&) = delete;
    ~Admission();

    void write(store::Transaction& transaction) const { write_(transaction); }
    void committed();

private:
    friend Engine;
    explicit Admission(Engine& engine, std::shared_ptr<LiveTask> live = {})
        : engine_(&engine), live_(std::move(live)) {}
    Engine* engine_;
    std::shared_ptr<LiveTask> live_; // when it begins at once
    std::function<void(store::Transaction&)> write_;
    std::vector<std::function<void()>> after_;
    Undo undo_;
    Waiting waiting_; // when it waits
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

    // Threads lent by apps: `work` handles mail (several), `keep_time` all that is due (one).
    void work(std::stop_token stop) { mail_.serve(stop); }
    void keep_time(std::stop_token stop);

    Admission admit(store::Task task, Subjects subjects);
    // False when there is no such task under way. What comes of it is told by the task.
    bool request_cancel(std::string const& task_id, domain::Actor const& by);
    void space_changed(domain::Space const& space);

    Behind behind(std::string const& task_id) const { return queue_.behind(task_id, store_.clock().now()); }
    std::size_t running() const { return queue_.running(); }
    // How long the first event of a run has been waiting for a thread.
    std::chrono::milliseconds longest_wait() const { return mail_.longest_wait(); }
    std::size_t slots() const { return options_.slots; }
    Watchers& watchers() { return watchers_; }
    run::Worker* worker() const { return worker_; }
    std::string const& server_uri() const { return options_.server_uri; }

    // run::Listener
    void started(run::Ticket const& ticket, base::Time at) override;
    void advanced(run::Ticket const& ticket) override;
    void ended(run::Ticket const& ticket, run::Result const& result) override;

private:
    friend Admission;
    using Live = std::shared_ptr<LiveTask>;
    // One step of a task: what to write, what to do afterwards, and the record as it will be.
    struct Turn {
        TaskRecord record;
        std::vector<std::function<void(store::Transaction&)>> writes;
        std::vector<std::function<void()>> after;
        Undo undo; // of what was done ahead of the commit
        bool over = false;
        bool somebody_waits = false; // for an answer to what began it
    };

    void post(Live const& live, Mail mail);
    void schedule(Live const& live);
    void handle_mails(Live const& live);
    void handle(Live const& live, Mail const& mail);
    void handle_ended(Live const& live, TicketEnded const& ended);
    void collect(Live const& live);
    void keep_piece(Live const& live, store::Attempt const& attempt, Collected const& piece);
    std::optional<Collected> collect_rest(Live const& live, store::Attempt& attempt);
    void commit(Live const& live, Turn turn);

    Turn begin_turn(LiveTask const& live, bool somebody_waits = false) const {
        return {live.record, {}, {}, {}, false, somebody_waits};
    }
    void advance(LiveTask const& live, Turn& turn, domain::TaskEvent const& event);
    void obey(LiveTask const& live, Turn& turn, domain::Dispatch const& command);
    void obey(LiveTask const& live, Turn& turn, domain::RecordSkip const& command);
    void obey(LiveTask const& live, Turn& turn, domain::RecordFailure const& command);
    void obey(LiveTask const& live, Turn& turn, domain::CancelAttempt const& command);
    void obey(LiveTask const& live, Turn& turn, domain::Finish const& command);
    void refuse(LiveTask const& live, Turn& turn, store::Attempt attempt, std::string const& reason);
    void keep_outputs(LiveTask const& live, Turn& turn);
    void tell(Turn& turn, LiveTask const& live, char const* category, std::string const& what) const;
    domain::PlanInput plan_input(LiveTask const& live, TaskRecord const& record) const;

    Live find(std::string const& task_id) const;
    Live find_by_ticket(run::Ticket const& ticket) const;
    void know(Live const& live);
    void forget(LiveTask const& live);
    void fill_slots();
    Live load(store::Task task);
    // Nothing when what the task needs has been deleted: then it has failed.
    Live load_if_possible(store::Task task);
    void give_up(store::Task task, std::string const& reason);
    void take_up(store::Task task);
    void attach(Live const& live);
    void tidy(run::Ticket const& ticket);
    void begin_waiting(Waiting const& waiting);
    void expire(std::string const& task_id);

    struct Known {
        std::map<std::string, Live> by_task, by_ticket;
    };
    struct Due {
        std::multimap<base::Time, std::function<void()>> jobs;
    };
    void later(base::Duration delay, std::function<void()> job);
    void look_at_times_again(); // the clock's thread, at those of the queue

    store::Store& store_;
    Options options_;
    std::string const boot_id_;
    run::Worker* worker_ = nullptr;
    Queue queue_;
    Watchers watchers_;
    base::WorkQueue mail_;
    base::Sync<Known> known_;
    base::Sync<Due> due_;
};

} // namespace stepwell::engine
