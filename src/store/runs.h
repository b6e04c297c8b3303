// Tasks, their attempts at steps, and the logs of attempts.
#pragma once
#include "domain/task_machine.h"
#include "store/store.h"

namespace stepwell::store {

// A row of `task`.
struct Task {
    std::string id, space_id, name, description;
    domain::TaskState state = domain::TaskState::queued;
    std::string project_id, runbook_id, environment_id, run_id, arguments = "{}", concurrency_tag, content;
    Time queued;
    std::optional<Time> not_before, expires, started, completed;
    Time updated;
    bool picked_up = false, warnings = false;
    std::string error, canceled_by;
};
void insert_task(Session& session, Task const& task);
// The run of a task that failed, with FailureEncountered set. It is prepared outside the writer thread.
struct FailedRun {
    std::int64_t number = 0, version = 0; // of the row that was read
    std::string json;
};
// Returns nullopt unless the task has failed or timed out, or if its run was deleted or already has the mark.
std::optional<FailedRun> failed_run_of(Session& session, Task const& task);
// Updates state, times, flags, error and canceled_by. `failed_run` is that of the task in its new state.
void update_task(Session& session, Task const& task, std::optional<FailedRun> const& failed_run);
std::optional<Task> find_task(Session& session, std::string_view id);

// Records that an open task must be canceled and by whom. A second request has no effect. Returns false if there is no
// such task or it has ended.
bool request_cancel(Session& session, std::string_view task_id, std::string_view username);
std::optional<std::string> find_cancel_request(Session& session, std::string_view task_id); // the user's name
// Returns the open tasks that must be canceled, with the user's name.
std::vector<std::pair<std::string, std::string>> cancel_requests(Session& session);

// Tasks of a space, or of the server if `space_id` is empty. An empty list does not narrow it. Ids are those of the
// documents.
struct TaskPart {
    std::string space_id = {};
    std::vector<std::string> projects = {}, runbooks = {}, environments = {};
};
struct TaskQuery {
    std::string space_id;       // empty: any
    bool include_system = true; // include tasks outside any space
    std::vector<std::string> ids, states, names, projects, runbooks, environments;
    std::optional<std::string> partial_name;
    std::optional<bool> warnings_or_errors;
    bool only_none = false; // match no task, for filters that never apply, such as tasks with interruptions
    std::optional<std::vector<TaskPart>> visible = {}; // only tasks in one of these parts; nullopt: all
    std::int64_t skip = 0, take = 30;
};
struct ListedTasks {
    std::int64_t total = 0;
    std::vector<Task> items;
};
ListedTasks list_tasks(Session& session, TaskQuery const& query); // newest first
// Returns states as they are stored, found in `texts` without regard to case. Drops unknown ones; if none is left, the
// result matches no task.
std::vector<std::string> known_states(std::vector<std::string> const& texts);
// Like list_tasks(), but returns only the numbers (7 for ServerTasks-7). For lists that may be long.
ListedNumbers list_task_numbers(Session& session, TaskQuery const& query);
// Returns tasks that have not ended, oldest first.
std::vector<Task> open_tasks(Session& session);
// Returns up to `limit` waiting tasks in the order in which they will start.
std::vector<Task> queued_tasks(Session& session, Time now, std::int64_t limit);

// One decision of the planner about an action, and what became of it.
struct Attempt {
    std::string task_id;
    std::int64_t number = 0; // counts the attempts of the task from 1; names the attempt in its logs and outputs
    domain::AttemptKey key;
    std::string ticket;                   // empty when nothing was started
    std::string step_id, action_id, name; // of the action
    std::string worker;                   // id of the worker that has the ticket; empty without one
    std::string machine;                  // name of the target, or of the worker for an action that runs once
    std::string decision;                 // JSON
    domain::AttemptState state = domain::AttemptState::dispatching;
    std::string boot_id; // of the worker's machine, when the ticket was sent
    std::optional<Time> started, ended;
    std::optional<std::int64_t> code;
    std::optional<domain::AttemptEnding> ending;
    std::optional<domain::VerdictKind> verdict; // of one that has ended
    std::string reason;                         // words for people
    std::int64_t next_sequence = 1, lines = 0, log_bytes = 0;
    bool warnings = false;

