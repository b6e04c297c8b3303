#!/usr/bin/env python3
"""Measures each claim beside its limit, in the same loop, on a server of its own.

    bench/run.py --binary build/release/bin/stepwell [--quick] [masking dispatch throughput log flood templates variables rights start …]

Needs root, for the launcher and for namespaces of its own. Prints each figure and adds one line to bench/results.jsonl."""
import argparse
import datetime
import importlib
import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, HERE + "/../tests/support"]
from installation import Api, Installation, in_own_namespace  # noqa: E402

ALL = ("masking", "dispatch", "throughput", "log", "flood", "templates", "variables", "rights", "start")  # start last: it measures with what the others left


class Bench:
    def __init__(self, options, folder):
        self.quick = options.quick
        self.binary = os.path.abspath(options.binary)
        self.installation = Installation(options.binary, folder)
        self.api = Api(self.installation.port)

    def count(self, usual):
        return max(3, usual // 10) if self.quick else usual


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "?")
    commit = subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()
    return {"at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "commit": commit,
            "machine": f"{os.cpu_count()} × {model}", "load_before": os.getloadavg()[0]}


def work(options):
    folder = f"/var/lib/stepwell-bench-{os.getpid()}-{int(time.time())}"
    bench = Bench(options, folder)
    bench.installation.start()
    try:
        project = bench.api.make_project()
        chosen = [(name, importlib.import_module(name)) for name in options.measures or ALL]
        for _, measure in chosen:
            measure.prepare(bench.api, project)
        for name, measure in chosen:
            result = {"what": name, **machine(), **{key: round(value, 3) if isinstance(value, float) else value for key, value in measure.measure(bench).items()}}
            print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in result.items() if key not in ("what", "machine", "at", "commit")), flush=True)
            if not options.quick:
                with open(HERE + "/results.jsonl", "a") as file:
                    file.write(json.dumps(result, ensure_ascii=False) + "\n")
    finally:
        bench.installation.stop()
        shutil.rmtree(folder)
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds, nothing recorded")
    parser.add_argument("measures", nargs="*")
    options = parser.parse_args()
    sys.exit(in_own_namespace(lambda: work(options)))


if __name__ == "__main__":
    main()
