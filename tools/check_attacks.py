#!/usr/bin/env python3
"""Fails unless docs/attacks.md has a row for each attack, and each test, fuzzer and file that it names exists."""
import fnmatch
import os
import re
import subprocess
import sys

os.chdir(os.path.dirname(os.path.abspath(__file__)) + "/..")
text = open("docs/attacks.md").read()
paths = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "tests", "src"], capture_output=True, text=True, check=True).stdout.split()
tests = {
    f"{suite}.{name}"
    for path in paths
    if path.endswith("_test.cc")
    for suite, name in re.findall(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", open(path).read(), re.M)
}
problems = []
rows = re.findall(r"^\| A(\d\d)(?:–A(\d\d))? \|", text, re.M)
numbers = [number for first, last in rows for number in range(int(first), int(last or first) + 1)]
if numbers != list(range(1, len(numbers) + 1)):
    problems.append(f"rows are not A01 to A{len(numbers)}, each once and in order: {numbers}")
for name in re.findall(r"`([A-Z]\w*\*?\.[a-z*]\w*\*?)`", text):
    if not fnmatch.filter(tests, name):
        problems.append(f"no test is named {name}")
for names in re.findall(r"fuzz ((?:`\w+`(?:, )?)+)", text):
    problems += [f"no fuzzer is named {name}" for name in re.findall(r"\w+", names) if f"tests/fuzz/{name}_fuzz.cc" not in paths]
for name in re.findall(r"`((?:api|apps|base|cli|domain|engine|net|operations|run|schema|store|variables|tests)/[\w/.]+)`", text):
    if not any(path == name or path.startswith((f"src/{name}", f"{name}.")) for path in paths):
        problems.append(f"nothing is at {name}")
print("\n".join(problems) or f"attacks are written down, {len(tests)} tests looked through")
sys.exit(bool(problems))
