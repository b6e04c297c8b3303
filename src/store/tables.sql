-- The tables that are not documents, as they are now: those of a new database. Tables of documents are made from their
-- descriptions (tables.h). A change here needs a migration that makes the same of an older database (migrations.h); a test
-- compares the two. Words with a dollar sign are explained in dialect.h.
--
-- Columns that end in `_key` hold folded text (base/fold.h), which is compared as it is. Other ids are those of the
-- documents themselves.

create table setting(name $text primary key, value $text not null);
create table description(noun $text primary key, fingerprint $text not null);
create table sequence(prefix $text primary key, last $integer not null);

-- which document names which; a document that is named cannot be deleted
create table reference(number $number, from_id $text not null, to_key $text not null, path $text not null);
create index reference_from on reference(from_id);
create index reference_to on reference(to_key);

-- audit. Each chain is hashed: hash = SHA-256(previous hash, sequence as 8 bytes big-endian, digest), digest =
-- SHA-256(body). A chain has no gaps. `number` is that of the id on the wire
create table event(number $number, chain $integer not null, sequence $integer not null, occurred $integer not null,
    category $text not null, user_id $text not null, space_id $text, body $text not null, digest $bytes not null,
    hash $bytes not null);
create unique index event_chain on event(chain, sequence);
create index event_space on event(space_id, number);
create table event_document(document_key $text not null, event $integer not null, primary key(document_key, event)) $rowless;

-- values are sealed with the server's key, bound to owner and path; rows never change, the newest version counts
create table secret(number $number, owner_key $text not null, path $text not null, version $integer not null,
    sealed $bytes not null);
create unique index secret_owner on secret(owner_key, path, version);

create table password(user_id $text primary key, hash $text not null);
create table api_key(id $text primary key, number $integer not null, user_id $text not null, digest $bytes not null unique,
    hint $text not null, purpose $text not null, created $integer not null, expires $integer);
create index api_key_user on api_key(user_id, number);
create table sign_in(digest $bytes primary key, user_id $text not null, csrf $text not null, created $integer not null,
    expires $integer not null);
create index sign_in_user on sign_in(user_id);

-- answers to requests that carried an Idempotency-Key
create table idempotency(user_id $text not null, idempotency_key $text not null, request $bytes not null,
    status $integer not null, answer $text not null, created $integer not null, primary key(user_id, idempotency_key));

-- frozen content of snapshots, and the ids under which its parts are read
create table content(digest $text primary key, body $text not null);
create table frozen(id_key $text primary key, digest $text not null, space_id $text not null);

create table task(number $number, id $text not null unique, space_id $text, name $text not null, description $text not null,
    state $text not null, project_id $text, runbook_id $text, environment_id $text, run_id $text, arguments $text not null,
    concurrency_tag $text, queued $integer not null, not_before $integer, expires $integer, started $integer,
    completed $integer, updated $integer not null, picked_up $integer not null default 0,
    warnings $integer not null default 0, error $text, canceled_by $text, content $text);
create index task_by_state on task(state, number);
create index task_space on task(space_id, number);
create index task_by_runbook on task(runbook_id, number);
create index task_by_project on task(project_id, number);
create index task_by_environment on task(environment_id, number);
create index task_run on task(run_id);

-- decisions of the planner about actions, and the attempts that followed: one for each action, target and try. Those
-- that ran have a ticket. `number` counts within the task and names the attempt in its outputs and log chunks; `action`
-- is a position in the frozen process; `target` is empty for an action that runs once, on a worker
create table attempt(task_id $text not null, number $integer not null, action $integer not null, target $text not null,
    try $integer not null, ticket $text unique, step_id $text not null, action_id $text not null, name $text not null,
    worker $text not null, machine $text not null, decision $text not null, boot_id $text, state $text not null,
    started $integer, ended $integer, code $integer, ending $text, verdict $text, reason $text,
    next_sequence $integer not null default 1, lines $integer not null default 0, log_bytes $integer not null default 0,
    warnings $integer not null default 0, primary key(task_id, number)) $rowless;
create unique index attempt_key on attempt(task_id, action, target, try);

-- output variables that attempts have set; a sensitive value is sealed
create table step_output(number $number, task_id $text not null, attempt $integer not null, name $text not null,
    value $text not null, sealed $bytes not null);
create unique index step_output_name on step_output(task_id, attempt, name);

-- who asked for the cancellation of a task: what was answered stands, although the task may not know of it yet
create table cancel_request(task_id $text primary key, username $text not null) $rowless;

-- declared outputs of runs that succeeded; a sensitive value is sealed
create table run_output(run_id $text not null, position $integer not null, name $text not null, type $text not null,
    description $text not null, value $text, sealed $bytes, sensitive $integer not null, problem $text not null,
    primary key(run_id, position)) $rowless;

-- output: whole records as the spool has them, compressed. `number` counts the chunks of the task in the order of their
-- commits; `first_line` counts the lines in front of it in its attempt
create table log_chunk(task_id $text not null, attempt $integer not null, first_sequence $integer not null,
    next_sequence $integer not null, number $integer not null, first_line $integer not null, lines $integer not null,
    bytes $integer not null, data $bytes not null, primary key(task_id, attempt, first_sequence)) $rowless;
create unique index log_chunk_number on log_chunk(task_id, number);
