"""Texts that come from outside, made fit to be kept."""

from __future__ import annotations

import re
from urllib.parse import quote

_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


def storable(text: str, limit: int) -> str:
    """At most ``limit`` characters of the text, with whatever UTF-8 cannot say (lone surrogates) replaced by question marks."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


def attachment(name: str) -> str:
    """The value of ``Content-Disposition`` that has an answer saved under a name of any script, never shown as a page (RFC 6266, 8187)."""
    plain = "".join(c if c.isascii() and c.isprintable() else "_" for c in name)
    shown = plain if _TOKEN.fullmatch(plain) else '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"attachment; filename={shown}" + ("" if plain == name else f"; filename*=UTF-8''{quote(name, safe='', errors='replace')}")
