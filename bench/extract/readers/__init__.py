"""THE list of readers that Sheaf is held beside: one module and one line each.

A module tells in ``ABOUT`` how the library is used, in words, and in ``WORKS`` which of the work it does: each entry makes, once, what then
takes one file after the other.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Module of this package to the environment that it runs in: the project's own, or a lock's (see :mod:`tools.environments`).
READERS: Mapping[str, str | None] = {
    "sheaf": None,
    "docling_parse": "readers",
    "kreuzberg": "readers",
    "pdfplumber": "readers",
    "invoice2data": "readers",
}

OURS = "sheaf"


def module(name: str) -> str:
    """Where a reader is."""
    return f"{__name__}.{name}"


def title(name: str) -> str:
    """What a reader is called, and its distribution."""
    return name.replace("_", "-")
