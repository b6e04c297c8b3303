CREATE TABLE account(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, account_type text collate nocase);
CREATE INDEX account_account_type on account(account_type, number);
CREATE UNIQUE INDEX account_name on account(space_id, name);
CREATE UNIQUE INDEX account_slug on account(space_id, slug);
CREATE INDEX account_space on account(space_id, number);
CREATE TABLE api_key(id text primary key collate nocase, number integer not null, user_id text not null collate nocase,
    digest blob not null unique, hint text not null, purpose text not null, created integer not null, expires integer);
CREATE INDEX api_key_user on api_key(user_id, number);
CREATE TABLE attempt(task_id text not null collate nocase, position integer not null, ticket text unique,
    step_id text not null, action_id text not null, name text not null, decision text not null, state text not null,
    boot_id text, started integer, ended integer, code integer, ending text, reason text, payload text,
    next_sequence integer not null default 1, lines integer not null default 0, log_bytes integer not null default 0,
    outputs text, warnings integer not null default 0, primary key(task_id, position)) without rowid;
CREATE TABLE cancel_request(task_id text primary key collate nocase, username text not null) without rowid;
CREATE TABLE certificate(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, thumbprint text collate nocase, subject_common_name text collate nocase, not_after integer, archived integer);
CREATE INDEX certificate_archived on certificate(archived, number);
CREATE INDEX certificate_name on certificate(name, number);
CREATE INDEX certificate_not_after on certificate(not_after, number);
CREATE INDEX certificate_space on certificate(space_id, number);
CREATE INDEX certificate_subject_common_name on certificate(subject_common_name, number);
CREATE INDEX certificate_thumbprint on certificate(thumbprint, number);
CREATE TABLE channel(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, project_id text collate nocase, is_default integer);
CREATE INDEX channel_is_default on channel(is_default, number);
CREATE UNIQUE INDEX channel_name on channel(project_id, name);
CREATE INDEX channel_project_id on channel(project_id, number);
CREATE UNIQUE INDEX channel_slug on channel(project_id, slug);
CREATE INDEX channel_space on channel(space_id, number);
CREATE TABLE content(digest text primary key, body text not null);
CREATE TABLE deployment_process(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, project_id text collate nocase);
CREATE INDEX deployment_process_project_id on deployment_process(project_id, number);
CREATE INDEX deployment_process_space on deployment_process(space_id, number);
CREATE TABLE description(noun text primary key, fingerprint text not null);
CREATE TABLE environment(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, sort_order integer);
CREATE UNIQUE INDEX environment_name on environment(space_id, name);
CREATE UNIQUE INDEX environment_slug on environment(space_id, slug);
CREATE INDEX environment_sort_order on environment(sort_order, number);
CREATE INDEX environment_space on environment(space_id, number);
CREATE TABLE event(sequence integer primary key, occurred integer not null, category text not null,
    user_id text not null, space_id text, body text not null, digest blob not null, hash blob not null);
CREATE INDEX event_space on event(space_id, sequence);
CREATE TABLE event_document(document_id text not null collate nocase, sequence integer not null,
    primary key(document_id, sequence)) without rowid;
CREATE TABLE feed(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, feed_type text collate nocase);
CREATE INDEX feed_feed_type on feed(feed_type, number);
CREATE UNIQUE INDEX feed_name on feed(space_id, name);
CREATE UNIQUE INDEX feed_slug on feed(space_id, slug);
CREATE INDEX feed_space on feed(space_id, number);
CREATE TABLE frozen(id text primary key collate nocase, digest text not null, space_id text not null);
CREATE TABLE idempotency(user_id text not null, idempotency_key text not null, request blob not null,
    status integer not null, answer text not null, created integer not null, primary key(user_id, idempotency_key));
