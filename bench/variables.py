"""What 5,000 variables cost: choosing among their values (variables.cc, beside a hash table of the same texts), and how
much later the first instruction of a script comes than in the same run without them."""
import json
import os
import statistics
import subprocess

import dispatch

GOAL_MS = 20


def prepare(api, project):
    step = [("Only", "Bash", dispatch.SCRIPT)]
    api.make_runbook(project, "few", step)
    variables = f"/api/Spaces-1/variables/variableset-{project}"
    before = api.json("GET", variables)
    many = [{"Name": f"Service{i % 50}:Setting.Number{i}", "Value": f"value of {i} in #{{Octopus.Environment.Name}}", "Type": "String"} for i in range(5000)]
    api.json("PUT", variables, {**before, "Variables": before["Variables"] + many})
    api.make_runbook(project, "many", step)
    api.json("PUT", variables, {**api.json("GET", variables), "Variables": before["Variables"]})


def measure(bench):
    program = os.path.dirname(bench.binary) + "/variables_bench"
    found = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    for _ in range(5):
        dispatch.dispatch(bench.api, "few"), dispatch.dispatch(bench.api, "many")
    pairs = [(dispatch.dispatch(bench.api, "few")[0], dispatch.dispatch(bench.api, "many")[0]) for _ in range(bench.count(100))]
    few, many = (statistics.median(times) for times in zip(*pairs))
    return {**found, "ratio": found["resolve_5000_ms"] / found["limit_ms"], "few_p50_ms": few, "many_p50_ms": many,
            "added_ms": many - few, "goal_ms": GOAL_MS, "met": many - few <= GOAL_MS}
