"""What runs while processes are killed: scripts that say beforehand, in a file of their own, what is true of them."""
import http.client
import json
import random
import threading
import time

from installation import API_KEY, Unanswered

KINDS = ("chatty", "long", "steps", "failing", "cancel")
FINAL = ("Success", "Failed", "Canceled", "TimedOut")

# The first thing a script does is to say that it began, the last to say how it ends. One write to a file opened for
# appending is not mixed with others.
BASH_HEAD = 'printf "start %s\\n" "$STEPWELL_TICKET" >> {truth}\nn={count}\n'
BASH_LINES = 'for ((i = 1; i <= n; i++)); do echo "line $i of $n $STEPWELL_TICKET"; {pause}done\n'
BASH_END = 'printf "end %s %d %d\\n" "$STEPWELL_TICKET" {code} $n >> {truth}\nexit {code}\n'
SLOWLY = 'exec {w}<> <(:)\n'  # reading from a pipe that stays empty is a sleep without a process
PAUSE = 'read -rt 0.05 -u $w _ || true; '
BYTE = '16#${STEPWELL_TICKET:0:2}'

PYTHON_READER = '''import hashlib, os
def mark(text):
    file = os.open({truth!r}, os.O_WRONLY | os.O_APPEND)
    os.write(file, text.encode())
    os.close(file)
ticket = os.environ["STEPWELL_TICKET"]
mark("start " + ticket + "\\n")
plain = get_octopusvariable("Octopus.Action[Give].Output.Plain")
hidden = get_octopusvariable("Octopus.Action[Give].Output.Hidden")
print("plain " + plain)
print("hidden " + hashlib.sha256(hidden.encode()).hexdigest()[:16])
mark("end " + ticket + " 0 2\\n")
'''


def count_of(kind, ticket):
    """How many lines a script of that kind with that ticket prints; the scripts compute the same."""
    byte = int(ticket[:2], 16)
    return {"chatty": 50 + 4 * byte, "long": 100 + byte, "cancel": 400, "failing": 5, "steps": 20}[kind]


def expected_output(kind, step, tickets):
    """Every byte that the step prints when nothing ends it. `tickets` of the run's steps, in order."""
    import hashlib
    ticket = tickets[step]
    if kind == "steps" and step == 1:
        hidden = hashlib.sha256(f"hidden-{tickets[0]}".encode()).hexdigest()[:16]
        return f"plain plain-{tickets[0]}\nhidden {hidden}\n".encode()
    n = count_of(kind, ticket)
    return "".join(f"line {i} of {n} {ticket}\n" for i in range(1, n + 1)).encode()


def expected_code(kind, ticket):
    return 1 + int(ticket[:2], 16) % 50 if kind == "failing" else 0


def script(truth, count, lines=BASH_LINES.replace("{pause}", ""), between="", code="0"):
    head = BASH_HEAD.replace("{truth}", truth).replace("{count}", count)
    return head + lines + between + BASH_END.replace("{truth}", truth).replace("{code}", code)


def make_runbooks(api, truth):
    project = api.make_project()
    slowly = SLOWLY + BASH_LINES.replace("{pause}", PAUSE)
    give = 'set_octopusvariable Plain "plain-$STEPWELL_TICKET"\nset_octopusvariable Hidden "hidden-$STEPWELL_TICKET" -sensitive\n'
    api.make_runbook(project, "chatty", [("Only", "Bash", script(truth, f"$((50 + 4 * {BYTE}))"))])
    api.make_runbook(project, "long", [("Only", "Bash", script(truth, f"$((100 + {BYTE}))", slowly))])
    api.make_runbook(project, "cancel", [("Only", "Bash", script(truth, "400", slowly))])
    api.make_runbook(project, "failing", [("Only", "Bash", script(truth, "5", code=f"$((1 + {BYTE} % 50))"))])
    api.make_runbook(project, "steps", [("Give", "Bash", script(truth, "20", between=give)), ("Take", "Python", PYTHON_READER.format(truth=truth))])


