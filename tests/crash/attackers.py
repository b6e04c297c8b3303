"""Each function is one attacker: it works until `stop` is set and reports by `say(kind, value)`. Failures of its own
requests are expected; they must never be anybody else's."""
import http.client
import json
import os
import random
import resource
import select
import socket
import time

from installation import API_KEY

STEP = {"Octopus.Action.RunOnServer": "true", "Octopus.Action.Script.ScriptSource": "Inline", "Octopus.Action.Script.Syntax": "Bash"}


def action(name, body, kind="Octopus.Script", disabled=False, **properties):
    return {"Name": name, "ActionType": kind, "IsDisabled": disabled, "Properties": {**STEP, "Octopus.Action.Script.ScriptBody": body, **properties}}


def step(name, body, condition=None, **rest):
    made = {"Name": name, "Actions": [action(name, body, **rest)]}
    if condition:
        made["Condition"], made["Properties"] = "Variable", {"Octopus.Step.ConditionVariableExpression": condition}
    return made


# Runs that have ended when they are admitted, or whose first step cannot begin. Name → (steps, states it may end in).
OVER = {
    "no-steps": ([], ("Success",)),
    "disabled": ([step("A", "true", disabled=True)], ("Success",)),
    "condition": ([step("A", "true", condition="#{if False}true#{/if}")], ("Success",)),
    "powershell": ([step("A", "exit 0", **{"Octopus.Action.Script.Syntax": "PowerShell"})], ("Failed",)),
    "unknown-type": ([step("A", "true", kind="Octopus.TentaclePackage")], ("Failed",)),
    "from-package": ([step("A", "true", **{"Octopus.Action.Script.ScriptSource": "Package"})], ("Failed",)),
    "own-reference": ([step("A", "echo #{Loop}")], ("Failed",)),
    "exits": ([step("A", "exit 3")], ("Failed",)),
}

FLOOD = [step("A", "yes out")]
TWO_FLOODS = [step("A", "yes out & exec yes err >&2")]
IGNORES_TERM = [step("A", "trap '' TERM HUP INT; (trap '' TERM; exec yes out) & while :; do echo more; done")]
STORM = [step("A", """for i in 1 2 3 4 5 6 7 8; do
  (trap '' TERM; while :; do kill -STOP -1 2>/dev/null; done) &
  (trap '' TERM; while :; do for p in /proc/[0-9]*; do kill -STOP ${p#/proc/} 2>/dev/null; done; done) &
done
wait""")]
OUTPUTS = [step("A", 'for ((i = 0; i < 3000; i++)); do set_octopusvariable "name$i" "value $i"; done'),
           step("B", 'get_octopusvariable "Octopus.Action[A].Output.name2999"')]
TOO_MANY = [step("A", """python3 - <<'END'
import base64
for number in range(200000):
    name = base64.b64encode(b"n%d" % number).decode()
    print(f"##octopus[setVariable name='{name}' value='{name}']")
END""")]
LEFT = [step("A", """python3 - <<'END'
import os
for number in range(3000):
    os.mkdir("d")
    os.chdir("d")
for number in range(20000):
    open(f"file{number}", "w").close()
END
for ((i = 0; i < 50; i++)); do (setsid sleep 20 >/dev/null 2>&1 &) ; done
ipcmk -M 65536 >/dev/null 2>&1; echo left > "/tmp/left-$RANDOM" || true""")]
LONG = [step("A", "head -c 67108864 /dev/zero | tr '\\0' x; echo; seq 1 3000000")]
CHAIN_LENGTH = 8000

# name → (steps, states); those of OVER besides.
RUNBOOKS = {
    "probe": ([step("A", "echo ${EPOCHREALTIME/[.,]/}000")], ("Success",)),
    "long": (LONG, ("Success",)),
    "flood": (FLOOD, ("Canceled",)),
    "two-floods": (TWO_FLOODS, ("Canceled",)),
    "ignores-term": (IGNORES_TERM, ("Canceled",)),
    "storm": (STORM, ("Canceled",)),
    "outputs": (OUTPUTS, ("Success",)),
    "too-many": (TOO_MANY, ("Failed",)),
    "left": (LEFT, ("Success",)),
    **OVER,
}
CANCELED = ("flood", "two-floods", "ignores-term", "storm")


class Caller:
    """Requests from an address of its own; returns (0, b"") where there is no answer."""

    def __init__(self, port, address, key=API_KEY, timeout=20):
        self.port, self.address, self.key, self.timeout = port, address, key, timeout
        self.connection = None

    def call(self, method, path, body=None):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout, source_address=(self.address, 0))
            self.connection.request(method, path, None if body is None else json.dumps(body), {"X-Octopus-ApiKey": self.key} if self.key else {})
            answer = self.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, b""

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def start(self, runbook):
        """The task's id, or None."""
        body = {"projectName": "Probe", "runbookName": runbook, "environmentNames": ["Test"]}
        status, data = self.call("POST", "/api/Spaces-1/runbook-runs/create/v1", body)
        return json.loads(data)["RunbookRunServerTasks"][0]["ServerTaskId"] if status == 201 or status == 200 else None

    def state(self, task):
        status, data = self.call("GET", f"/api/tasks/{task}")
        return json.loads(data)["State"] if status == 200 else None


