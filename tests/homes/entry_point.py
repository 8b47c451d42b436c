"""How the functions' processes are told of the entry point in :mod:`tests.homes.entry`."""

from __future__ import annotations

from pathlib import Path

#: The entry point.
PATH = Path(__file__).with_name("entry.py")


def environment(parts: str) -> dict[str, str]:
    """The variables that it needs to serve an engine with these parts (``module:attribute``)."""
    return {"SHEAF_TEST_PARTS": parts, "PYTHONPATH": str(Path(__file__).parents[2])}
