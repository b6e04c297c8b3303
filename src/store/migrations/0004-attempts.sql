-- One action has many attempts: on several targets, and several tries. Until now it had one, on the server's worker.
alter table attempt rename to old_attempt;
create table attempt(task_id $text not null, number $integer not null, action $integer not null, target $text not null,
    try $integer not null, ticket $text unique, step_id $text not null, action_id $text not null, name $text not null,
    worker $text not null, machine $text not null, decision $text not null, boot_id $text, state $text not null,
    started $integer, ended $integer, code $integer, ending $text, verdict $text, reason $text,
    next_sequence $integer not null default 1, lines $integer not null default 0, log_bytes $integer not null default 0,
    warnings $integer not null default 0, primary key(task_id, number)) $rowless;
insert into attempt(task_id, number, action, target, try, ticket, step_id, action_id, name, worker, machine, decision, boot_id, state, started, ended, code, ending, verdict, reason, next_sequence, lines, log_bytes, warnings) select task_id, position + 1, position, '', 1, ticket, step_id, action_id, name, case when ticket is null then '' else 'local' end, case when ticket is null then '' else 'the server''s worker' end, decision, boot_id, state, started, ended, code, ending,
    case when state <> 'ended' then null when ending = 'exited' and coalesce(code, 0) = 0 then 'Succeeded'
        when ending in ('exited', 'signaled', 'error_output', 'limit_passed') then 'Failed'
        when ending = 'timed_out' then 'TimedOut' when ending = 'canceled' then 'Canceled'
        when ending = 'never_started' then 'NeverStarted' else 'Unknown' end,
    reason, next_sequence, lines, log_bytes, warnings from old_attempt;
drop table old_attempt;
create unique index attempt_key on attempt(task_id, action, target, try);

alter table step_output rename to old_step_output;
create table step_output(number $number, task_id $text not null, attempt $integer not null, name $text not null,
    value $text not null, sealed $bytes not null);
insert into step_output(number, task_id, attempt, name, value, sealed) select number, task_id, position + 1, name, value, sealed from old_step_output;
drop table old_step_output;
create unique index step_output_name on step_output(task_id, attempt, name);

alter table log_chunk rename to old_log_chunk;
create table log_chunk(task_id $text not null, attempt $integer not null, first_sequence $integer not null,
    next_sequence $integer not null, number $integer not null, first_line $integer not null, lines $integer not null,
    bytes $integer not null, data $bytes not null, primary key(task_id, attempt, first_sequence)) $rowless;
insert into log_chunk(task_id, attempt, first_sequence, next_sequence, number, first_line, lines, bytes, data) select task_id, position + 1, first_sequence, next_sequence, row_number() over (partition by task_id order by position, first_sequence), first_line, lines, bytes, data from old_log_chunk;
drop table old_log_chunk;
create unique index log_chunk_number on log_chunk(task_id, number);
