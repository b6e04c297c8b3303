"""500 short runs, 8 under way at a time, each durable with log and audit; beside it the same script started by 8 threads
into a file that is synced each. CPU a run is that of server, launcher and supervisors: what the scripts cost by themselves
is taken off."""
import json
import os
import resource
import subprocess
import threading
import time

from installation import API_KEY

GOAL_RATIO, GOAL_CPU_MS = 0.5, 3.0
BODY = "echo ok"
TICK = os.sysconf("SC_CLK_TCK")


def prepare(api, project):
    api.make_runbook(project, "throughput", [("Only", "Bash", BODY)])


def cpu_seconds(pid):
    """Own, and that of children it waited for."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:13]) / TICK, sum(int(field) for field in fields[13:15]) / TICK


def in_threads(count, work):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def limit(folder, count):
    numbers = iter(range(count))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            with open(f"{folder}/out.{number}", "wb") as out:
                child = os.posix_spawn("/bin/bash", ["bash", "-c", BODY], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)])
                os.waitpid(child, 0)
                os.fsync(out.fileno())

    before, spent = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    in_threads(8, work)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime
    return time.monotonic() - before, cpu


def runs(bench, count):
    """Until all are done; a run is asked for when fewer than 8 are under way."""
    program = os.path.join(os.path.dirname(bench.binary), "load")
    body = json.dumps({"projectName": "Probe", "runbookName": "throughput", "environmentNames": ["Test"]})
    asked = [program, str(bench.installation.port), API_KEY, body, str(count)]
    return float(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)


def measure(bench):
    count = bench.count(500)
    server = bench.installation.server.pid
    launcher = bench.installation.launchers()[0]
    runs(bench, 50)
    ours, beside, scripts = [], [], 0.0
    before = [cpu_seconds(pid) for pid in (server, launcher)]
    for _ in range(2):  # in turn
        ours.append(runs(bench, count // 2))
        took, cpu = limit(bench.installation.folder, count // 2)
        beside.append(took)
        scripts += cpu
    time.sleep(0.2)
    after = [cpu_seconds(pid) for pid in (server, launcher)]
    server_cpu = after[0][0] - before[0][0]
    launcher_cpu = after[1][0] - before[1][0]
    shims_cpu = after[1][1] - before[1][1] - scripts
    each = 1000 * (server_cpu + launcher_cpu + shims_cpu) / count
    ratio = sum(beside) / sum(ours)
    return {"per_second": count / sum(ours), "limit_per_second": count / sum(beside), "ratio": ratio, "goal": GOAL_RATIO,
            "cpu_ms_a_run": each, "of_server": 1000 * server_cpu / count, "of_launcher": 1000 * launcher_cpu / count,
            "of_supervisor": 1000 * shims_cpu / count, "script_ms": 1000 * scripts / count, "goal_cpu_ms": GOAL_CPU_MS,
            "met": ratio >= GOAL_RATIO and each <= GOAL_CPU_MS}
