"""A secret as programs write it. Sent to a server as part of a script, and used to look for what that script printed."""
import base64
import html
import json
import re
import shlex
import urllib.parse
import xml.sax.saxutils


def wrapped(text, width, end="\n"):
    return end.join(text[at:at + width] for at in range(0, len(text), width))


def dump(raw, digits, behind, group, beside, edge=""):
    rows = []
    for at in range(0, len(raw), 16):
        row = raw[at:at + 16]
        shown = " ".join(row[i:i + group].hex() for i in range(0, len(row), group))
        text = edge + "".join(chr(c) if 32 <= c < 127 else "." for c in row) + edge
        rows.append(f"{at:0{digits}x}{behind}{shown:<{32 + 16 // group}}  {text}" if beside else f"{at:0{digits}x}{behind}{shown}")
    return "\n".join(rows) + "\n"


def bash_quoted(raw):
    known = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x27: "\\'", 0x5C: "\\\\"}
    return "$'" + "".join(known.get(c) or (chr(c) if 32 <= c < 127 else f"\\{c:03o}") for c in raw) + "'"


def forms_of(secret):
    """Every form that is to be masked, as (name, bytes)."""
    raw, quote = secret.encode(), urllib.parse.quote
    b64, url64 = base64.b64encode, base64.urlsafe_b64encode
    lower = lambda text: re.sub("%[0-9A-F]{2}", lambda found: found.group().lower(), text)
    texts = {
        "json": json.dumps(secret), "json, utf-8": json.dumps(secret, ensure_ascii=False), "json, slash": json.dumps(secret).replace("/", "\\/"),
        "json, all": "".join(f"\\u{unit:04X}" for unit in memoryview(secret.encode("utf-16-le")).cast("H")),
        "html": html.escape(secret), "xml": xml.sax.saxutils.escape(secret, {'"': "&quot;", "'": "&apos;"}),
        "html, decimal": "".join(f"&#{ord(c)};" for c in secret), "html, hex": "".join(f"&#x{ord(c):x};" for c in secret),
        "html, ascii": secret.encode("ascii", "xmlcharrefreplace").decode(),
        "url": quote(secret), "url, all": quote(secret, safe=""), "url, lower": lower(quote(secret, safe="")), "url, plus": urllib.parse.quote_plus(secret),
        "url, each": "".join(f"%{c:02X}" for c in raw), "component": quote(secret, safe="-_.!~*'()"),
        "shell": shlex.quote(secret), "shell, doubled": '"' + re.sub(r'([\\"$`])', r"\\\1", secret) + '"', "bash": bash_quoted(raw),
        "python": repr(secret), "python, ascii": ascii(secret), "bytes": repr(raw), "sql": secret.replace("'", "''"), "make": secret.replace("$", "$$"),
        "hex": raw.hex(), "HEX": raw.hex().upper(), "xxd -p": wrapped(raw.hex(), 60), "colons": raw.hex(":"), "blanks": raw.hex(" "), "BLANKS": raw.hex(" ").upper(),
        "bytes in C": ", ".join(f"0x{c:02x}" for c in raw), "\\x": "".join(f"\\x{c:02x}" for c in raw),
        "xxd": dump(raw, 8, ": ", 2, True), "hexdump": dump(raw, 8, "  ", 1, True, "|"), "od": dump(raw, 7, " ", 1, False),
        "openssl": wrapped(raw.hex(":"), 45, "\n    "),
        "crlf": secret.replace("\n", "\r\n"), "lines": wrapped(secret, 7), "lines, crlf": wrapped(secret, 5, "\r\n"),
        "coloured": "\x1b[1;31m" + secret + "\x1b[0m", "coloured within": "\x1b[32m\x1b[K".join([secret[:3], secret[3:6], secret[6:]]),
        "each coloured": "".join(f"\x1b[3{i % 8}m{c}\x1b[0m" for i, c in enumerate(secret)),
        "padded": b64(raw).decode(), "unpadded": b64(raw).decode().rstrip("="), "base64url": url64(raw).decode(),
        "utf-16": b64(secret.encode("utf-16-le")).decode(), "in lines of 64": wrapped(b64(b"x" * 40 + raw * 3).decode(), 64),
        "in lines of 76": base64.encodebytes(b"user:" + raw * 3).decode(), "basic": b64(b"me:" + raw).decode(), "basic 2": url64(b"user:" + raw + b"\n").decode(),
    }
    return [("raw", raw)] + [(name, text.encode()) for name, text in texts.items()]


def pieces(text, chance):
    """`text` in up to four parts."""
    cuts = sorted(chance.randrange(len(text) + 1) for _ in range(3))
    return [text[a:b] for a, b in zip([0] + cuts, cuts + [len(text)])]
