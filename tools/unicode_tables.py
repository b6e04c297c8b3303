#!/usr/bin/env python3
"""Prints src/variables/language/unicode_tables.h: the letters, decimal digits and simple case mappings of Python's copy
of the Unicode database.  tools/unicode_tables.py > src/variables/language/unicode_tables.h"""
import sys
import unicodedata

ALL = [c for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000]


def ranges(belongs):
    found = []
    for c in ALL:
        if belongs(chr(c)):
            if found and found[-1][1] == c - 1:
                found[-1][1] = c
            else:
                found.append([c, c])
    return found


def mappings(change):
    """Returns ranges of characters with the same distance and stride: (first, last, stride, distance)."""
    runs = []
    for c in ALL:
        to = change(chr(c))
        if len(to) != 1 or to == chr(c):
            continue
        distance = ord(to) - c
        if runs and runs[-1][3] == distance and c - runs[-1][1] in (1, 2) and runs[-1][2] in (0, c - runs[-1][1]):
            runs[-1][1], runs[-1][2] = c, c - runs[-1][1]
        else:
            runs.append([c, c, 0, distance])
    return [(a, b, stride or 1, distance) for a, b, stride, distance in runs]


def show(name, kind, rows):
    print(f"constexpr {kind} {name}[] = {{")
    line = "   "
    for row in rows:
        item = " {" + ", ".join(str(part) for part in row) + "},"
        if len(line) + len(item) > 118:
            print(line)
            line = "   "
        line += item
    print(line + "\n};")


print("// Written by tools/unicode_tables.py from Unicode " + unicodedata.unidata_version + ". Without ASCII.")
print("// clang-format off\n#pragma once\n#include <cstdint>\n\nnamespace stepwell::variables::tables {\n")
print("struct Range {\n    std::uint32_t first, last;\n};")
print("// Every `stride`th from first to last maps to itself plus `distance`.")
print("struct Mapping {\n    std::uint32_t first, last, stride;\n    std::int32_t distance;\n};\n")
show("letters_and_digits", "Range", ranges(lambda c: unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "Nd"))
show("to_upper", "Mapping", mappings(str.upper))
show("to_lower", "Mapping", mappings(str.lower))
print("\n} // namespace stepwell::variables::tables")
sys.stdout.flush()
