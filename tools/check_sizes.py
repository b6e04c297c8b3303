#!/usr/bin/env python3
"""Fails if a source file has more than 600 lines, or a function more than 60. Universal Ctags finds the functions."""
import json
import os
import subprocess
import sys

max_lines, max_function = 600, 60
os.chdir(os.path.dirname(os.path.abspath(__file__)) + "/..")
listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "dev", "src", "tests", "bench", "tools"]
files = sorted(path for path in subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split() if os.path.isfile(path))
kinds = {"C++": "f", "Python": "fm", "JavaScript": "fm", "Sh": "f"}
options = ["--langmap=C++:+.h", "--fields=+nel", "--output-format=json", "--languages=" + ",".join(kinds)]
options += [f"--kinds-{language}={letters}" for language, letters in kinds.items()]
found = subprocess.run(["ctags", *options, "-f", "-", "-L", "-"], input="\n".join(files), capture_output=True, text=True, check=True).stdout
lines = {}


def lines_of(path):
    if path not in lines:
        lines[path] = open(path, errors="replace").read().splitlines()
    return lines[path]


def last_line(tag):
    """Ctags does not report where functions of shells and JavaScript end: at the next bracket in column 1."""
    if "end" in tag:
        return tag["end"]
    after = lines_of(tag["path"])[tag["line"] - 1 :]
    if after[0].endswith(("}", "};")):
        return tag["line"]
    return tag["line"] + next((number for number, line in enumerate(after) if line[:1] in ("}", ")")), 0)


functions = [json.loads(line) for line in found.splitlines()]
sizes = [(tag, last_line(tag) - tag["line"] + 1) for tag in functions]
broken = [f"{tag['path']}:{tag['line']}: {tag['name']} has {size} lines" for tag, size in sizes if size > max_function]
text_files = [path for path in files if path.endswith((".h", ".cc", ".py", ".sh", ".mjs")) or path == "dev"]
broken += [f"{path}: {len(lines_of(path))} lines" for path in text_files if len(lines_of(path)) > max_lines]
if len(functions) < 1000:
    broken.append(f"ctags found {len(functions)} functions only")
print("\n".join(broken) or f"{len(text_files)} files and {len(functions)} functions are small enough")
sys.exit(bool(broken))
