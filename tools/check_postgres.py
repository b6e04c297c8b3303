#!/usr/bin/env python3
"""Proves that PostgreSQL takes the tables and the statements of the store.

    check_postgres.py FOLDER      what tests left there with STEPWELL_STATEMENTS=FOLDER (tests/support/statements.cc)

Starts a server of its own (Debian's postgresql-15, as the user postgres, in a folder of its own), creates the tables,
and prepares every statement. Also: no SQL that only SQLite understands may be outside of src/store/sqlite. Exits 0 if all
of it holds; else it prints what does not."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
MIN_STATEMENTS = 150  # fewer means that the tests did not run
# Statements of the driver, of migrations of older databases, and of tests that damage a database.
NOT_OF_THE_STORE = re.compile(r"^\s*(pragma|begin|commit|rollback|savepoint|release|vacuum|create|alter|drop|attach|--)|pragma_|sqlite_|"
                              r"json_set|zeroblob|randomblob|hex\(|(from|into) (old|new)_|integrity|group_concat", re.I)
ONLY_SQLITE = re.compile(r"\bnocase\b|\browid\b|\binstr\(|\bsqlite_master\b|\bpragma\b|\bbegin immediate\b|\bvacuum\b|\bglob\b|insert or\b", re.I)


def find_programs():
    for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True):
        if os.path.exists(folder + "/initdb"):
            return folder
    sys.exit("PostgreSQL is not installed: apt-get install postgresql-15")


class Postgres:
    def __init__(self, folder):
        self.programs, self.folder = find_programs(), folder
        self.data = folder + "/data"
        shutil.chown(folder, "postgres")
        self.run("initdb", "-D", self.data, "--no-sync", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.run("pg_ctl", "-D", self.data, "-w", "-l", folder + "/log", "-o", f"-k {folder} -c listen_addresses= -c fsync=off", "start")

    def run(self, program, *words):
        done = subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", f"{self.programs}/{program}", *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"{program}: {done.stdout}")

    def errors_of(self, script):
        """Executes statements one by one. Returns (line, message) of each one that fails."""
        path = self.folder + "/script.sql"
        with open(path, "w") as file:
            file.write(script)
        os.chmod(path, 0o644)
        done = subprocess.run(["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", f"{self.programs}/psql", "-X", "-q", "-h", self.folder, "-d", "postgres", "-f", path],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        found = [(int(line), message) for line, message in re.findall(r"script\.sql:(\d+): ERROR:\s+(.*)", done.stderr)]
        if done.returncode != 0 and not found:
            sys.exit(done.stderr)
        return found

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")


def only_sqlite():
    for path in sorted(glob.glob(ROOT + "/src/**/*.*", recursive=True)):
        if "/store/sqlite/" in path or "/store/migrations/" in path or not path.endswith((".cc", ".h", ".sql")):
            continue
        for number, line in enumerate(open(path), 1):
            text = line.split("//")[0]
            if ('"' in text or path.endswith(".sql")) and not text.startswith("#") and ONLY_SQLITE.search(text):
                yield f"{os.path.relpath(path, ROOT)}:{number}: only SQLite understands this: {line.strip()}"


def main(folder):
    problems = list(only_sqlite())
    statements = set()
    for path in glob.glob(folder + "/statements.*"):
        statements.update(line.rstrip("\n") for line in open(path, encoding="utf-8", errors="replace"))
    statements = sorted(each for each in statements if not NOT_OF_THE_STORE.search(each))
    if len(statements) < MIN_STATEMENTS:
        problems.append(f"only {len(statements)} statements were executed by the tests")
    scratch = tempfile.mkdtemp(prefix="stepwell-postgres-")
    postgres = Postgres(scratch)
    try:
        tables = open(folder + "/tables.sql").read()
        problems += [f"tables.sql:{line}: {message}" for line, message in postgres.errors_of(tables)]
        temporary = tables[tables.index("create temporary table"):]
        lines = [f"prepare s{number} as {text};" for number, text in enumerate(statements)]
        for line, message in postgres.errors_of(temporary + "\n".join(lines)):
            problems.append(f"{message} in: {statements[line - 1 - temporary.count(chr(10))]}")
    finally:
        postgres.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    for problem in problems:
        print(problem)
    print(f"postgres: {len(statements)} statements prepared, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
