CREATE TABLE account(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, account_type_key text);
CREATE INDEX account_account_type_key on account(account_type_key, number);
CREATE UNIQUE INDEX account_id_key on account(id_key);
CREATE UNIQUE INDEX account_name_key on account(space_id, name_key);
CREATE UNIQUE INDEX account_slug_key on account(space_id, slug_key);
CREATE INDEX account_space on account(space_id, number);
CREATE TABLE api_key(id text primary key, number integer not null, user_id text not null, digest blob not null unique,
    hint text not null, purpose text not null, created integer not null, expires integer);
CREATE INDEX api_key_user on api_key(user_id, number);
CREATE TABLE attempt(task_id text not null, number integer not null, action integer not null, target text not null,
    try integer not null, ticket text unique, step_id text not null, action_id text not null, name text not null,
    worker text not null, machine text not null, decision text not null, boot_id text, state text not null,
    started integer, ended integer, code integer, ending text, verdict text, reason text,
    next_sequence integer not null default 1, lines integer not null default 0, log_bytes integer not null default 0,
    warnings integer not null default 0, primary key(task_id, number)) without rowid;
CREATE UNIQUE INDEX attempt_key on attempt(task_id, action, target, try);
CREATE TABLE cancel_request(task_id text primary key, username text not null) without rowid;
CREATE TABLE certificate(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, thumbprint_key text, subject_common_name_key text, not_after integer, archived integer);
CREATE INDEX certificate_archived on certificate(archived, number);
CREATE UNIQUE INDEX certificate_id_key on certificate(id_key);
CREATE INDEX certificate_name_key on certificate(name_key, number);
CREATE INDEX certificate_not_after on certificate(not_after, number);
CREATE INDEX certificate_space on certificate(space_id, number);
CREATE INDEX certificate_subject_common_name_key on certificate(subject_common_name_key, number);
CREATE INDEX certificate_thumbprint_key on certificate(thumbprint_key, number);
CREATE TABLE channel(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, project_id_key text, is_default integer);
CREATE UNIQUE INDEX channel_id_key on channel(id_key);
CREATE INDEX channel_is_default on channel(is_default, number);
CREATE UNIQUE INDEX channel_name_key on channel(project_id_key, name_key);
CREATE INDEX channel_project_id_key on channel(project_id_key, number);
CREATE UNIQUE INDEX channel_slug_key on channel(project_id_key, slug_key);
CREATE INDEX channel_space on channel(space_id, number);
CREATE TABLE content(digest text primary key, body text not null);
CREATE TABLE deployment_process(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, project_id_key text);
CREATE UNIQUE INDEX deployment_process_id_key on deployment_process(id_key);
CREATE INDEX deployment_process_project_id_key on deployment_process(project_id_key, number);
CREATE INDEX deployment_process_space on deployment_process(space_id, number);
CREATE TABLE description(noun text primary key, fingerprint text not null);
CREATE TABLE environment(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, sort_order integer);
CREATE UNIQUE INDEX environment_id_key on environment(id_key);
CREATE UNIQUE INDEX environment_name_key on environment(space_id, name_key);
CREATE UNIQUE INDEX environment_slug_key on environment(space_id, slug_key);
CREATE INDEX environment_sort_order on environment(sort_order, number);
CREATE INDEX environment_space on environment(space_id, number);
CREATE TABLE event(number integer primary key, chain integer not null, sequence integer not null, occurred integer not null,
    category text not null, user_id text not null, space_id text, body text not null, digest blob not null,
    hash blob not null);
CREATE UNIQUE INDEX event_chain on event(chain, sequence);
CREATE INDEX event_space on event(space_id, number);
CREATE TABLE event_document(document_key text not null, event integer not null, primary key(document_key, event)) without rowid;
CREATE TABLE feed(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, feed_type_key text);
CREATE INDEX feed_feed_type_key on feed(feed_type_key, number);
CREATE UNIQUE INDEX feed_id_key on feed(id_key);
CREATE UNIQUE INDEX feed_name_key on feed(space_id, name_key);
CREATE UNIQUE INDEX feed_slug_key on feed(space_id, slug_key);
CREATE INDEX feed_space on feed(space_id, number);
CREATE TABLE frozen(id_key text primary key, digest text not null, space_id text not null);
CREATE TABLE idempotency(user_id text not null, idempotency_key text not null, request blob not null,
    status integer not null, answer text not null, created integer not null, primary key(user_id, idempotency_key));
