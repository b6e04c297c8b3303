// A task under way: what it is of, how far it is, and its mailbox. At most one thread works on it at a time.
#pragma once
#include "base/sync.h"
#include "domain/referred.h"
#include "domain/system_variables.h"
#include "domain/task_machine.h"
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
struct LogDue {};
using Mail = std::variant<domain::TaskEvent, TicketStarted, TicketEnded, LogDue>;

class LiveTask {
public:
    LiveTask(TaskRecord task_record, Subjects task_subjects)
        : id(task_record.task.id), record(std::move(task_record)), subjects(std::move(task_subjects)),
          actions(domain::flatten(*subjects.content)) {}

    // Puts a mail in. True when nobody holds the task: the caller must see that somebody does.
    bool deliver(Mail mail);
    // The next mail; when there is none the hold ends.
    std::optional<Mail> take();
    // Makes the calling thread the holder before anybody knows the task.
    void hold();
    // A mail that could not be handled: it comes first again.
    void put_back(Mail mail);

    std::string const id; // of the task; for anybody

    // Of the holder.
    TaskRecord record;
    Subjects const subjects;
    std::vector<domain::PlannedAction> const actions;

    std::atomic<bool> log_scheduled = false; // a LogDue is on its way

private:
    struct Mailbox {
        std::deque<Mail> mails;
        bool held = false;
    };
    base::Sync<Mailbox> mailbox_;
};

} // namespace stepwell::engine
