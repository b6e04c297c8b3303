"""From the start of the server, with what the measures before left in its folder, to its first answer; and what memory it
holds when nothing happens. Beside it a program of the same libraries that does nothing: `stepwell --help`."""
import statistics
import subprocess
import time

from installation import Unanswered

GOAL_MS, GOAL_MB = 100, 25


def prepare(api, project):
    pass


def until_answer(bench):
    bench.installation.kill()
    before = time.monotonic()
    bench.installation.start()
    while True:
        try:
            if bench.api.call("GET", "/api")[0] == 200:
                return (time.monotonic() - before) * 1000
        except Unanswered:
            time.sleep(0.001)


def limit(bench):
    before = time.monotonic()
    subprocess.run([bench.installation.binary, "--help"], stdout=subprocess.DEVNULL, check=True)
    return (time.monotonic() - before) * 1000


def memory_mb(pid):
    sizes = {}
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            words = line.split()
            if len(words) == 3 and words[2] == "kB":
                sizes[words[0]] = int(words[1]) / 1024
    return sizes["Rss:"], sizes["Private_Clean:"] + sizes["Private_Dirty:"]


def measure(bench):
    busy = memory_mb(bench.installation.server.pid)  # after the measures before
    pairs = [(until_answer(bench), limit(bench)) for _ in range(bench.count(20))]
    ours, beside = statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
    time.sleep(3)
    resident, private = memory_mb(bench.installation.server.pid)
    return {"ms": ours, "worst_ms": max(pair[0] for pair in pairs), "limit_ms": beside, "ratio": ours / beside, "goal_ms": GOAL_MS,
            "idle_rss_mb": resident, "idle_private_mb": private, "rss_after_load_mb": busy[0], "private_after_load_mb": busy[1],
            "goal_mb": GOAL_MB, "met": ours <= GOAL_MS and resident <= GOAL_MB}
