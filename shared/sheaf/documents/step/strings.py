"""Strings of ISO 10303-21 (clause 6.4.3): how they write what ASCII has not."""

from __future__ import annotations

import re

_DIRECTIVE = re.compile(
    r"''|\\\\|\\X2\\((?:[0-9A-Fa-f]{4})*)\\X0\\|\\X4\\((?:[0-9A-Fa-f]{8})*)\\X0\\|\\X\\([0-9A-Fa-f]{2})|\\S\\(.)|\\P([A-I])\\|\\N\\"
)
#: ``\P`` names a part of ISO 8859 for the ``\S`` that follow; part 1 is in force at first.
_PARTS = {letter: f"iso8859-{number}" for number, letter in enumerate("ABCDEFGHI", start=1)}


def decoded(text: str) -> str:
    r"""What a string says, its quotes taken off: ``''`` and ``\\`` undoubled, ``\X2\``, ``\X4\``, ``\X\`` and ``\S\`` resolved.

    What is no directive stands for itself, as programs that write Windows paths mean it.
    """
    if "\\" not in text:
        return text.replace("''", "'")
    part = "iso8859-1"

    def resolved(match: re.Match[str]) -> str:
        nonlocal part
        if match[5]:
            part = _PARTS[match[5]]
            return ""
        return _resolved(match, part)

    return _DIRECTIVE.sub(resolved, text)


def _resolved(match: re.Match[str], part: str) -> str:
    utf16, utf32, byte, shifted = match.group(1, 2, 3, 4)
    if utf16 is not None:
        return bytes.fromhex(utf16).decode("utf-16-be", "replace")
    if utf32 is not None:
        return bytes.fromhex(utf32).decode("utf-32-be", "replace")
    if byte is not None:
        return chr(int(byte, 16))
    if shifted is not None:
        return bytes([(ord(shifted) & 0x7F) | 0x80]).decode(part, "replace")
    return {"''": "'", "\\\\": "\\"}.get(match[0], "\n")
