-- Tables that are not documents, as the first numbered schema has them. Databases from before there were numbers have
-- most of them. `number` columns are row numbers: newest last.
create table if not exists setting(name text primary key, value text not null);
create table if not exists description(noun text primary key, fingerprint text not null);
create table if not exists sequence(prefix text primary key, last integer not null);

-- which document names which; a document that is named cannot be deleted
create table if not exists reference(from_id text not null collate nocase, to_id text not null collate nocase, path text not null);
create index if not exists reference_from on reference(from_id);
create index if not exists reference_to on reference(to_id);

-- audit, hash-chained: hash = SHA-256(previous hash, sequence as 8 bytes big-endian, digest), digest = SHA-256(body)
create table if not exists event(sequence integer primary key, occurred integer not null, category text not null,
    user_id text not null, space_id text, body text not null, digest blob not null, hash blob not null);
create index if not exists event_space on event(space_id, sequence);
create table if not exists event_document(document_id text not null collate nocase, sequence integer not null,
    primary key(document_id, sequence)) without rowid;

-- values are sealed with the server's key, bound to owner and path; rows never change, the newest version counts
create table if not exists secret(number integer primary key, owner text not null collate nocase, path text not null,
    version integer not null, sealed blob not null);
create unique index if not exists secret_owner on secret(owner, path, version);

create table if not exists password(user_id text primary key collate nocase, hash text not null);
create table if not exists api_key(id text primary key collate nocase, number integer not null, user_id text not null collate nocase,
    digest blob not null unique, hint text not null, purpose text not null, created integer not null, expires integer);
create index if not exists api_key_user on api_key(user_id, number);
create table if not exists sign_in(digest blob primary key, user_id text not null collate nocase, csrf text not null,
    created integer not null, expires integer not null);
create index if not exists sign_in_user on sign_in(user_id);

-- answers to requests that carried an Idempotency-Key
create table if not exists idempotency(user_id text not null, idempotency_key text not null, request blob not null,
    status integer not null, answer text not null, created integer not null, primary key(user_id, idempotency_key));

-- frozen content of snapshots, and the ids under which its parts are read
create table if not exists content(digest text primary key, body text not null);
create table if not exists frozen(id text primary key collate nocase, digest text not null, space_id text not null);

create table if not exists task(number integer primary key, id text not null unique collate nocase, space_id text,
    name text not null, description text not null, state text not null, project_id text, runbook_id text, environment_id text,
    run_id text, arguments text not null, concurrency_tag text, queued integer not null, not_before integer, expires integer,
    started integer, completed integer, updated integer not null, picked_up integer not null default 0,
    warnings integer not null default 0, error text, canceled_by text, content text);
drop index if exists task_state;
drop index if exists task_runbook;
drop index if exists task_project;
drop index if exists task_environment;
create index if not exists task_by_state on task(state collate nocase, number);
create index if not exists task_space on task(space_id, number);
create index if not exists task_by_runbook on task(runbook_id collate nocase, number);
create index if not exists task_by_project on task(project_id collate nocase, number);
create index if not exists task_by_environment on task(environment_id collate nocase, number);
create index if not exists task_run on task(run_id);

-- one row per decision of the planner about a step; those that ran have a ticket
create table if not exists attempt(task_id text not null collate nocase, position integer not null, ticket text unique,
    step_id text not null, action_id text not null, name text not null, decision text not null, state text not null,
    boot_id text, started integer, ended integer, code integer, ending text, reason text, payload text,
    next_sequence integer not null default 1, lines integer not null default 0, log_bytes integer not null default 0,
    outputs text, warnings integer not null default 0, primary key(task_id, position)) without rowid;

-- output variables that steps have set; a sensitive value is sealed. Earlier versions kept them in attempt.outputs
create table if not exists step_output(number integer primary key, task_id text not null collate nocase,
    position integer not null, name text not null, value text not null, sealed blob not null);
create unique index if not exists step_output_name on step_output(task_id, position, name);

-- who asked for the cancellation of a task: what was answered stands, although the task may not know of it yet
create table if not exists cancel_request(task_id text primary key collate nocase, username text not null) without rowid;

-- declared outputs of runs that succeeded; a sensitive value is sealed
create table if not exists run_output(run_id text not null collate nocase, position integer not null, name text not null,
    type text not null, description text not null, value text, sealed blob, sensitive integer not null, problem text not null,
    primary key(run_id, position)) without rowid;

-- output: whole records as the spool has them, compressed; `first_line` counts the lines before it in this attempt
create table if not exists log_chunk(task_id text not null collate nocase, position integer not null, first_sequence integer not null,
    next_sequence integer not null, first_line integer not null, lines integer not null, bytes integer not null, data blob not null,
    primary key(task_id, position, first_sequence)) without rowid;
