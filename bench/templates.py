"""Evaluations a second of a script with 20 tokens against 500 variables, beside plain replacement of the same text. Both
in turn, in one program (templates.cc); the first evaluation, which makes the dictionary, stands beside them."""
import json
import os
import subprocess

GOAL = 0.5  # of the limit


def prepare(api, project):
    pass


def measure(bench):
    program = os.path.dirname(bench.binary) + "/templates_bench"
    found = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    ratio = found["per_second_500"] / found["limit_per_second_500"]
    return {**found, "ratio": ratio, "goal": GOAL, "met": ratio >= GOAL}
