"""Texts that come from outside, made fit to be kept."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote

#: Zeros that scientific notation may stand for before its digits are not written out any more.
_MAX_ZEROS = 10_000
_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


def storable(text: str, limit: int) -> str:
    """At most ``limit`` characters of the text, with whatever UTF-8 cannot say (lone surrogates) replaced by question marks."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


def attachment(name: str) -> str:
    """The value of ``Content-Disposition`` that has an answer saved under a name of any script, never shown as a page (RFC 6266, 8187)."""
    plain = "".join(c if c.isascii() and c.isprintable() else "_" for c in name)
    shown = plain if _TOKEN.fullmatch(plain) else '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"attachment; filename={shown}" + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='', errors='replace')}")


def decimal_text(number: Decimal) -> str:
    """The digits of ``number`` in full; in scientific notation only where they would be thousands of zeros."""
    text = str(number)
    return format(number, "f") if "E" in text and abs(number.adjusted()) <= _MAX_ZEROS else text
