"""A server of one's own on this machine, started from the optimised binary: for the crash test and for measuring."""
import ctypes
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time

API_KEY = "API-CRASHTEST0123456789"
RUN_UIDS = "61800-61863"  # apart from the default range, so that no other server's scripts share an account


def server_identity():
    """What the server becomes that root starts."""
    try:
        entry = pwd.getpwnam("stepwell")
        return entry.pw_uid, entry.pw_gid
    except KeyError:
        return 60989, 60989


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def in_own_namespace(work):
    """Runs work() where no process and no /dev/shm of other servers is seen; returns its exit code. Needs root."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_mounts, new_pids = 0x00020000, 0x20000000
    if libc.unshare(new_mounts | new_pids) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    first = os.fork()
    if first == 0:
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", "/proc"], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/dev/shm"], check=True)
        worker = os.fork()
        if worker == 0:
            os._exit(work())
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: os.kill(worker, signal.SIGTERM))
        while True:  # as process 1 of the namespace: orphans are ours to reap
            pid, status = os.waitpid(-1, 0)
            if pid == worker:
                os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os.kill(first, signal.SIGTERM))
    return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def parent_of(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


class Installation:
    """`folder` holds data/ (the server's), log (what it said) and whatever the caller adds."""

    def __init__(self, binary, folder, same_user=False, uid=65533):
        self.binary, self.folder, self.same_user, self.uid = os.path.abspath(binary), folder, same_user, uid
        self.data = folder + "/data"
        self.port = free_port()
        self.server = None
        self.started_at = 0.0
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o755)
        if same_user:
            os.makedirs(self.data, exist_ok=True)
            os.chown(self.data, uid, uid)
            self.binary = shutil.copy(self.binary, folder)  # where that account may read it
        self.said = open(folder + "/log", "ab")

    def start(self):
        words = [self.binary, "server", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"]
        if self.same_user:
            words = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups"] + words + ["--allow-same-user"]
        else:
            words += ["--run-uids", RUN_UIDS]
        environment = dict(os.environ, STEPWELL_ADMIN_PASSWORD="Crash-Test-0123456789", STEPWELL_ADMIN_API_KEY=API_KEY)
        self.server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said, env=environment, start_new_session=True)
        self.started_at, self.said_before = time.monotonic(), os.fstat(self.said.fileno()).st_size

    def listens(self):
        """Whether the start has said so."""
        with open(self.folder + "/log", "rb") as file:
            file.seek(self.said_before)
            return b"listens on port" in file.read()

    def start_launcher(self):
        """As an init system does for a unit that ended."""
        uid, gid = server_identity()
        words = [self.binary, "launcher", "--data", self.data, "--server-uid", str(uid), "--server-gid", str(gid), "--run-uids", RUN_UIDS]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said, start_new_session=True)

    def kill(self):
        self.server.kill()
        self.server.wait()

    def ended_by_itself(self):
        return self.server.poll() is not None

    def launchers(self):
        mine = []
        for pid in processes():
            words = command_line(pid)
            if words[1:3] == ["launcher", "--data"] and words[3:4] == [self.data]:
                mine.append(pid)
        # Until it becomes a supervisor, a child of a launcher looks like it.
        return [pid for pid in mine if parent_of(pid) not in mine]

    def shims(self):
        """pid and ticket of each supervisor of this installation."""
        try:
            tickets = set(os.listdir(self.data + "/tickets"))
        except OSError:
            return []
        found = {}
        for pid in processes():
            words = command_line(pid)
            if words[:1] == ["stepwell-shim"] and words[1] in tickets:
                found[pid] = words[1]
        # Until it becomes the script, the child of a supervisor looks like it.
        return [(pid, ticket) for pid, ticket in found.items() if parent_of(pid) not in found]

    def stop(self):
        """In order; returns the server's exit code."""
        self.server.terminate()
        code = self.server.wait(30)
        for pid in self.launchers():
            os.kill(pid, signal.SIGTERM)
        return code


class Unanswered(Exception):
    """No answer: the server is away, or went away meanwhile."""


class Api:
    """Requests to one installation; each thread has a connection of its own."""

    def __init__(self, port):
        self.port = port
        self.local = threading.local()
        self.failures = []  # answers that no fault excuses

    def call(self, method, path, body=None, headers=None, timeout=30):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"X-Octopus-ApiKey": API_KEY, **(headers or {})})
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self.local.connection = None
            raise Unanswered(str(error)) from error
        if answer.status >= 500 and answer.status != 503:
            self.failures.append(f"{method} {path}: {answer.status} {data[:300]!r}")
        return answer.status, data

    def patient(self, method, path, body=None, headers=None, seconds=60):
        """Asks until there is an answer, whatever happens to the server meanwhile."""
        end = time.monotonic() + seconds
        while True:
            try:
                status, data = self.call(method, path, body, headers)
                if status != 503:
                    return status, data
            except Unanswered:
                pass
            if time.monotonic() > end:
                raise Unanswered(f"{method} {path}: no answer for {seconds} s")
            time.sleep(0.005)

    def json(self, method, path, body=None, headers=None):
        status, data = self.patient(method, path, body, headers)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {data[:500]!r}")
        return json.loads(data)

    def make_runbook(self, project_id, name, steps):
        """A runbook with one script step for each (name, syntax, body), published; returns its id."""
        runbook = self.json("POST", "/api/Spaces-1/runbooks", {"Name": name, "ProjectId": project_id})["Id"]
        process = self.json("GET", f"/api/Spaces-1/runbookProcesses/RunbookProcess-{runbook}")
        process["Steps"] = [{"Name": step, "Actions": [{"Name": step, "ActionType": "Octopus.Script", "Properties": {
            "Octopus.Action.RunOnServer": "true", "Octopus.Action.Script.ScriptSource": "Inline",
            "Octopus.Action.Script.Syntax": syntax, "Octopus.Action.Script.ScriptBody": body}}]} for step, syntax, body in steps]
        self.json("PUT", f"/api/Spaces-1/runbookProcesses/RunbookProcess-{runbook}", process)
        self.json("POST", "/api/Spaces-1/runbookSnapshots?publish=true", {"ProjectId": project_id, "RunbookId": runbook, "Name": "One"})
        return runbook

    def make_project(self):
        self.json("POST", "/api/Spaces-1/environments", {"Name": "Test"})
        return self.json("POST", "/api/Spaces-1/projects", {"Name": "Probe", "ProjectGroupId": "ProjectGroups-1", "LifecycleId": "Lifecycles-1"})["Id"]

    def run(self, runbook_name, key=None):
        """Starts a run of the project above; returns the task's id."""
        body = {"projectName": "Probe", "runbookName": runbook_name, "environmentNames": ["Test"]}
        answer = self.json("POST", "/api/Spaces-1/runbook-runs/create/v1", body, {"Idempotency-Key": key} if key else None)
        return answer["RunbookRunServerTasks"][0]["ServerTaskId"]
