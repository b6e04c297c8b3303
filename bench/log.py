"""1,000,000 lines of 100 bytes through a run, until it is complete and every byte is read back and compared; beside it
the same script into a file, read back."""
import hashlib
import http.client
import os
import statistics
import subprocess
import time

from installation import API_KEY

GOAL = 2.0


def body(lines):
    return f"awk 'BEGIN {{ for (i = 1; i <= {lines}; i++) printf \"%099d\\n\", i }}'"


def prepare(api, project):
    api.make_runbook(project, "log", [("Only", "Bash", body(1_000_000))])


def digest(file):
    hash = hashlib.sha256()
    while piece := file.read(1 << 20):
        hash.update(piece)
    return hash.hexdigest()


def limit(folder):
    path = folder + "/printed"
    before = time.monotonic()
    with open(path, "wb") as out:
        subprocess.run(["bash", "-c", body(1_000_000)], stdout=out, check=True)
    with open(path, "rb") as file:
        found = digest(file)
    took = time.monotonic() - before
    os.unlink(path)
    return took, found


def run(bench):
    before = time.monotonic()
    task = bench.api.run("log")
    while (state := bench.api.json("GET", f"/api/tasks/{task}")["State"]) not in ("Success", "Failed"):
        time.sleep(0.01)
    complete = time.monotonic() - before
    connection = http.client.HTTPConnection("127.0.0.1", bench.installation.port)
    connection.request("GET", f"/api/tasks/{task}/output?step=1", headers={"X-Octopus-ApiKey": API_KEY})
    found = digest(connection.getresponse())
    return time.monotonic() - before, complete, found, state


def measure(bench):
    ours, complete, beside = [], [], []
    for _ in range(bench.count(5)):
        took, until_complete, found, state = run(bench)
        limit_took, expected = limit(bench.installation.folder)
        if found != expected or state != "Success":
            raise RuntimeError(f"the log of a run that is {state} differs from what the script prints")
        ours.append(took), complete.append(until_complete), beside.append(limit_took)
    ratio = statistics.median(ours) / statistics.median(beside)
    return {"seconds": statistics.median(ours), "until_complete": statistics.median(complete), "limit_seconds": statistics.median(beside),
            "ratio": ratio, "goal": GOAL, "met": ratio <= GOAL}
