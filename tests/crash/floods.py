#!/usr/bin/env python3
"""Many floods of output at once on a disk that is much too small for them.

    floods.py --binary build/release/bin/stepwell [--floods N] [--mib N] [--seconds S]

Meanwhile the server must answer and say what it lacks, and a change that it refuses must be a 503. Then every flood is
canceled: each answer must be 200, each run must end as canceled, the space must be free again, and a small run must
succeed. Needs root. Exits 0 when that holds; else it says what does not and keeps the folder."""
import argparse
import collections
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../support")]
from attackers import Caller  # noqa: E402
from installation import Api, Installation, in_own_namespace  # noqa: E402
from own_disk import give_back, mount_own_disk  # noqa: E402

ANSWER_SECONDS = 5  # for a cancel, however full the disk is
END_SECONDS = 60  # within which all have ended once they are canceled
MIB = 1 << 20


class Floods:
    def __init__(self, options, folder):
        self.options, self.folder, self.broken = options, folder, []
        self.installation = Installation(options.binary, folder)
        self.api = Api(self.installation.port)
        self.caller = Caller(self.installation.port, "127.0.0.60", timeout=30)

    def free_mib(self):
        space = os.statvfs(self.folder)
        return space.f_bavail * space.f_frsize // MIB

    def expect(self, holds, sentence):
        if not holds:
            self.broken.append(sentence)

    def state(self, task):
        return self.caller.state(task)

    def flood(self):
        tasks = [self.api.run("flood") for _ in range(self.options.floods)]
        answers, lowest = collections.Counter(), self.free_mib()
        end = time.monotonic() + self.options.seconds
        while time.monotonic() < end:
            lowest = min(lowest, self.free_mib())
            status, text = self.caller.call("GET", "/readyz")
            answers[status] += 1
            self.expect(status in (200, 503), f"/readyz answered {status} {text[:200]!r}")
            status, text = self.caller.call("POST", "/api/Spaces-1/environments", {"Name": f"E{time.monotonic_ns()}"})
            answers[f"change {status}"] += 1
            self.expect(status in (201, 503), f"a change was answered with {status} {text[:200]!r}")
            time.sleep(0.25)
        self.expect(not self.installation.ended_by_itself(), "the server ended by itself")
        self.expect(lowest < self.options.mib // 4, f"the disk was never filled: {lowest} MiB were free")
        print(f"{len(tasks)} floods; least free {lowest} MiB; answers {dict(answers)}", flush=True)
        return tasks

    def cancel(self, tasks):
        began = time.monotonic()
        slowest = 0.0
        for task in tasks:
            asked = time.monotonic()
            status, text = self.caller.call("POST", f"/api/tasks/{task}/cancel", {})
            slowest = max(slowest, time.monotonic() - asked)
            self.expect(status == 200, f"the cancel of {task} was answered with {status} {text[:200]!r}")
        left = tasks
        while left and time.monotonic() < began + END_SECONDS:
            left = [task for task in left if self.state(task) not in ("Canceled", "Failed", "Success", "TimedOut")]
            time.sleep(0.1)
        print(f"all ended {time.monotonic() - began:.1f} s after the first cancel; slowest answer {slowest:.2f} s", flush=True)
        self.broken += [f"{task} is {self.state(task)} {END_SECONDS} s after its cancel" for task in left]
        self.broken += [f"{task} is {state}" for task in tasks if task not in left and (state := self.state(task)) != "Canceled"]
        self.expect(slowest < ANSWER_SECONDS, f"a cancel was answered after {slowest:.1f} s")

    def run(self):
        self.installation.start()
        project = self.api.make_project()
        self.api.make_runbook(project, "flood", [("A", "Bash", "exec yes 'a line of a flood that nobody reads'")])
        self.api.make_runbook(project, "probe", [("A", "Bash", "echo here")])
        self.cancel(self.flood())
        end, task = time.monotonic() + END_SECONDS, None
        while time.monotonic() < end and not task:
            task = self.caller.start("probe")
            time.sleep(0.1)
        while task and time.monotonic() < end and self.state(task) not in ("Success", "Failed"):
            time.sleep(0.05)
        self.expect(task and self.state(task) == "Success", f"a small run afterwards: {task and self.state(task)}")
        print(f"free afterwards {self.free_mib()} MiB of {self.options.mib}", flush=True)
        tickets = os.listdir(self.installation.data + "/tickets")
        self.expect(not tickets, f"{len(tickets)} tickets are left")
        code = self.installation.stop()
        self.expect(code == 0, f"told to stop, the server ended with {code}")


def work(options):
    folder = f"/var/lib/stepwell-floods-{os.getpid()}-{int(time.time())}"
    kind = mount_own_disk(folder, options.mib, "tmpfs")
    if not kind:
        print("no file system of its own can be had: floods cannot be tried", flush=True)
        return 1
    print(f"{options.mib} MiB of {kind}, folder {folder}", flush=True)
    floods = Floods(options, folder)
    floods.run()
    for sentence in floods.broken[:40]:
        print("BROKEN:", sentence, flush=True)
    give_back(folder, not floods.broken)
    return 1 if floods.broken else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--floods", type=int, default=60)
    parser.add_argument("--mib", type=int, default=2200)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    sys.exit(in_own_namespace(lambda: work(options)))


if __name__ == "__main__":
    main()
