"""What must hold whatever was killed. Each check adds sentences to `broken`; none means that all held."""
import hashlib
import os
import sqlite3
import time

import workload
from installation import processes

END_EVENTS = ("RunbookRunSucceeded", "RunbookRunFailed", "TaskCanceled")
CGROUPS = "/sys/fs/cgroup/unified/stepwell-runs"  # where the launcher makes them on a machine with both versions
MARKER = b"log may end early"


def read_marks(path):
    """ticket → [number of starts, [(code, lines) of each end]]"""
    marks = {}
    with open(path) as file:
        for line in file:
            words = line.split()
            mark = marks.setdefault(words[1], [0, []])
            if words[0] == "start":
                mark[0] += 1
            else:
                mark[1].append((int(words[2]), int(words[3])))
    return marks


def tickets_of_processes():
    tickets = {}
    for pid in processes():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                for entry in file.read().split(b"\0"):
                    if entry.startswith(b"STEPWELL_TICKET="):
                        tickets.setdefault(entry[16:].decode(), []).append(pid)
        except OSError:
            pass
    return tickets


class Checker:
    def __init__(self, installation, api, truth, database=None, grace=5.0):
        self.installation, self.api, self.truth, self.grace = installation, api, truth, grace
        self.database = database or installation.data + "/stepwell.db"
        self.broken = []
        self.seen = {}             # task → (state, error, endings) at an earlier check
        self.chain = (0, bytes(32))  # sequence and hash of the last event checked; before the first: zeros
        self.counts = {"runs": 0, "lost": 0, "never_started": 0, "canceled": 0, "bytes": 0, "views": 0, "cuts": 0}

    def check(self, runs, killed):
        """`runs` of the workload so far, all ended; `killed`: tickets whose supervisor was killed."""
        self.marks = read_marks(self.truth)
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            database.row_factory = sqlite3.Row
            self.check_all_runs_known(database, runs)
            fresh = [run for run in runs if run.task not in self.seen]
            for run in runs:
                if run.task in self.seen:
                    self.check_unchanged(database, run)
            for run in fresh:
                self.check_run(database, run, killed)
            self.check_chain(database)
            self.check_unknown_tickets(database)
        database.close()
        self.check_leftovers()
        self.broken += self.api.failures
        return not self.broken

    def tell(self, sentence):
        self.broken.append(sentence)

    # One key, one run: asking again after a kill never makes a second.
    def check_all_runs_known(self, database, runs):
        tasks = {row["id"] for row in database.execute("select id from task where name = 'RunbookRun'")}
        promised = [run.task for run in runs]
        for task in tasks - set(promised):
            self.tell(f"{task} is a run that nobody was promised")
        for task in set(promised) - tasks:
            self.tell(f"{task} was promised and is not in the database")
        if len(set(promised)) != len(promised):
            self.tell("two keys were answered with the same run")

    def summary(self, database, task):
        row = database.execute("select state, error from task where id = ?", (task,)).fetchone()
        attempts = database.execute("select * from attempt where task_id = ? order by number", (task,)).fetchall()
        return row, attempts, (row["state"], row["error"], tuple((a["ending"], a["code"], a["next_sequence"]) for a in attempts))

    def check_unchanged(self, database, run):
        now = self.summary(database, run.task)[2]
        if now != self.seen[run.task]:
            self.tell(f"{run.task} was {self.seen[run.task]} and is {now}")

    def check_run(self, database, run, killed):
        task, attempts, self.seen[run.task] = self.summary(database, run.task)
        self.counts["runs"] += 1
        name = f"{run.task} ({run.kind})"
        if run.state != task["state"]:
            self.tell(f"{name}: was seen {run.state}, is {task['state']}")
        tickets = [attempt["ticket"] for attempt in attempts]
        endings = [attempt["ending"] for attempt in attempts]
        for step, attempt in enumerate(attempts):
            if attempt["ticket"]:
                self.check_attempt(database, f"{name} step {step + 1} {attempt['ticket']}", run, step, attempt, tickets, killed)
        self.check_verdict(name, run, task, attempts, endings)
        self.check_events(database, name, run.task)
        if run.view:
            self.check_view(name, run, attempts)

    def check_attempt(self, database, name, run, step, attempt, tickets, killed):
        ticket, ending = attempt["ticket"], attempt["ending"]
        starts, ends = self.marks.get(ticket, [0, []])
        if starts > 1 or len(ends) > 1:
            self.tell(f"{name}: {starts} starts, {len(ends)} ends")
        expected = workload.expected_output(run.kind, step, tickets)
        printed = self.api.patient("GET", f"/api/tasks/{run.task}/output?attempt={attempt['number']}")[1]
        self.counts["bytes"] += len(printed)
        self.check_chunks(database, name, run.task, attempt)
        if ending == "exited":
            code = workload.expected_code(run.kind, ticket)
            if starts != 1 or [end[0] for end in ends] != [attempt["code"]] or attempt["code"] != code:
                self.tell(f"{name}: exited {attempt['code']}, truth: {starts} starts, ends {ends}, expected code {code}")
            if printed != expected:
                self.tell(f"{name}: output differs: {difference(printed, expected)}")
        elif ending in ("lost", "canceled"):
            self.counts[ending] += 1
            if not expected.startswith(printed):
                self.tell(f"{name}: {ending}, output is no prefix: {difference(printed, expected)}")
            if ending == "lost" and ticket not in killed:
                self.tell(f"{name}: lost ({attempt['reason']}), but nobody killed its supervisor")
            if ending == "canceled" and not run.cancel_asked:
                self.tell(f"{name}: canceled, but nobody asked")
            if ending == "lost" and MARKER not in self.api.patient("GET", f"/api/tasks/{run.task}/raw")[1]:
                self.tell(f"{name}: lost without a marker in its log")
        elif ending == "never_started":
            self.counts[ending] += 1
            if starts or printed:
                self.tell(f"{name}: never started ({attempt['reason']}), truth: {starts} starts, {len(printed)} bytes")
        else:
            self.tell(f"{name}: ended {ending!r} ({attempt['reason']}), state {attempt['state']}")

    def check_chunks(self, database, name, task, attempt):
        next_sequence = 1
        for row in database.execute("select first_sequence, next_sequence from log_chunk where task_id = ? and attempt = ? order by 1", (task, attempt["number"])):
            if row[0] != next_sequence or row[1] <= row[0]:
                self.tell(f"{name}: a chunk holds {row[0]} to {row[1]}, expected from {next_sequence}")
            next_sequence = row[1]
        if next_sequence != attempt["next_sequence"]:
            self.tell(f"{name}: chunks end at {next_sequence}, the attempt at {attempt['next_sequence']}")

    def check_verdict(self, name, run, task, attempts, endings):
        state = task["state"]
        good = [attempt["ending"] == "exited" and attempt["code"] == 0 for attempt in attempts]
        steps = 2 if run.kind == "steps" else 1
        if (state == "Success") != (len(good) == steps and all(good)):
            self.tell(f"{name}: is {state} with {endings}")
        if state == "Canceled" and not run.cancel_asked:
            self.tell(f"{name}: is canceled, but nobody asked")
        if state not in workload.FINAL or state == "TimedOut":
            self.tell(f"{name}: is {state}")
        if run.cancel_effective and state != "Canceled" and "lost" not in endings:
            self.tell(f"{name}: cancelling was confirmed, but it is {state} with {endings}")

    def check_events(self, database, name, task):
        rows = database.execute("select category, count(*) from event_document join event on event.number = event_document.event where document_key = ? group by 1", (task.lower(),))
        counts = dict(rows.fetchall())
        ends = sum(counts.get(category, 0) for category in END_EVENTS)
        if counts.get("RunbookRunQueued") != 1 or ends != 1 or counts.get("RunbookRunStarted", 0) > 1:
            self.tell(f"{name}: events {counts}")

    def check_view(self, name, run, attempts):
        run.view.join(30)
        self.counts["views"] += 1
        self.counts["cuts"] += run.view.cuts
        if not run.view.over:
            return self.tell(f"{name}: its live view never ended")
        for step, attempt in enumerate(attempts):
            printed = self.api.patient("GET", f"/api/tasks/{run.task}/output?attempt={attempt['number']}")[1] if attempt["ticket"] else b""
            seen = run.view.texts.get(attempt["number"], "").encode()
            if seen != printed:
                self.tell(f"{name} step {step + 1}: the live view ({run.view.cuts} cuts) differs: {difference(seen, printed)}")

    # hash = SHA-256(previous hash, sequence as 8 bytes big-endian, digest), digest = SHA-256(body).
    def check_chain(self, database):
        last, previous = self.chain
        for row in database.execute("select sequence, body, digest, hash from event where sequence > ? order by sequence", (last,)):
            digest = hashlib.sha256(row["body"].encode()).digest()
            link = hashlib.sha256(previous + row["sequence"].to_bytes(8, "big") + digest).digest()
            if row["sequence"] != last + 1 or digest != row["digest"] or link != row["hash"]:
                return self.tell(f"the audit chain breaks at {row['sequence']} after {last}")
            last, previous = row["sequence"], link
        self.chain = (last, previous)

    def check_unknown_tickets(self, database):
        known = {row[0] for row in database.execute("select ticket from attempt where ticket is not null")}
        for ticket in set(self.marks) - known:
            self.tell(f"ticket {ticket} ran and is not in the database")

    # Everything has ended: after a moment nothing of it is left on the machine.
    def check_leftovers(self):
        end = time.monotonic() + self.grace
        while (left := leftovers(self.installation, self.marks)) and time.monotonic() < end:
            time.sleep(0.1)
        for sentence in left:
            self.tell(sentence)


def leftovers(installation, tickets=()):
    """Sentences about what is on the machine although nothing runs; `tickets` that ever were."""
    left = [f"ticket folder {name} is left" for name in os.listdir(installation.data + "/tickets")]
    for top in os.listdir("/dev/shm"):
        if top.startswith("stepwell-private"):
            left += [f"{len(files)} files of scripts are left in {path}" for path, _, files in os.walk("/dev/shm/" + top) if files]
        elif top.startswith("stepwell-"):
            left += [f"script folder {top}/{name} is left" for name in os.listdir("/dev/shm/" + top)]
    left += [f"the cgroup of {ticket} is left" for ticket in tickets if os.path.exists(f"{CGROUPS}/{ticket}")]
    left += [f"processes {pids} of {ticket} are left" for ticket, pids in tickets_of_processes().items()]
    if not installation.same_user and len(installation.launchers()) != 1:
        left.append(f"launchers: {installation.launchers()}")
    return left


def difference(found, expected):
    at = next((i for i, (a, b) in enumerate(zip(found, expected)) if a != b), min(len(found), len(expected)))
    return f"{len(found)} bytes for {len(expected)}, first at {at}: {found[max(0, at - 60):at + 60]!r}, expected {expected[max(0, at - 60):at + 60]!r}"
