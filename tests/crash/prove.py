"""Proves the checks: each is shown a copy of the truth with one thing wrong, and must say so."""
import os
import shutil
import sqlite3
import subprocess

import workload
from checks import Checker

ONE_EXITED = "select ticket from attempt where ending = 'exited' and code = 0 limit 1"
TAMPERED = {
    "an event altered": "update event set body = body || ' ' where sequence = (select max(sequence) / 2 from event)",
    "an event gone": "delete from event where sequence = (select max(sequence) / 2 from event)",
    "a piece of a log gone": "delete from log_chunk where task_id = (select task_id from log_chunk limit 1)",
    "a verdict turned": "update task set state = 'Success' where id in (select task_id from attempt where code > 0 limit 1)",
    "an end told as unknown": f"update attempt set ending = 'lost' where ticket = ({ONE_EXITED})",
    "another exit code": f"update attempt set code = 3 where ticket = ({ONE_EXITED})",
    "a ticket that nobody knows": f"update attempt set ticket = hex(randomblob(16)) where ticket = ({ONE_EXITED})",
    "a run twice": "insert into task(id, name, description, state, arguments, queued, updated) values('ServerTasks-999999', 'RunbookRun', '', 'Success', '{}', 0, 0)",
}


def prove(crash):
    """Names of the wrongs that no check noticed."""
    folder = crash.folder + "/proof"
    os.makedirs(folder)
    unnoticed = []
    for name, statement in TAMPERED.items():
        if not notices(crash, folder, statement=statement):
            unnoticed.append(name)
    for name, line in (("a script begun twice", "start {}\n"), ("a script ended twice", "end {} 0 1\n"), ("a run of an unknown ticket", "start " + "0" * 32 + "\n")):
        if not notices(crash, folder, line=line):
            unnoticed.append(name)
    expected = workload.expected_output
    workload.expected_output = lambda *given: expected(*given)[:-1]
    if not notices(crash, folder):
        unnoticed.append("output that differs by a byte")
    workload.expected_output = expected
    left = subprocess.Popen(["sleep", "60"], env={"STEPWELL_TICKET": "0" * 32})
    if not notices(crash, folder):
        unnoticed.append("a process that is left")
    left.kill()
    left.wait()
    if notices(crash, folder):
        unnoticed.append("(and nothing wrong was called wrong)")
    return unnoticed


def notices(crash, folder, statement=None, line=None):
    copy, truth = folder + "/stepwell.db", folder + "/truth"
    shutil.copy(crash.truth, truth)
    if os.path.exists(copy):
        os.unlink(copy)
    with sqlite3.connect(f"file:{crash.installation.data}/stepwell.db?mode=ro", uri=True) as real, sqlite3.connect(copy) as database:
        real.backup(database)
        ticket = database.execute(ONE_EXITED).fetchone()[0]
        if statement and database.execute(statement).rowcount < 1:
            raise RuntimeError(f"changes nothing: {statement}")
    real.close()
    database.close()
    if line:
        with open(truth, "a") as file:
            file.write(line.format(ticket))
    checker = Checker(crash.installation, crash.api, truth, copy, grace=0.3)
    return not checker.check(crash.workload.runs, crash.lost_tickets)