CREATE TABLE library_variable_set(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, content_type text collate nocase);
CREATE INDEX library_variable_set_content_type on library_variable_set(content_type, number);
CREATE UNIQUE INDEX library_variable_set_name on library_variable_set(space_id, name);
CREATE INDEX library_variable_set_space on library_variable_set(space_id, number);
CREATE TABLE lifecycle(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase);
CREATE UNIQUE INDEX lifecycle_name on lifecycle(space_id, name);
CREATE UNIQUE INDEX lifecycle_slug on lifecycle(space_id, slug);
CREATE INDEX lifecycle_space on lifecycle(space_id, number);
CREATE TABLE log_chunk(task_id text not null collate nocase, position integer not null, first_sequence integer not null,
    next_sequence integer not null, first_line integer not null, lines integer not null, bytes integer not null, data blob not null,
    primary key(task_id, position, first_sequence)) without rowid;
CREATE TABLE machine_policy(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, is_default integer);
CREATE INDEX machine_policy_is_default on machine_policy(is_default, number);
CREATE UNIQUE INDEX machine_policy_name on machine_policy(space_id, name);
CREATE INDEX machine_policy_space on machine_policy(space_id, number);
CREATE TABLE password(user_id text primary key collate nocase, hash text not null);
CREATE TABLE project(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, project_group_id text collate nocase, lifecycle_id text collate nocase, cloned_from_project_id text collate nocase);
CREATE INDEX project_cloned_from_project_id on project(cloned_from_project_id, number);
CREATE INDEX project_lifecycle_id on project(lifecycle_id, number);
CREATE UNIQUE INDEX project_name on project(space_id, name);
CREATE INDEX project_project_group_id on project(project_group_id, number);
CREATE UNIQUE INDEX project_slug on project(space_id, slug);
CREATE INDEX project_space on project(space_id, number);
CREATE TABLE project_group(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase);
CREATE UNIQUE INDEX project_group_name on project_group(space_id, name);
CREATE UNIQUE INDEX project_group_slug on project_group(space_id, slug);
CREATE INDEX project_group_space on project_group(space_id, number);
CREATE TABLE proxy(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase);
CREATE UNIQUE INDEX proxy_name on proxy(space_id, name);
CREATE INDEX proxy_space on proxy(space_id, number);
CREATE TABLE reference(from_id text not null collate nocase, to_id text not null collate nocase, path text not null);
CREATE INDEX reference_from on reference(from_id);
CREATE INDEX reference_to on reference(to_id);
CREATE TABLE run_output(run_id text not null collate nocase, position integer not null, name text not null,
    type text not null, description text not null, value text, sealed blob, sensitive integer not null, problem text not null,
    primary key(run_id, position)) without rowid;
CREATE TABLE runbook(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, project_id text collate nocase);
CREATE UNIQUE INDEX runbook_name on runbook(project_id, name);
CREATE INDEX runbook_project_id on runbook(project_id, number);
CREATE UNIQUE INDEX runbook_slug on runbook(project_id, slug);
CREATE INDEX runbook_space on runbook(space_id, number);
CREATE TABLE runbook_process(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, project_id text collate nocase, runbook_id text collate nocase);
CREATE INDEX runbook_process_project_id on runbook_process(project_id, number);
CREATE INDEX runbook_process_runbook_id on runbook_process(runbook_id, number);
CREATE INDEX runbook_process_space on runbook_process(space_id, number);
CREATE TABLE runbook_run(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, project_id text collate nocase, runbook_id text collate nocase, runbook_snapshot_id text collate nocase, frozen_runbook_process_id text collate nocase, environment_id text collate nocase, tenant_id text collate nocase, task_id text collate nocase);
CREATE INDEX runbook_run_environment_id on runbook_run(environment_id, number);
CREATE INDEX runbook_run_frozen_runbook_process_id on runbook_run(frozen_runbook_process_id, number);
CREATE INDEX runbook_run_name on runbook_run(name, number);
CREATE INDEX runbook_run_project_id on runbook_run(project_id, number);
CREATE INDEX runbook_run_runbook_id on runbook_run(runbook_id, number);
CREATE INDEX runbook_run_runbook_snapshot_id on runbook_run(runbook_snapshot_id, number);
CREATE INDEX runbook_run_space on runbook_run(space_id, number);
CREATE INDEX runbook_run_task_id on runbook_run(task_id, number);
CREATE INDEX runbook_run_tenant_id on runbook_run(tenant_id, number);
CREATE TABLE runbook_snapshot(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, project_id text collate nocase, runbook_id text collate nocase, frozen_runbook_process_id text collate nocase, project_variable_set_snapshot_id text collate nocase);
CREATE INDEX runbook_snapshot_frozen_runbook_process_id on runbook_snapshot(frozen_runbook_process_id, number);
CREATE UNIQUE INDEX runbook_snapshot_name on runbook_snapshot(runbook_id, name);
CREATE INDEX runbook_snapshot_project_id on runbook_snapshot(project_id, number);
CREATE INDEX runbook_snapshot_project_variable_set_snapshot_id on runbook_snapshot(project_variable_set_snapshot_id, number);
CREATE INDEX runbook_snapshot_runbook_id on runbook_snapshot(runbook_id, number);
CREATE INDEX runbook_snapshot_space on runbook_snapshot(space_id, number);
CREATE TABLE secret(number integer primary key, owner text not null collate nocase, path text not null,
    version integer not null, sealed blob not null);
