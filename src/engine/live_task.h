// A task that runs: its documents, its progress, and its mailbox. At most one thread works on it at a time, its holder.
#pragma once
#include "base/sync.h"
#include "domain/referred.h"
#include "domain/system_variables.h"
#include "domain/task_machine.h"
#include "engine/queue.h"
#include "engine/step_outputs.h"
#include "run/contract.h"
#include "store/contents.h"
#include "store/runs.h"

#include <deque>
#include <map>
#include <set>
#include <variant>

namespace stepwell::engine {

// The documents of a run, as they were when it was admitted.
struct Subjects {
    domain::Space space;
    domain::Project project;
    domain::Runbook runbook;
    domain::RunbookSnapshot snapshot;
    domain::RunbookRun run;
    domain::Environment environment;
    store::SharedContent content;
    domain::Bag<std::string> secret_answers; // to sensitive prompts, by id of the variable; in memory only
    domain::Referred referred;               // what variables refer to, secrets open; in memory only
};
// For variables, without the task.
domain::RunSubjects known_of(Subjects const& subjects);

// The part of a task that changes; replaced as a whole after each commit.
struct TaskRecord {
    store::Task task;
    domain::TaskProgress progress;
    std::map<domain::AttemptKey, store::Attempt> open; // attempts whose end the state machine has not received
    std::int64_t attempt_count = 0;                    // of all: the number of the last one
};

struct TicketStarted {
    run::Ticket ticket;
    base::Time at;
};
struct TicketEnded {
    run::Ticket ticket;
    run::Result result;
};
using Message = std::variant<domain::TaskEvent, TicketStarted, TicketEnded>;

// Two kinds of turns, each with threads of its own. Messages are little work and come first; a turn of the log takes a
// bounded amount, so a script that never stops printing delays neither its own cancellation nor other runs.
enum class Lane : std::uint8_t { messages, log };

// What is collected of an attempt that runs.
struct Collection {
    std::optional<StepOutputs> outputs; // as committed, with those of the haul that is being committed
    std::optional<TicketEnded> ended;   // the script has ended; the rest of its log is being collected
};

class LiveTask {
public:
    LiveTask(TaskRecord task_record, Subjects task_subjects, Slot task_slot)
        : id(task_record.task.id), record(std::move(task_record)), subjects(std::move(task_subjects)),
          actions(domain::flatten(*subjects.content)), slot(std::move(task_slot)) {}

    // Enqueues a message. Returns true if no thread holds the task and no turn is posted: the caller must post one.
    [[nodiscard]] bool deliver(Message message);
    // Asks for a turn of an attempt's log. Returns true if the caller must post one.
    [[nodiscard]] bool want_log(run::Ticket const& ticket);
    // Marks that a turn of an attempt's log will be asked for later. Returns false if it was marked already.
    bool schedule_log(run::Ticket const& ticket);

    // Makes the calling thread the holder, for a turn that was posted. Returns false if another thread is: it posts
    // again what is left when it lets go.
    bool hold(Lane lane);
    // Removes and returns the next message; nullopt if there is none.
    std::optional<Message> take();
    // Removes and returns the next attempt whose log is wanted, with its mark; nullopt if there is none.
    std::optional<run::Ticket> take_log();
    // Puts back a message that could not be handled; it is the next one.
    void put_back(Message message);
    // Ends the hold. The caller must post the turns that are wanted.
    struct Wanted {
        bool messages, log;
    };
    Wanted let_go();

    std::string const id; // of the task; for any thread

    // Of the holder.
    TaskRecord record;
    Subjects const subjects;
    std::vector<domain::PlannedAction> const actions;
    OutputTotals output_totals;
    std::map<domain::AttemptKey, Collection> collections; // of open attempts whose log is read
    Slot slot;

private:
    struct Mailbox {
        std::deque<Message> messages;
        std::deque<run::Ticket> logs;    // wanted, each once
        std::set<run::Ticket> log_marks; // wanted, or to be wanted
        bool held = false;
        bool messages_posted = false, log_posted = false;
    };
    base::Sync<Mailbox> mailbox_;
};

} // namespace stepwell::engine
