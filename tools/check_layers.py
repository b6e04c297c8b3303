#!/usr/bin/env python3
"""Fails when a source file includes a room that its own room may not use.

The rule is the table of rooms in ARCHITECTURE.md: | `room` | responsibility | `may`, `use` |
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
row = re.compile(r"^\|\s*`(\w+)`\s*\|[^|]*\|([^|]*)\|", re.M)
include = re.compile(r'^\s*#\s*include\s+"(\w+)/', re.M)
asio = re.compile(r"^\s*#\s*include\s+<boost/(asio|beast)", re.M)

table = {m[1]: m[2] for m in row.finditer((root / "ARCHITECTURE.md").read_text())}
allowed = {room: set(table) if text.strip() == "all" else set(re.findall(r"`(\w+)`", text)) for room, text in table.items()}
broken = []
for file in sorted((root / "src").rglob("*.[hc]*")):
    room = file.relative_to(root / "src").parts[0]
    text = file.read_text()
    if room not in allowed:
        broken.append(f"{file}: room `{room}` is not in ARCHITECTURE.md")
        continue
    for used in include.findall(text):
        if used in allowed and used != room and used not in allowed[room]:
            broken.append(f"{file}: `{room}` may not use `{used}`")
    if room != "net" and asio.search(text):
        broken.append(f"{file}: only `net` includes Asio and Beast")
print("\n".join(broken) or f"{len(allowed)} rooms, no forbidden include")
sys.exit(bool(broken))