class Run:
    def __init__(self, key, kind):
        self.key, self.kind = key, kind
        self.task = None
        self.state = None           # the first final one that was seen
        self.cancel_effective = False  # the answer to a cancel showed its effect
        self.cancel_asked = False
        self.view = None            # LiveView of some
        self.changed = None         # words about a final state that changed


class LiveView(threading.Thread):
    """Follows a task by server-sent events, taking up where it was cut off."""

    def __init__(self, port, task):
        super().__init__(daemon=True)
        self.port, self.task = port, task
        self.texts = {}  # step from 1 → printed text
        self.last, self.over, self.cuts = "", False, 0

    def run(self):
        end = time.monotonic() + 150
        while not self.over and time.monotonic() < end:
            try:
                self.follow()
            except (OSError, http.client.HTTPException, ValueError):
                pass
            if not self.over:
                self.cuts += 1
                time.sleep(0.02)

    def follow(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"X-Octopus-ApiKey": API_KEY, **({"Last-Event-ID": self.last} if self.last else {})}
        connection.request("GET", f"/api/tasks/{self.task}/stream", headers=headers)
        answer = connection.getresponse()
        event = {}
        while answer.status == 200:
            line = answer.readline()
            if not line:
                return
            if line != b"\n":
                name, _, value = line.decode().rstrip("\n").partition(": ")
                event[name] = value
                continue
            self.take(event)
            event = {}
            if self.over:
                return

    def take(self, event):
        self.last = event.get("id", self.last)
        if event.get("event") == "end":
            self.over = True
        elif event.get("event") == "log":
            data = json.loads(event["data"])
            if not data["Text"].startswith("log may end early"):
                self.texts[data["Attempt"]] = self.texts.get(data["Attempt"], "") + data["Text"]


class Workload:
    """Slots that each keep one run under way, so that at least `len(plan)` are in flight."""

    def __init__(self, api, seed, plan):
        self.api, self.seed, self.plan = api, seed, plan
        self.lock = threading.Lock()
        self.runs = []
        self.draining = threading.Event()
        self.posting = threading.Event()  # set as a run is about to be asked for
        self.broken = []
        self.threads = []
        self.made = 0

    def begin(self):
        self.draining.clear()
        self.threads = [threading.Thread(target=self.slot, args=(number, kinds), daemon=True) for number, kinds in enumerate(self.plan)]
        for thread in self.threads:
            thread.start()

    def drain(self, seconds):
        """No new runs; true when all ended within the time."""
        self.draining.set()
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def slot(self, number, kinds):
        chance = random.Random(f"{self.seed}/{number}/{self.made}")
        try:
            while not self.draining.is_set():
                self.one_run(chance, chance.choice(kinds))
        except Exception as error:  # told by the checks, with all else
            self.broken.append(f"slot {number}: {error!r}")

    def one_run(self, chance, kind):
        with self.lock:
            self.made += 1
            run = Run(f"key-{self.seed}-{self.made}", kind)
            self.runs.append(run)
        self.posting.set()
        run.task = self.api.run(kind, run.key)
        if chance.random() < 0.2:
            run.view = LiveView(self.api.port, run.task)
            run.view.start()
        cancel_at = time.monotonic() + chance.uniform(0, 3) if kind == "cancel" else None
        while run.state is None:
            time.sleep(0.05 if kind not in ("long", "cancel") else 0.2)
            if cancel_at and time.monotonic() >= cancel_at:
                cancel_at = None
                self.cancel(run)
            self.look(run)

    def cancel(self, run):
        run.cancel_asked = True
        try:
            status, data = self.api.call("POST", f"/api/tasks/{run.task}/cancel", {})
            run.cancel_effective = status < 300 and json.loads(data)["State"] in ("Cancelling", "Canceled")
        except Unanswered:
            pass

    def look(self, run):
        try:
            status, data = self.api.call("GET", f"/api/tasks/{run.task}")
        except Unanswered:
            return
        if status == 404:
            raise RuntimeError(f"{run.task} was promised and is gone")
        state = json.loads(data).get("State") if status == 200 else None
        if state in FINAL:
            run.state = state
