#!/usr/bin/env python3
"""Fails if a source file includes or names a module that its own module may not use.

The rule is the table of modules in ARCHITECTURE.md: | `module` | responsibility | `may`, `use` |
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
row = re.compile(r"^\|\s*`(\w+)`\s*\|[^|]*\|([^|]*)\|", re.M)
include = re.compile(r'#\s*include\s+"(\w+)/')
named = re.compile(r"(?:(?<![\w:])|\bstepwell::)(\w+)::|\bnamespace\s+(?:stepwell::)?(\w+)\s*[;{]")
asio = re.compile(r"#\s*include\s+<boost/(asio|beast)")
hidden = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.S)

table = {m[1]: m[2] for m in row.finditer((root / "ARCHITECTURE.md").read_text())}
allowed = {module: set(table) if text.strip() == "all" else set(re.findall(r"`(\w+)`", text)) for module, text in table.items()}


def without_texts(text):
    """Returns the source with comments and literals replaced by blanks. Line numbers do not change."""
    return hidden.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def breaks_of(file):
    module = file.relative_to(root / "src").parts[0]
    text = file.read_text()
    if module not in allowed:
        yield 1, f"module `{module}` is not in ARCHITECTURE.md"
        return
    forbidden = set(allowed) - allowed[module] - {module}
    for number, (line, code) in enumerate(zip(text.splitlines(), without_texts(text).splitlines()), 1):
        for found in include.findall(line):
            if found in forbidden:
                yield number, f"`{module}` may not include `{found}`"
        for found in named.finditer(code):
            if (found[1] or found[2]) in forbidden:
                yield number, f"`{module}` may not name `{found[1] or found[2]}`"
        if module != "net" and asio.search(line):
            yield number, "only `net` includes Asio and Beast"


files = sorted((root / "src").rglob("*.[hc]*"))
broken = [f"{file}:{number}: {what}" for file in files for number, what in breaks_of(file)]
print("\n".join(broken) or f"{len(allowed)} modules, {len(files)} files, no forbidden include or name")
sys.exit(bool(broken))
