#!/usr/bin/env python3
"""Fails when a source file has over 600 lines or a function over 60."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
most_lines, most_function = 600, 60
opens = re.compile(r"^[A-Za-z].*\)\s*(const|noexcept|override|try|\s)*\{$")
broken = []
for file in sorted(root.glob("src/**/*.[hc]*")):
    lines = file.read_text(errors="replace").splitlines()
    if len(lines) > most_lines:
        broken.append(f"{file}: {len(lines)} lines")
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and opens.match(line) and not line.startswith("namespace"):
            start = number
        elif start is not None and line == "}":
            if number - start > most_function:
                broken.append(f"{file}:{start}: function of {number - start} lines")
            start = None
print("\n".join(broken) or "sizes are fine")
sys.exit(bool(broken))