CREATE TABLE library_variable_set(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, content_type_key text);
CREATE INDEX library_variable_set_content_type_key on library_variable_set(content_type_key, number);
CREATE UNIQUE INDEX library_variable_set_id_key on library_variable_set(id_key);
CREATE UNIQUE INDEX library_variable_set_name_key on library_variable_set(space_id, name_key);
CREATE INDEX library_variable_set_space on library_variable_set(space_id, number);
CREATE TABLE lifecycle(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text);
CREATE UNIQUE INDEX lifecycle_id_key on lifecycle(id_key);
CREATE UNIQUE INDEX lifecycle_name_key on lifecycle(space_id, name_key);
CREATE UNIQUE INDEX lifecycle_slug_key on lifecycle(space_id, slug_key);
CREATE INDEX lifecycle_space on lifecycle(space_id, number);
CREATE TABLE log_chunk(task_id text not null, attempt integer not null, first_sequence integer not null,
    next_sequence integer not null, number integer not null, first_line integer not null, lines integer not null,
    bytes integer not null, data blob not null, primary key(task_id, attempt, first_sequence)) without rowid;
CREATE UNIQUE INDEX log_chunk_number on log_chunk(task_id, number);
CREATE TABLE machine_policy(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, is_default integer);
CREATE UNIQUE INDEX machine_policy_id_key on machine_policy(id_key);
CREATE INDEX machine_policy_is_default on machine_policy(is_default, number);
CREATE UNIQUE INDEX machine_policy_name_key on machine_policy(space_id, name_key);
CREATE INDEX machine_policy_space on machine_policy(space_id, number);
CREATE TABLE password(user_id text primary key, hash text not null);
CREATE TABLE project(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, project_group_id_key text, lifecycle_id_key text, cloned_from_project_id_key text);
CREATE INDEX project_cloned_from_project_id_key on project(cloned_from_project_id_key, number);
CREATE UNIQUE INDEX project_id_key on project(id_key);
CREATE INDEX project_lifecycle_id_key on project(lifecycle_id_key, number);
CREATE UNIQUE INDEX project_name_key on project(space_id, name_key);
CREATE INDEX project_project_group_id_key on project(project_group_id_key, number);
CREATE UNIQUE INDEX project_slug_key on project(space_id, slug_key);
CREATE INDEX project_space on project(space_id, number);
CREATE TABLE project_group(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text);
CREATE UNIQUE INDEX project_group_id_key on project_group(id_key);
CREATE UNIQUE INDEX project_group_name_key on project_group(space_id, name_key);
CREATE UNIQUE INDEX project_group_slug_key on project_group(space_id, slug_key);
CREATE INDEX project_group_space on project_group(space_id, number);
CREATE TABLE proxy(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text);
CREATE UNIQUE INDEX proxy_id_key on proxy(id_key);
CREATE UNIQUE INDEX proxy_name_key on proxy(space_id, name_key);
CREATE INDEX proxy_space on proxy(space_id, number);
CREATE TABLE reference(number integer primary key, from_id text not null, to_key text not null, path text not null);
CREATE INDEX reference_from on reference(from_id);
CREATE INDEX reference_to on reference(to_key);
CREATE TABLE run_output(run_id text not null, position integer not null, name text not null, type text not null,
    description text not null, value text, sealed blob, sensitive integer not null, problem text not null,
    primary key(run_id, position)) without rowid;
CREATE TABLE runbook(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, project_id_key text);
CREATE UNIQUE INDEX runbook_id_key on runbook(id_key);
CREATE UNIQUE INDEX runbook_name_key on runbook(project_id_key, name_key);
CREATE INDEX runbook_project_id_key on runbook(project_id_key, number);
CREATE UNIQUE INDEX runbook_slug_key on runbook(project_id_key, slug_key);
CREATE INDEX runbook_space on runbook(space_id, number);
CREATE TABLE runbook_process(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, project_id_key text, runbook_id_key text);
CREATE UNIQUE INDEX runbook_process_id_key on runbook_process(id_key);
CREATE INDEX runbook_process_project_id_key on runbook_process(project_id_key, number);
CREATE INDEX runbook_process_runbook_id_key on runbook_process(runbook_id_key, number);
CREATE INDEX runbook_process_space on runbook_process(space_id, number);
CREATE TABLE runbook_run(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, project_id_key text, runbook_id_key text, runbook_snapshot_id_key text, frozen_runbook_process_id_key text, environment_id_key text, tenant_id_key text, task_id_key text);
CREATE INDEX runbook_run_environment_id_key on runbook_run(environment_id_key, number);
CREATE INDEX runbook_run_frozen_runbook_process_id_key on runbook_run(frozen_runbook_process_id_key, number);
CREATE UNIQUE INDEX runbook_run_id_key on runbook_run(id_key);
CREATE INDEX runbook_run_name_key on runbook_run(name_key, number);
CREATE INDEX runbook_run_project_id_key on runbook_run(project_id_key, number);
CREATE INDEX runbook_run_runbook_id_key on runbook_run(runbook_id_key, number);
CREATE INDEX runbook_run_runbook_snapshot_id_key on runbook_run(runbook_snapshot_id_key, number);
CREATE INDEX runbook_run_space on runbook_run(space_id, number);
CREATE INDEX runbook_run_task_id_key on runbook_run(task_id_key, number);
CREATE INDEX runbook_run_tenant_id_key on runbook_run(tenant_id_key, number);
CREATE TABLE runbook_snapshot(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, project_id_key text, runbook_id_key text, frozen_runbook_process_id_key text, project_variable_set_snapshot_id_key text);
CREATE INDEX runbook_snapshot_frozen_runbook_process_id_key on runbook_snapshot(frozen_runbook_process_id_key, number);
CREATE UNIQUE INDEX runbook_snapshot_id_key on runbook_snapshot(id_key);
CREATE UNIQUE INDEX runbook_snapshot_name_key on runbook_snapshot(runbook_id_key, name_key);
CREATE INDEX runbook_snapshot_project_id_key on runbook_snapshot(project_id_key, number);
CREATE INDEX runbook_snapshot_project_variable_set_snapshot_id_key on runbook_snapshot(project_variable_set_snapshot_id_key, number);
CREATE INDEX runbook_snapshot_runbook_id_key on runbook_snapshot(runbook_id_key, number);
CREATE INDEX runbook_snapshot_space on runbook_snapshot(space_id, number);
CREATE TABLE secret(number integer primary key, owner_key text not null, path text not null, version integer not null,
    sealed blob not null);