CREATE UNIQUE INDEX secret_owner on secret(owner, path, version);
CREATE TABLE sequence(prefix text primary key, last integer not null);
CREATE TABLE setting(name text primary key, value text not null);
CREATE TABLE sign_in(digest blob primary key, user_id text not null collate nocase, csrf text not null,
    created integer not null, expires integer not null);
CREATE INDEX sign_in_user on sign_in(user_id);
CREATE TABLE space(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, is_default integer);
CREATE INDEX space_is_default on space(is_default, number);
CREATE UNIQUE INDEX space_name on space(name);
CREATE UNIQUE INDEX space_slug on space(slug);
CREATE TABLE step_output(number integer primary key, task_id text not null collate nocase,
    position integer not null, name text not null, value text not null, sealed blob not null);
CREATE UNIQUE INDEX step_output_name on step_output(task_id, position, name);
CREATE TABLE task(number integer primary key, id text not null unique collate nocase, space_id text,
    name text not null, description text not null, state text not null, project_id text, runbook_id text, environment_id text,
    run_id text, arguments text not null, concurrency_tag text, queued integer not null, not_before integer, expires integer,
    started integer, completed integer, updated integer not null, picked_up integer not null default 0,
    warnings integer not null default 0, error text, canceled_by text, content text);
CREATE INDEX task_by_environment on task(environment_id collate nocase, number);
CREATE INDEX task_by_project on task(project_id collate nocase, number);
CREATE INDEX task_by_runbook on task(runbook_id collate nocase, number);
CREATE INDEX task_by_state on task(state collate nocase, number);
CREATE INDEX task_run on task(run_id);
CREATE INDEX task_space on task(space_id, number);
CREATE TABLE team(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase);
CREATE UNIQUE INDEX team_name on team(space_id, name);
CREATE UNIQUE INDEX team_slug on team(space_id, slug);
CREATE INDEX team_space on team(space_id, number);
CREATE TABLE user(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, username text collate nocase, display_name text collate nocase, email_address text collate nocase);
CREATE INDEX user_display_name on user(display_name, number);
CREATE INDEX user_email_address on user(email_address, number);
CREATE UNIQUE INDEX user_username on user(username);
CREATE TABLE variable_set(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, owner_id text collate nocase);
CREATE INDEX variable_set_owner_id on variable_set(owner_id, number);
CREATE INDEX variable_set_space on variable_set(space_id, number);
CREATE TABLE worker_pool(number integer primary key, id text not null unique collate nocase, space_id text collate nocase, version integer not null, document text not null, name text collate nocase, slug text collate nocase, is_default integer, sort_order integer);
CREATE INDEX worker_pool_is_default on worker_pool(is_default, number);
CREATE UNIQUE INDEX worker_pool_name on worker_pool(space_id, name);
CREATE UNIQUE INDEX worker_pool_slug on worker_pool(space_id, slug);
CREATE INDEX worker_pool_sort_order on worker_pool(sort_order, number);
CREATE INDEX worker_pool_space on worker_pool(space_id, number);