def run_and_end(stop, say, port, address, seed, names, pause):
    """Runs of all these kinds, one after the other without waiting for them; floods are canceled after a while."""
    caller, chance, cancels = Caller(port, address), random.Random(seed), []
    while not stop.is_set():
        name = chance.choice(names)
        task = caller.start(name)
        if task:
            say("run", (task, name))
            if name in CANCELED:
                cancels.append((time.monotonic() + chance.uniform(0.5, 6), task))
        now = time.monotonic()
        for due, task in [one for one in cancels if one[0] <= now]:
            if caller.call("POST", f"/api/tasks/{task}/cancel", {})[0] == 200:
                cancels.remove((due, task))
                say("canceled", task)
        stop.wait(pause)
    for _, task in cancels:
        caller.call("POST", f"/api/tasks/{task}/cancel", {})


def read_long_logs(stop, say, port, address, task):
    """The biggest answers there are, read at once, slowly, or not to the end."""
    paths = [f"/api/tasks/{task}/details?verbose=true&tail=1000000000", f"/api/tasks/{task}/details", f"/api/tasks/{task}/raw",
             f"/api/tasks/{task}/lines?take=3", f"/api/tasks/{task}/lines?skip=0&take=1000000000", f"/api/tasks/{task}/output?step=1"]
    chance = random.Random(address)
    while not stop.is_set():
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(address, 0))
            connection.request("GET", chance.choice(paths), headers={"X-Octopus-ApiKey": API_KEY})
            answer = connection.getresponse()
            left = chance.choice((1 << 16, 1 << 22, 1 << 30))
            while left > 0 and not stop.is_set():
                data = answer.read(min(left, 1 << 18))
                if not data:
                    break
                left -= len(data)
                if chance.random() < 0.05:
                    time.sleep(0.05)
            connection.close()
        except (OSError, http.client.HTTPException):
            stop.wait(0.05)


TALKS = (b"", b"GET /api HTTP/1.1\r\nHost: a\r\n", b"GET /api HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 4000,
         b"POST /api/users/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n" + b'{"a":"' + b"x" * 60000,
         b"GET /api/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 20)


def connect(port, address):
    """A connection that is being made; None where none can be had."""
    one = socket.socket()
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    try:
        one.bind((address, 0))
        one.connect_ex(("127.0.0.1", port))
        return one
    except OSError:
        one.close()
        return None


def hold_connections(stop, say, port, count, addresses):
    """Keeps `count` connections without credentials: silent ones, unfinished heads and bodies, unread answers."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 200), hard))
    chance, held, poll = random.Random(count), {}, select.epoll()
    while not stop.is_set():
        for _ in range(min(200, count - len(held))):
            if not (one := connect(port, chance.choice(addresses))):
                break
            held[one.fileno()] = one
            poll.register(one, select.EPOLLOUT | select.EPOLLRDHUP)
        for number, events in poll.poll(0.1):
            try:
                if events & (select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR):
                    raise ConnectionError
                held[number].send(chance.choice(TALKS))
                poll.modify(number, select.EPOLLRDHUP)  # what comes is not read
            except OSError:
                held.pop(number).close()
        say("connections", len(held))
    for one in held.values():
        one.close()


def resolve_chains(stop, say, port, address, project, runbook):
    """A chain of variables as long as may be, explained again and again."""
    caller = Caller(port, address, timeout=60)
    while not stop.is_set():
        began = time.monotonic()
        status, _ = caller.call("GET", f"/api/Spaces-1/variables/explain?project={project}&runbook={runbook}")
        say("explain", (status, time.monotonic() - began))
        stop.wait(0.2)


def fill_disk(stop, say, folder, chance_seed, port):
    """Leaves no byte free for a few seconds, every now and then; meanwhile somebody cancels a run."""
    chance, path = random.Random(chance_seed), folder + "/filler"
    caller = Caller(port, "127.0.0.50")
    while not stop.wait(chance.uniform(8, 20)):
        if task := caller.start("flood"):
            say("run", (task, "flood"))
            stop.wait(1)
        say("disk", "full")
        try:
            with open(path, "wb", buffering=0) as file:
                space = os.statvfs(folder)
                os.posix_fallocate(file.fileno(), 0, max(1, (space.f_bavail - 64) * space.f_frsize))
                file.seek(0, os.SEEK_END)
                while True:
                    file.write(b"x" * 4096)
        except OSError:
            pass
        if task:
            say("cancel on a full disk", caller.call("POST", f"/api/tasks/{task}/cancel", {})[0])
        stop.wait(chance.uniform(1, 4))
        try:
            os.unlink(path)
        except OSError:
            pass
        say("disk", "free")
