#!/usr/bin/env python3
"""Everything at once against one server: floods of output, runs that end as they begin, outputs without number, logs of
gigabytes, thousands of connections, a full disk, kills. Beside it somebody runs a small runbook, again and again.

    siege.py --binary build/release/bin/stepwell [--seconds S] [--connections N] [--without NAME…] [--seed S] [--no-figures]

Needs root: it works in namespaces of its own, and on a file system of its own where loop devices can be had. Afterwards
every run must have ended as its kind may end, nothing may be left of any, and the server must dispatch as it did before
(within 2 ×) with at most 64 MiB resident, unless --no-figures. Exits 0 when that holds; else it says what does not and keeps the folder."""
import argparse
import collections
import functools
import json
import multiprocessing
import os
import random
import signal
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../support")]
import attackers  # noqa: E402
from checks import leftovers  # noqa: E402
from installation import API_KEY, Api, Installation, in_own_namespace  # noqa: E402
from own_disk import give_back, mount_own_disk  # noqa: E402

ATTACKS = ("over", "floods", "outputs", "storms", "logs", "connections", "chains", "disk", "kills")
RESIDENT_MIB = 64
STOP_SECONDS = 5.5
END_SECONDS = 120  # within which every run has ended once nobody attacks any more
PROBE_SECONDS = 30  # a small run that takes longer than this, without a kill or a full disk, was stopped by others


