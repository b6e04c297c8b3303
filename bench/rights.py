"""What a check of rights adds to a route that reads one document: the check in a program of its own (rights.cc), with the
grants of one user in 50 teams of 200 grants each, beside the route as it is answered over one connection."""
import json
import os
import statistics
import subprocess
import time

GOAL = 1.05  # of the route without a check


def prepare(api, project):
    pass


def measure(bench):
    program = os.path.dirname(bench.binary) + "/rights_bench"
    found = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    times = []
    for _ in range(bench.count(2000)):
        begin = time.perf_counter_ns()
        bench.api.json("GET", "/api/Spaces-1/projectgroups/ProjectGroups-1")
        times.append(time.perf_counter_ns() - begin)
    route = statistics.median(times)
    ratio = (route + found["check_ns"]) / route
    return {**found, "route_us": route / 1000, "ratio": ratio, "goal": GOAL, "met": ratio <= GOAL}
