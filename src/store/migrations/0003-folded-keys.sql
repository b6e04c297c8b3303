-- Columns are compared as they are, without a collation of SQLite: what is compared without case has a folded key
-- (base/fold.h), and other ids are those of the documents. Events belong to a chain. A new table has the name at once, as
-- its definition is kept with it.
alter table reference rename to old_reference;
create table reference(number $number, from_id $text not null, to_key $text not null, path $text not null);
insert into reference(from_id, to_key, path) select from_id, lower(to_id), path from old_reference order by rowid;
drop table old_reference;
create index reference_from on reference(from_id);
create index reference_to on reference(to_key);

alter table event rename to old_event;
create table event(number $number, chain $integer not null, sequence $integer not null, occurred $integer not null,
    category $text not null, user_id $text not null, space_id $text, body $text not null, digest $bytes not null,
    hash $bytes not null);
insert into event(number, chain, sequence, occurred, category, user_id, space_id, body, digest, hash) select sequence, 1, sequence, occurred, category, user_id, space_id, body, digest, hash from old_event;
drop table old_event;
create unique index event_chain on event(chain, sequence);
create index event_space on event(space_id, number);

alter table event_document rename to old_event_document;
create table event_document(document_key $text not null, event $integer not null, primary key(document_key, event)) $rowless;
insert into event_document(document_key, event) select lower(document_id), sequence from old_event_document;
drop table old_event_document;

alter table secret rename to old_secret;
create table secret(number $number, owner_key $text not null, path $text not null, version $integer not null,
    sealed $bytes not null);
insert into secret(number, owner_key, path, version, sealed) select number, lower(owner), path, version, sealed from old_secret;
drop table old_secret;
create unique index secret_owner on secret(owner_key, path, version);

alter table password rename to old_password;
create table password(user_id $text primary key, hash $text not null);
insert into password(user_id, hash) select user_id, hash from old_password;
drop table old_password;

alter table api_key rename to old_api_key;
create table api_key(id $text primary key, number $integer not null, user_id $text not null, digest $bytes not null unique,
    hint $text not null, purpose $text not null, created $integer not null, expires $integer);
insert into api_key(id, number, user_id, digest, hint, purpose, created, expires) select id, number, user_id, digest, hint, purpose, created, expires from old_api_key;
drop table old_api_key;
create index api_key_user on api_key(user_id, number);

alter table sign_in rename to old_sign_in;
create table sign_in(digest $bytes primary key, user_id $text not null, csrf $text not null, created $integer not null,
    expires $integer not null);
insert into sign_in(digest, user_id, csrf, created, expires) select digest, user_id, csrf, created, expires from old_sign_in;
drop table old_sign_in;
create index sign_in_user on sign_in(user_id);

alter table frozen rename to old_frozen;
create table frozen(id_key $text primary key, digest $text not null, space_id $text not null);
insert into frozen(id_key, digest, space_id) select lower(id), digest, space_id from old_frozen;
drop table old_frozen;

alter table task rename to old_task;
create table task(number $number, id $text not null unique, space_id $text, name $text not null, description $text not null,
    state $text not null, project_id $text, runbook_id $text, environment_id $text, run_id $text, arguments $text not null,
    concurrency_tag $text, queued $integer not null, not_before $integer, expires $integer, started $integer,
    completed $integer, updated $integer not null, picked_up $integer not null default 0,
    warnings $integer not null default 0, error $text, canceled_by $text, content $text);
insert into task(number, id, space_id, name, description, state, project_id, runbook_id, environment_id, run_id, arguments, concurrency_tag, queued, not_before, expires, started, completed, updated, picked_up, warnings, error, canceled_by, content) select number, id, space_id, name, description, state, project_id, runbook_id, environment_id, run_id, arguments, concurrency_tag, queued, not_before, expires, started, completed, updated, picked_up, warnings, error, canceled_by, content from old_task;
drop table old_task;
create index task_by_state on task(state, number);
create index task_space on task(space_id, number);
create index task_by_runbook on task(runbook_id, number);
create index task_by_project on task(project_id, number);
create index task_by_environment on task(environment_id, number);
create index task_run on task(run_id);

alter table attempt rename to old_attempt;
create table attempt(task_id $text not null, position $integer not null, ticket $text unique, step_id $text not null,
    action_id $text not null, name $text not null, decision $text not null, state $text not null, boot_id $text,
    started $integer, ended $integer, code $integer, ending $text, reason $text, next_sequence $integer not null default 1,
    lines $integer not null default 0, log_bytes $integer not null default 0, warnings $integer not null default 0,
    primary key(task_id, position)) $rowless;
insert into attempt(task_id, position, ticket, step_id, action_id, name, decision, state, boot_id, started, ended, code, ending, reason, next_sequence, lines, log_bytes, warnings) select task_id, position, ticket, step_id, action_id, name, decision, state, boot_id, started, ended, code, ending, reason, next_sequence, lines, log_bytes, warnings from old_attempt;
-- old_attempt still has the outputs: migrations.cc moves them to step_output, and drops it

alter table step_output rename to old_step_output;
create table step_output(number $number, task_id $text not null, position $integer not null, name $text not null,
    value $text not null, sealed $bytes not null);
insert into step_output(number, task_id, position, name, value, sealed) select number, task_id, position, name, value, sealed from old_step_output;
drop table old_step_output;
create unique index step_output_name on step_output(task_id, position, name);

alter table cancel_request rename to old_cancel_request;
create table cancel_request(task_id $text primary key, username $text not null) $rowless;
insert into cancel_request(task_id, username) select task_id, username from old_cancel_request;
drop table old_cancel_request;

alter table run_output rename to old_run_output;
create table run_output(run_id $text not null, position $integer not null, name $text not null, type $text not null,
    description $text not null, value $text, sealed $bytes, sensitive $integer not null, problem $text not null,
    primary key(run_id, position)) $rowless;
insert into run_output(run_id, position, name, type, description, value, sealed, sensitive, problem) select run_id, position, name, type, description, value, sealed, sensitive, problem from old_run_output;
drop table old_run_output;

alter table log_chunk rename to old_log_chunk;
create table log_chunk(task_id $text not null, position $integer not null, first_sequence $integer not null,
    next_sequence $integer not null, first_line $integer not null, lines $integer not null, bytes $integer not null,
    data $bytes not null, primary key(task_id, position, first_sequence)) $rowless;
insert into log_chunk(task_id, position, first_sequence, next_sequence, first_line, lines, bytes, data) select task_id, position, first_sequence, next_sequence, first_line, lines, bytes, data from old_log_chunk;
drop table old_log_chunk;
