// A task under way: what it is of, how far it is, and its mailbox. At most one thread works on it at a time.
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

#include <atomic>
#include <deque>
#include <map>
#include <variant>

namespace stepwell::engine {

// Documents a run is of, as they were when it was admitted.
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
// Without the task. Of what is null there are no variables.
domain::RunSubjects known_of(Subjects const& subjects);

// What changes; replaced as a whole after each commit.
struct TaskRecord {
    store::Task task;
    domain::TaskProgress progress;
    std::map<std::size_t, store::Attempt> attempts; // by position
};

struct TicketStarted {
    run::Ticket ticket;
    base::Time at;
};
struct TicketEnded {
    run::Ticket ticket;
    run::Result result;
};
using Mail = std::variant<domain::TaskEvent, TicketStarted, TicketEnded>;

// Two kinds of turns, each with threads of its own. Mail is little work and comes first; a turn of the log takes a
// bounded amount, so a script that never stops printing delays neither its own cancellation nor other runs.
enum class Lane : std::uint8_t { mail, log };

class LiveTask {
public:
    LiveTask(TaskRecord task_record, Subjects task_subjects, Slot task_slot)
        : id(task_record.task.id), record(std::move(task_record)), subjects(std::move(task_subjects)),
          actions(domain::flatten(*subjects.content)), slot(std::move(task_slot)) {}

    // Puts a mail in. Returns true if a turn of mail must be posted for it.
    [[nodiscard]] bool deliver(Mail mail);
    // Asks for a turn of the log. Returns true if one must be posted.
    [[nodiscard]] bool want_log();

    // Makes the calling thread the holder, for a turn that was posted. Returns false if another thread is: it posts
    // again what is left when it lets go.
    bool hold(Lane lane);
    // The next mail; nullopt if there is none.
    std::optional<Mail> take();
    // Returns true if a turn of the log was asked for since the last call.
    bool take_log();
    // Puts back a mail that could not be handled; it is the next one.
    void put_back(Mail mail);
    // Ends the hold. The caller must post the turns that are still to be had.
    struct Wanted {
        bool mail, log;
    };
    Wanted let_go();

    std::string const id; // of the task; for any thread

    // Of the holder.
    TaskRecord record;
    Subjects const subjects;
    std::vector<domain::PlannedAction> const actions;
    StepOutputs outputs;              // of the running step
    std::optional<TicketEnded> ended; // the running step has; the rest of its log is being collected
    Slot slot;

    std::atomic<bool> log_scheduled = false; // a turn of the log is to be asked for after a delay

private:
    struct Mailbox {
        std::deque<Mail> mails;
        bool log_wanted = false, held = false;
        bool mail_posted = false, log_posted = false;
    };
    base::Sync<Mailbox> mailbox_;
};

} // namespace stepwell::engine