    // The name of the target; empty for an action that runs once.
    std::string target_name() const { return key.target.empty() ? std::string() : machine; }
    bool passed_limit() const { return ending == domain::AttemptEnding::limit_passed; }
};
void insert_attempt(Session& session, Attempt const& attempt);
// Writes what changes while an attempt runs and when it ends.
void update_attempt(Session& session, Attempt const& attempt);
std::vector<Attempt> list_attempts(Session& session, std::string_view task_id); // by key
// Those that are open, and those with the given numbers; by number.
std::vector<Attempt> list_attempts_in_view(Session& session, std::string_view task_id,
                                           std::vector<std::int64_t> const& numbers);
std::optional<domain::AttemptState> find_attempt_state(Session& session, std::string_view ticket);

// A chunk of an attempt's log, as stored. Attempts are named by their task and number.
struct LogChunk {
    std::int64_t first_sequence = 1, next_sequence = 1, first_line = 0, lines = 0;
    std::string records; // whole records, uncompressed
};
// Compresses records. Call before the write.
std::string compress_records(std::string_view records);
void insert_log_chunk(Session& session, std::string_view task_id, std::int64_t attempt, LogChunk const& chunk,
                      std::string const& compressed);
// The first chunk that holds records from `sequence` on; nothing when there is none (yet).
std::optional<LogChunk> find_log_chunk(Session& session, std::string_view task_id, std::int64_t attempt,
                                       std::int64_t sequence);
// The chunk that holds line number `line` of the attempt, or the next one.
std::optional<LogChunk> find_log_chunk_of_line(Session& session, std::string_view task_id, std::int64_t attempt,
                                               std::int64_t line);
// Returns the chunk to start with in order to read from line number `line`, or a later one if more than about
// `max_bytes` would follow. A negative line means the whole log. Does not read log records. Returns nullopt if there is
// no chunk.
struct LogPosition {
    std::int64_t first_sequence = 1, first_line = 0;
};
std::optional<LogPosition> find_log_tail(Session& session, std::string_view task_id, std::int64_t attempt,
                                         std::int64_t line, std::int64_t max_bytes);
// Chunks of all attempts of a task have a number that counts in the order of their commits. A reader that has seen a
// number finds what came later.
struct NumberedChunk {
    std::int64_t number = 0, attempt = 0;
    LogChunk chunk;
};
// Returns the first chunk of a task with a number above `number`; nullopt if there is none (yet).
std::optional<NumberedChunk> find_log_chunk_after(Session& session, std::string_view task_id, std::int64_t number);
// Returns the number of the last chunk of a task; 0 if there is none.
std::int64_t last_log_chunk_number(Session& session, std::string_view task_id);
// Replaces chunks from first to next (all of them small) by one.
void merge_log_chunks(Session& session, std::string_view task_id, std::int64_t attempt, LogChunk const& merged,
                      std::string const& compressed);

// Deletes tasks, attempts and logs of the runs whose ids the query `run_ids` selects. Audit events are kept. Throws
// Error{conflict} if one of the tasks has not ended.
void delete_run_records(Session& session, std::string const& run_ids);
// Throws Error{conflict} if a task has not ended in an environment whose id the query selects. Every step of a run
// reads its environment.
void refuse_while_run_in(Session& session, std::string const& environment_ids);

// Frozen contents of snapshots.
// a known digest has no effect
void insert_content(Session& session, std::string const& digest, std::string const& body);
std::optional<std::string> find_content(Session& session, std::string_view digest);
void insert_frozen(Session& session, std::string const& id, std::string const& digest, std::string const& space_id);
struct Frozen {
    std::string digest, space_id;
};
std::optional<Frozen> find_frozen(Session& session, std::string_view id);

} // namespace stepwell::store