class Siege:
    def __init__(self, options, folder):
        self.options, self.folder, self.broken = options, folder, []
        self.installation = Installation(options.binary, folder)
        self.api = Api(self.installation.port)
        self.runs = {}  # task → name
        self.seen = collections.defaultdict(list)  # what attackers said
        self.probes = []  # seconds of each small run during the siege
        self.disturbed = 0.0  # when somebody last killed or filled
        self.peak_mib = 0
        self.not_ready = collections.Counter()

    def set_up(self):
        self.installation.start()
        self.project = self.api.make_project()
        self.set_variables([("Loop", "#{Loop}")])
        self.ids = {name: self.make(name, steps) for name, (steps, _) in attackers.RUNBOOKS.items()}
        last = attackers.CHAIN_LENGTH
        self.set_variables([(f"V{i}", f"#{{V{i + 1}}}") for i in range(last)] + [(f"V{last}", "end")])  # in no snapshot
        self.long = self.api.run("long")
        self.runs[self.long] = "long"
        self.wait_for([self.long], 120)

    def set_variables(self, pairs):
        path = f"/api/Spaces-1/variables/variableset-{self.project}"
        variables = self.api.json("GET", path)
        variables["Variables"] = [{"Name": name, "Value": value} for name, value in pairs]
        self.api.json("PUT", path, variables)

    def make(self, name, steps):
        runbook = self.api.json("POST", "/api/Spaces-1/runbooks", {"Name": name, "ProjectId": self.project})["Id"]
        process = self.api.json("GET", f"/api/Spaces-1/runbookProcesses/RunbookProcess-{runbook}")
        process["Steps"] = steps
        self.api.json("PUT", f"/api/Spaces-1/runbookProcesses/RunbookProcess-{runbook}", process)
        self.api.json("POST", "/api/Spaces-1/runbookSnapshots?publish=true", {"ProjectId": self.project, "RunbookId": runbook, "Name": "One"})
        return runbook

    def state(self, task):
        return self.api.json("GET", f"/api/tasks/{task}")["State"]

    def wait_for(self, tasks, seconds):
        """Those that have not ended within the time."""
        end, left = time.monotonic() + seconds, list(tasks)
        while left and time.monotonic() < end:
            left = [task for task in left if self.state(task) not in ("Success", "Failed", "Canceled", "TimedOut")]
            time.sleep(0.2 if left else 0)
        return left

    def dispatch(self):
        """From the request to the script's first instruction, in ms."""
        before = time.time_ns()
        task = self.api.run("probe")
        while self.state(task) != "Success":
            time.sleep(0.003)
        return (int(self.api.patient("GET", f"/api/tasks/{task}/output?step=1")[1]) - before) / 1e6

    def quiet(self, count=60):
        for _ in range(10):
            self.dispatch()
        return statistics.median(self.dispatch() for _ in range(count))

    def resident_mib(self, which="VmRSS"):
        try:
            with open(f"/proc/{self.installation.server.pid}/status") as file:
                return next((int(line.split()[1]) / 1024 for line in file if line.startswith(which)), 0)
        except OSError:
            return 0

    # --- the siege

    def attackers_of(self, name):
        port, seed = self.installation.port, self.options.seed
        runs = functools.partial
        if name == "over":
            return [runs(attackers.run_and_end, port=port, address="127.0.0.11", seed=seed, names=list(attackers.OVER), pause=0.1)]
        if name == "floods":
            return [runs(attackers.run_and_end, port=port, address="127.0.0.12", seed=seed, names=["flood", "two-floods", "ignores-term"], pause=1.5)]
        if name == "outputs":
            return [runs(attackers.run_and_end, port=port, address="127.0.0.13", seed=seed, names=["outputs", "too-many"], pause=3)]
        if name == "storms":
            return [runs(attackers.run_and_end, port=port, address="127.0.0.14", seed=seed, names=["storm", "left"], pause=5)]
        if name == "logs":
            return [runs(attackers.read_long_logs, port=port, address=f"127.0.0.{20 + i}", task=self.long) for i in range(3)]
        if name == "connections":
            addresses = [f"127.0.1.{i}" for i in range(1, 40)]
            return [runs(attackers.hold_connections, port=port, count=self.options.connections // 5, addresses=["127.0.0.30"]),
                    runs(attackers.hold_connections, port=port, count=self.options.connections * 4 // 5, addresses=addresses)]
        if name == "chains":
            return [runs(attackers.resolve_chains, port=port, address="127.0.0.40", project=self.project, runbook=self.ids["probe"])]
        if name == "disk":
            return [runs(attackers.fill_disk, folder=self.folder, chance_seed=seed, port=port)] if os.path.ismount(self.folder) else []
        return []

    def attack(self):
        stop, said = multiprocessing.Event(), multiprocessing.Queue()
        chosen = [name for name in ATTACKS if name not in self.options.without]
        working = [multiprocessing.Process(target=work, kwargs={"stop": stop, "say": functools.partial(say, said)}, daemon=True)
                   for name in chosen for work in self.attackers_of(name)]
        for each in working:
            each.start()
        chance = random.Random(self.options.seed)
        end, next_kill = time.monotonic() + self.options.seconds, time.monotonic() + chance.uniform(5, 20)
        prober = attackers.Caller(self.installation.port, "127.0.0.200", timeout=10)
        while time.monotonic() < end and not self.broken:
            self.probe(prober)
            self.listen(said)
            self.look(prober)
            if "kills" in chosen and time.monotonic() >= next_kill:
                next_kill = time.monotonic() + chance.uniform(8, 30)
                self.kill(chance)
            time.sleep(0.3)
        stop.set()
        for each in working:
            while each.is_alive():  # one that has something to say does not end before it was heard
                self.listen(said)
                each.join(0.1)
        self.listen(said)

    def listen(self, said):
        while not said.empty():
            kind, value = said.get()
            if kind == "run":
                self.runs[value[0]] = value[1]
            elif kind == "disk":
                self.disturbed = time.monotonic()
            self.seen[kind].append(value)

    def probe(self, prober):
        """A small run by somebody who does no harm."""
        began = time.monotonic()
        task = None
        while time.monotonic() < began + PROBE_SECONDS:
            task = task or prober.start("probe")
            if task and prober.state(task) in ("Success", "Failed"):
                self.runs[task] = "probe"
                self.probes.append(time.monotonic() - began)
                return
            time.sleep(0.01)
        if task:
            self.runs[task] = "probe"
        if began - self.disturbed > PROBE_SECONDS:
            self.broken.append(f"a small run {task} did not end within {PROBE_SECONDS} s; /readyz: {prober.call('GET', '/readyz')}")

    def look(self, prober):
        if self.installation.ended_by_itself():
            # It does not start where nothing can be written; an init system tries again.
            if time.monotonic() - self.disturbed > PROBE_SECONDS or self.installation.server.returncode != 1:
                return self.broken.append(f"the server ended by itself: {self.installation.server.returncode}")
            self.seen["restart"].append(time.monotonic())
            return self.installation.start()
        status, text = prober.call("GET", "/readyz")
        if status != 200:
            self.not_ready[text.decode(errors="replace")[:200] or f"no answer ({status})"] += 1
        self.peak_mib = max(self.peak_mib, self.resident_mib())

    def kill(self, chance):
        which = chance.choice(("server", "launcher", "shim", "stop"))
        self.disturbed = time.monotonic()
        if self.installation.ended_by_itself():
            return
        print(f"{which}; probes {len(self.probes)}, runs {len(self.runs)}, connections {sum(self.seen['connections'][-2:])}, {self.resident_mib():.0f} MiB", flush=True)
        if which == "launcher":
            for pid in self.installation.launchers():
                os.kill(pid, signal.SIGKILL)
            self.installation.start_launcher()
        elif which == "shim" and (shims := self.installation.shims()):
            os.kill(chance.choice(shims)[0], signal.SIGKILL)
        elif which == "stop":
            self.stop()
            self.installation.start()
        elif which == "server":
            self.installation.kill()
            self.installation.start()
        self.disturbed = time.monotonic()

    def stop(self):
        """Asks the server to end; launcher and scripts go on."""
        if self.installation.ended_by_itself():
            return
        began = time.monotonic()
        self.installation.server.terminate()
        try:
            code = self.installation.server.wait(20)
        except subprocess.TimeoutExpired:
            self.installation.kill()
            code = "a kill"
        took = time.monotonic() - began
        self.seen["stop"].append(took)
        if code == -signal.SIGTERM and not self.installation.listens():
            code = 0  # while it started
        if code != 0 or took > STOP_SECONDS * (2 if self.options.no_figures else 1):
            self.broken.append(f"told to stop, the server ended with {code} after {took:.1f} s")

    # --- afterwards

    def adopt(self):
        """Runs whose request was cut off before its answer: they run all the same."""
        for item in self.api.json("GET", "/api/tasks?states=Queued,Executing,Cancelling&take=10000")["Items"]:
            self.runs.setdefault(item["Id"], item["Description"].split()[2])

    def check(self, before):
        if self.installation.ended_by_itself():
            self.installation.start()
        self.adopt()
        for task, name in list(self.runs.items()):
            if name in attackers.CANCELED:
                self.api.patient("POST", f"/api/tasks/{task}/cancel", {})
        late = self.wait_for(self.runs, END_SECONDS)
        self.broken += [f"{task} ({self.runs[task]}) is {self.state(task)} after {END_SECONDS} s" for task in late[:20]]
        killed = "kills" not in self.options.without
        for task, name in self.runs.items():
            answer = self.api.json("GET", f"/api/tasks/{task}")
            allowed = attackers.RUNBOOKS[name][1]
            lost = killed and answer["State"] == "Failed" and "unknown" in answer.get("ErrorMessage", "")
            if task not in late and answer["State"] not in allowed and not lost:
                self.broken.append(f"{task} ({name}) is {answer['State']}: {answer.get('ErrorMessage')}")
        cancels = collections.Counter(self.seen["cancel on a full disk"])  # 0: the server had just been killed
        if bad := [status for status in cancels if status not in (0, 200)]:
            self.broken.append(f"a run could not be canceled on a full disk: {bad}")
        end = time.monotonic() + 20
        while (left := leftovers(self.installation)) and time.monotonic() < end:
            time.sleep(0.2)
        self.broken += left
        time.sleep(15)  # free memory goes back to the system within 10 s
        after, resident, own = self.quiet(), self.resident_mib(), self.resident_mib("RssAnon")
        slowest = sorted(self.probes)[int(len(self.probes) * 0.95)] if self.probes else 0
        print(f"dispatch {before:.2f} ms before, {after:.2f} ms after: {after / before:.2f} ×; small runs meanwhile {len(self.probes)}, "
              f"p50 {statistics.median(self.probes or [0]):.2f} s, p95 {slowest:.2f} s; resident {resident:.0f} MiB ({own:.0f} of its own), peak {self.peak_mib:.0f}; "
              f"cancels on a full disk {dict(cancels)}; stops {[round(one, 1) for one in self.seen['stop']]} s; not ready: {dict(self.not_ready)}", flush=True)
        if self.options.no_figures:
            return
        if after > 2 * before:
            self.broken.append(f"dispatch takes {after:.2f} ms, before it took {before:.2f}")
        if resident > RESIDENT_MIB:
            self.broken.append(f"the server holds {resident:.0f} MiB")

    def run(self):
        self.set_up()
        before = self.quiet()
        self.attack()
        if not self.broken:
            self.check(before)
        self.stop()
        return not self.broken


def say(said, kind, value):
    said.put((kind, value))


def work(options):
    folder = f"/var/lib/stepwell-siege-{options.seed}-{os.getpid()}-{int(time.time())}"
    print(f"seed {options.seed}, folder {folder}", flush=True)
    if not mount_own_disk(folder, 4096):
        print("no file system of its own: the disk is not filled", flush=True)
    siege = Siege(options, folder)
    good = siege.run()
    for sentence in siege.broken[:40]:
        print("BROKEN:", sentence, flush=True)
    print(f"{len(siege.runs)} runs, {collections.Counter(siege.runs.values())}", flush=True)
    give_back(folder, good)
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=10000)
    parser.add_argument("--no-figures", action="store_true", help="let speed and memory decide nothing: others use the machine, too")
    parser.add_argument("--without", nargs="*", default=[], choices=ATTACKS)
    options = parser.parse_args()
    sys.exit(in_own_namespace(lambda: work(options)))


if __name__ == "__main__":
    main()
