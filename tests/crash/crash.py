#!/usr/bin/env python3
"""Kills server, launcher and supervisors at random points while runs are under way, then checks that nothing was lost,
started twice or told wrong.

    crash.py --binary build/release/bin/stepwell [--seed S] [--resume FILE] [--same-user] [--prove] [--check-every M] KILLS

Needs root: it works in namespaces of its own, so that no other server on the machine is touched. Exits 0 when every check
held; else it says what did not and keeps the folder."""
import argparse
import json
import os
import random
import shutil
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support")]
from checks import Checker  # noqa: E402
from installation import Api, Installation, in_own_namespace  # noqa: E402
from prove import prove  # noqa: E402
from workload import Workload, make_runbooks  # noqa: E402

PLAN = [("long",)] * 4 + [("chatty",)] * 2 + [("steps",)] * 2 + [("failing", "chatty"), ("cancel",)]
SETTLE_SECONDS = 90  # the longest run takes 20 s, a cancellation at most 10 more; then a minute


class Crash:
    def __init__(self, options, folder, done):
        self.options, self.folder, self.done = options, folder, done
        self.installation = Installation(options.binary, folder, options.same_user)
        self.api = Api(self.installation.port)
        self.truth = folder + "/truth"
        open(self.truth, "w").close()
        os.chmod(self.truth, 0o666)  # scripts of any account add to it
        self.workload = Workload(self.api, f"{options.seed}.{done}", PLAN)
        self.checker = Checker(self.installation, self.api, self.truth)
        self.killed = {"server": 0, "launcher": 0, "shim": 0}
        self.lost_tickets = set()
        self.broken = []
        self.launchers = []

    def run(self):
        self.installation.start()
        make_runbooks(self.api, self.truth)
        while self.done < self.options.kills and not self.broken:
            self.batch(random.Random(f"{self.options.seed}/{self.done}"), min(self.options.check_every, self.options.kills - self.done))
            self.settle_and_check()
            self.save()
        if self.options.prove and not self.broken:
            self.broken += [f"no check notices {wrong}" for wrong in prove(self)]
        if not self.broken and (code := self.installation.stop()) != 0:
            self.broken.append(f"told to stop, the server ended with {code}")
        return not self.broken

    def batch(self, chance, count):
        self.workload.begin()
        began = time.monotonic()
        for number in range(1, count + 1):
            self.wait_for_moment(chance)
            self.kill(chance)
            self.done += 1
            if number % 50 == 0 or number == count:
                pace = (time.monotonic() - began) / number
                print(f"{self.done} kills {self.killed}, {len(self.workload.runs)} runs, {pace:.2f} s a kill", flush=True)
            if self.broken or self.workload.broken:
                break

    def wait_for_moment(self, chance):
        if chance.random() < 0.3:  # right at a dispatch
            self.workload.posting.clear()
            self.workload.posting.wait(0.4)
            time.sleep(chance.uniform(0, 0.02))
            return
        due = self.installation.started_at + chance.uniform(0.001, 0.3)
        left = due - time.monotonic()
        time.sleep(left if left > 0 else chance.uniform(0.001, 0.3))

    def kill(self, chance):
        if self.installation.ended_by_itself():
            return self.broken.append(f"the server ended by itself: {self.installation.server.returncode}")
        which = chance.random()
        if which < 0.2 and self.kill_shim(chance):
            return
        if 0.2 <= which < 0.4 and not self.options.same_user and self.kill_launcher(chance):
            return
        self.kill_server()

    def kill_server(self):
        self.installation.kill()
        self.installation.start()
        self.killed["server"] += 1

    def kill_shim(self, chance):
        shims = self.installation.shims()
        if not shims:
            return False
        pid, ticket = chance.choice(shims)
        self.lost_tickets.add(ticket)
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.killed["shim"] += 1
        return True

    def kill_launcher(self, chance):
        launchers = self.installation.launchers()
        if not launchers:
            return False
        for pid in launchers:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # another one has just replaced it
        self.killed["launcher"] += 1
        if chance.random() < 0.3:
            self.kill_server()  # which starts another
        else:
            threading.Timer(chance.uniform(0, 0.2), lambda: self.launchers.append(self.installation.start_launcher())).start()
        return True

    def settle_and_check(self):
        time.sleep(0.3)
        if not self.options.same_user and not self.installation.launchers():
            self.launchers.append(self.installation.start_launcher())
        if self.installation.ended_by_itself():
            self.broken.append(f"the server ended by itself: {self.installation.server.returncode}")
            return
        settled = self.workload.drain(SETTLE_SECONDS)
        self.broken += self.workload.broken
        if not settled:
            self.broken += [f"{run.task} ({run.kind}) did not end within {SETTLE_SECONDS} s" for run in self.workload.runs if run.state is None]
        if not self.broken:
            self.checker.check(self.workload.runs, self.lost_tickets)
            self.broken += self.checker.broken
        self.launchers = [launcher for launcher in self.launchers if launcher.poll() is None]
        print(f"checked at {self.done} kills: {len(self.broken)} violations, {self.checker.counts}", flush=True)

    def save(self):
        if self.options.resume and not self.broken:
            with open(self.options.resume, "w") as file:
                json.dump({"seed": self.options.seed, "done": self.done}, file)


def work(options, done):
    folder = f"/var/lib/stepwell-crash-{options.seed}-{os.getpid()}-{int(time.time())}"
    print(f"seed {options.seed}, {options.kills - done} kills to do, folder {folder}", flush=True)
    crash = Crash(options, folder, done)
    try:
        good = crash.run()
    except Exception as error:
        good = False
        crash.broken.append(repr(error))
        raise
    finally:
        for sentence in crash.broken[:40]:
            print("BROKEN:", sentence, flush=True)
        if crash.broken:
            print(f"{len(crash.broken)} violations; kept: {folder}; again: --seed {options.seed} {options.kills}", flush=True)
    if good:
        shutil.rmtree(folder)
        print(f"{crash.done} kills {crash.killed}, {crash.checker.counts}: every check held", flush=True)
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--resume", metavar="FILE")
    parser.add_argument("--same-user", action="store_true")
    parser.add_argument("--prove", action="store_true", help="afterwards show each check something wrong: it must say so")
    parser.add_argument("--check-every", type=int, default=250)
    parser.add_argument("kills", type=int)
    options = parser.parse_args()
    done = 0
    if options.resume and os.path.exists(options.resume):
        with open(options.resume) as file:
            state = json.load(file)
        options.seed, done = state["seed"], state["done"]
    sys.exit(in_own_namespace(lambda: work(options, done)))


if __name__ == "__main__":
    main()
