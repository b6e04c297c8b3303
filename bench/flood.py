"""Dispatch while scripts print without end, beside dispatch in quiet; how long the server takes to end and to cancel them
then. The floods go on over a restart."""
import statistics
import time

from dispatch import SCRIPT, dispatch

FLOODS = 4
GOAL = 2.0  # times the quiet time


def prepare(api, project):
    api.make_runbook(project, "brief", [("Only", "Bash", SCRIPT)])
    api.make_runbook(project, "flood", [("Only", "Bash", "exec yes out")])


def state_of(api, task):
    return api.json("GET", f"/api/tasks/{task}")["State"]


def median(api, count):
    return statistics.median(dispatch(api, "brief")[0] for _ in range(count))


def measure(bench):
    api, count = bench.api, bench.count(50)
    quiet = median(api, count)
    tasks = [api.run("flood") for _ in range(FLOODS)]
    time.sleep(2)
    flooded = median(api, count)
    before = time.monotonic()
    bench.installation.server.terminate()
    bench.installation.server.wait(60)
    ended = time.monotonic() - before
    bench.installation.start()
    api.patient("GET", "/api")
    again = median(api, count)
    with open(f"/proc/{bench.installation.server.pid}/status") as file:
        memory = next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
    before = time.monotonic()
    for task in tasks:
        api.json("POST", f"/api/tasks/{task}/cancel", {})
    answered = time.monotonic() - before
    while any(state_of(api, task) != "Canceled" for task in tasks):
        time.sleep(0.02)
    canceled = time.monotonic() - before
    return {"quiet_p50_ms": quiet, "flooded_p50_ms": flooded, "after_restart_p50_ms": again, "ratio": flooded / quiet, "end_s": ended,
            "cancel_answered_s": answered, "canceled_s": canceled, "peak_mb": memory, "goal": GOAL, "met": flooded / quiet <= GOAL and ended <= 5}