CREATE UNIQUE INDEX secret_owner on secret(owner_key, path, version);
CREATE TABLE sequence(prefix text primary key, last integer not null);
CREATE TABLE setting(name text primary key, value text not null);
CREATE TABLE sign_in(digest blob primary key, user_id text not null, csrf text not null, created integer not null,
    expires integer not null);
CREATE INDEX sign_in_user on sign_in(user_id);
CREATE TABLE space(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, is_default integer);
CREATE UNIQUE INDEX space_id_key on space(id_key);
CREATE INDEX space_is_default on space(is_default, number);
CREATE UNIQUE INDEX space_name_key on space(name_key);
CREATE UNIQUE INDEX space_slug_key on space(slug_key);
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE step_output(number integer primary key, task_id text not null, attempt integer not null, name text not null,
    value text not null, sealed blob not null);
CREATE UNIQUE INDEX step_output_name on step_output(task_id, attempt, name);
CREATE TABLE task(number integer primary key, id text not null unique, space_id text, name text not null, description text not null,
    state text not null, project_id text, runbook_id text, environment_id text, run_id text, arguments text not null,
    concurrency_tag text, queued integer not null, not_before integer, expires integer, started integer,
    completed integer, updated integer not null, picked_up integer not null default 0,
    warnings integer not null default 0, error text, canceled_by text, content text);
CREATE INDEX task_by_environment on task(environment_id, number);
CREATE INDEX task_by_project on task(project_id, number);
CREATE INDEX task_by_runbook on task(runbook_id, number);
CREATE INDEX task_by_state on task(state, number);
CREATE INDEX task_run on task(run_id);
CREATE INDEX task_space on task(space_id, number);
CREATE TABLE team(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text);
CREATE UNIQUE INDEX team_id_key on team(id_key);
CREATE UNIQUE INDEX team_name_key on team(space_id, name_key);
CREATE UNIQUE INDEX team_slug_key on team(space_id, slug_key);
CREATE INDEX team_space on team(space_id, number);
CREATE TABLE user_account(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, username_key text, display_name_key text, email_address_key text);
CREATE INDEX user_account_display_name_key on user_account(display_name_key, number);
CREATE INDEX user_account_email_address_key on user_account(email_address_key, number);
CREATE UNIQUE INDEX user_account_id_key on user_account(id_key);
CREATE UNIQUE INDEX user_account_username_key on user_account(username_key);
CREATE TABLE variable_set(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, owner_id_key text);
CREATE UNIQUE INDEX variable_set_id_key on variable_set(id_key);
CREATE INDEX variable_set_owner_id_key on variable_set(owner_id_key, number);
CREATE INDEX variable_set_space on variable_set(space_id, number);
CREATE TABLE worker_pool(number integer primary key autoincrement, id text not null, id_key text not null, space_id text, version integer not null, document text not null, link_values text not null, name_key text, slug_key text, is_default integer, sort_order integer);
CREATE UNIQUE INDEX worker_pool_id_key on worker_pool(id_key);
CREATE INDEX worker_pool_is_default on worker_pool(is_default, number);
CREATE UNIQUE INDEX worker_pool_name_key on worker_pool(space_id, name_key);
CREATE UNIQUE INDEX worker_pool_slug_key on worker_pool(space_id, slug_key);
CREATE INDEX worker_pool_sort_order on worker_pool(sort_order, number);
CREATE INDEX worker_pool_space on worker_pool(space_id, number);
