#!/usr/bin/env python3
"""Fifty random secrets, printed by a script of a real run in every form, in pieces, to both streams; then nothing of them is
to be found in what the server keeps, in what it answers, or in what other processes can be seen to do.

    secrets.py --binary build/release/bin/stepwell [--seed S]

Needs root, for the launcher and for namespaces of its own. Exits 0 when nothing was found."""
import argparse
import base64
import json
import os
import random
import re
import shutil
import sqlite3
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, HERE + "/../support"]
from forms import forms_of  # noqa: E402
from installation import Api, Installation, in_own_namespace, processes  # noqa: E402

COUNT = 50
LETTERS = ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ abcXYZ", "äéß€中文𝄞😀abc ")
MADE_HERE = re.compile(rb"made-here-|-ereh-edam")


def make_secrets(chance):
    secrets = []
    for number in range(COUNT):
        letters = LETTERS[number % 3]
        text = "".join(chance.choice(letters) for _ in range(chance.randint(12, 60))).strip(" ") + f"{number:02}"
        if number % 5 == 4:
            text = "".join(line + "\n" for line in (text, chance.choice(letters) * 3 + "line", f"last line of {number} " + text[:9])).strip("\n")
        secrets.append("x" + text)
    return secrets


def inner_base64(raw, shift, encode):
    """What base64 says of `raw` whatever is before and behind it."""
    whole = encode(b"\0" * shift + raw)
    return whole[(shift * 8 + 5) // 6:(shift + len(raw)) * 8 // 6]


NOISE = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|[\r\n]")
BETWEEN = re.compile(rb"0x|\\x|[\s:,.;-]")


class Finder:
    """Looks for many texts by their first bytes: so much is gone through once, not for each of some thousand."""

    def __init__(self, names):
        self.names, self.by_head = names, {}
        for text in names:
            self.by_head.setdefault(text[:4], []).append(text)
        self.pattern = re.compile(b"(?=(" + b"|".join(map(re.escape, self.by_head)) + b"))")

    def find(self, text):
        for match in self.pattern.finditer(text):
            for wanted in self.by_head[match.group(1)]:
                if text.startswith(wanted, match.start()):
                    return self.names[wanted]
        return None


class Traces:
    """What would show a secret, and how to look for it."""

    def __init__(self, secrets):
        plain, hexadecimal = {}, {}
        for number, secret in enumerate(secrets):
            raw = secret.encode()
            for name, text in forms_of(secret):
                if not name.startswith(("in lines", "basic", "xxd", "hexdump", "od", "openssl", "coloured", "each coloured")):
                    plain[NOISE.sub(b"", text.strip(b"\"'"))] = f"{number} {name}"
            for shift in range(3):
                for encode in (base64.b64encode, base64.urlsafe_b64encode):
                    plain[inner_base64(raw, shift, encode)] = f"{number} base64"
            for line in raw.split(b"\n"):
                if len(line) >= 4:
                    plain[line] = f"{number} a line"
            hexadecimal[raw.hex().encode()] = f"{number} hex"
        self.plain, self.hex = Finder(plain), Finder(hexadecimal)

    def in_text(self, text):
        smooth = NOISE.sub(b"", text)
        found = self.plain.find(text) or self.plain.find(smooth)
        return found or self.hex.find(BETWEEN.sub(b"", smooth).lower()) or (MADE_HERE.search(smooth) and "a value that the script made")


class Watch(threading.Thread):
    """Reads the command lines and environments of all processes but the script's own, as long as it lasts."""

    def __init__(self, secrets):
        super().__init__(daemon=True)
        self.secrets = [line for secret in secrets for line in secret.encode().split(b"\n") if len(line) >= 8]
        self.over, self.seen, self.samples = False, set(), 0

    def run(self):
        while not self.over:
            for pid in processes():
                for name in ("cmdline", "environ"):
                    try:
                        with open(f"/proc/{pid}/{name}", "rb") as file:
                            text = file.read()
                    except OSError:
                        continue
                    self.samples += 1
                    self.seen.update(f"{name} of a process: {text[:200]!r}" for secret in self.secrets if secret in text)
            time.sleep(0.05)


class Check:
    def __init__(self, options, folder):
        self.installation = Installation(options.binary, folder)
        self.api = Api(self.installation.port)
        self.secrets = make_secrets(random.Random(options.seed))
        self.traces = Traces(self.secrets)
        self.broken, self.bytes = [], 0

    def look(self, where, text):
        self.bytes += len(text)
        if found := self.traces.in_text(text):
            self.broken.append(f"{where} shows secret {found}")

    def run(self):
        self.prove()
        self.installation.start()
        watch = Watch(self.secrets)
        watch.start()
        task = self.run_script()
        watch.over = True
        watch.join()
        self.broken += sorted(watch.seen)
        if watch.samples < 100:
            self.broken.append(f"only {watch.samples} looks at processes")
        self.look_at_answers(task)
        self.look_at_files("while the server runs")
        if (code := self.installation.stop()) != 0:
            self.broken.append(f"told to stop, the server ended with {code}")
        self.look_at_files("afterwards")
        self.look_at_database()
        self.broken += self.api.failures

    # That the search finds what it is to find.
    def prove(self):
        for secret in self.secrets[:10]:
            for name, text in forms_of(secret):
                if not self.traces.in_text(b"before " + text + b" behind") and not name.startswith(("xxd", "hexdump", "od")):
                    raise RuntimeError(f"the search does not find {name} of {secret!r}")

    def run_script(self):
        project = self.api.make_project()
        path = f"/api/Spaces-1/variables/variableset-{project}"
        variables = self.api.json("GET", path)
        variables["Variables"] = [{"Name": f"Secret.{number:02}", "Value": secret, "Type": "Sensitive", "IsSensitive": True}
                                  for number, secret in enumerate(self.secrets)]
        self.api.json("PUT", path, variables)
        body = open(HERE + "/forms.py").read() + open(HERE + "/script.py").read()
        self.api.make_runbook(project, "tell", [("Tell", "Python", body)])
        task = self.api.run("tell")
        end = time.monotonic() + 90
        while (state := self.api.json("GET", f"/api/tasks/{task}")["State"]) not in ("Success", "Failed", "Canceled", "TimedOut"):
            if time.monotonic() > end:
                raise RuntimeError(f"the run is {state} after 90 s")
            self.look("details while it runs", self.api.patient("GET", f"/api/tasks/{task}/details?tail=50")[1])
            time.sleep(0.5)
        if state != "Failed":
            self.broken.append(f"the run is {state}, not Failed")
        return task

    def look_at_answers(self, task):
        output = self.api.patient("GET", f"/api/tasks/{task}/output?step=1")[1]
        for wanted in (b"nothing follows", b"0 raw: <********>", f"{COUNT - 1} basic 2: <".encode(), b"a warning with ********"):
            if wanted not in output:
                self.broken.append(f"the output lacks {wanted!r}: the script did not get so far")
        self.look("output", output)
        error = self.api.json("GET", f"/api/tasks/{task}")["ErrorMessage"] or ""
        if "failed because of ********" not in error:
            self.broken.append(f"the reason is {error!r}")
        answers = [f"tasks/{task}", f"tasks/{task}/raw", f"tasks/{task}/details", f"tasks/{task}/details?verbose=true", f"tasks/{task}/state", "tasks", "events", "artifacts",
                   f"artifacts?regarding={task}", "variables/all", "runbooks", "runbookSnapshots", "runbookRuns", "progression/runbooks/taskRuns", "dashboard", "projects"]
        for answer in answers:
            for space in ("/api/", "/api/Spaces-1/"):
                status, text = self.api.patient("GET", space + answer)
                if status == 200:
                    # As it is sent, and as whoever reads it understands it.
                    self.look(space + answer, text)
                    self.look(space + answer + ", read", "\n".join(strings_in(text)).encode())

    def look_at_files(self, when):
        for folder, _, names in os.walk(self.installation.folder):
            for name in names:
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        self.look(f"{when}: {name}", file.read())
                except OSError:
                    continue  # removed meanwhile

    def look_at_database(self):
        database = sqlite3.connect(f"file:{self.installation.data}/stepwell.db?mode=ro", uri=True)
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in database.execute(f"select * from \"{table}\""):
                for value in row:
                    if isinstance(value, (str, bytes)):
                        self.look(f"table {table}", value.encode() if isinstance(value, str) else value)


def strings_in(text):
    try:
        open_values = [json.loads(text)]
    except ValueError:
        return
    while open_values:
        value = open_values.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            open_values += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            open_values += value


def work(options):
    folder = f"/var/lib/stepwell-secrets-{os.getpid()}-{int(time.time())}"
    check = Check(options, folder)
    began = time.monotonic()
    try:
        check.run()
    finally:
        if check.installation.server and check.installation.server.poll() is None:
            check.installation.stop()
    print(f"seed {options.seed}: {COUNT} secrets, {check.bytes >> 20} MiB looked through in {time.monotonic() - began:.0f} s")
    for sentence in dict.fromkeys(check.broken):
        print("broken:", sentence)
    shutil.rmtree(folder)
    return 1 if check.broken else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--seed", default=str(time.time_ns()))
    options = parser.parse_args()
    sys.exit(in_own_namespace(lambda: work(options)))


if __name__ == "__main__":
    main()
