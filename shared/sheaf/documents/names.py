"""Names of members made safe: relative POSIX paths that cannot leave the folder they are put in."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

_DRIVE = re.compile(r"^[A-Za-z]:")
#: Control, format (such as direction overrides), surrogate, unassigned and private characters, line and paragraph separators.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
#: What file systems take for one step of a path, less room for a suffix.
_STEP_BYTES = 200
_MAX_STEPS = 20


def safe_name(name: str) -> str:
    """The name as a safe relative path: no root, drive, ``..``, backslash or control character; "" when nothing is left of it."""
    plain = "".join(
        character for character in unicodedata.normalize("NFC", name) if unicodedata.category(character) not in _UNSAFE_CATEGORIES
    )
    steps = (_step(step) for step in plain.replace("\\", "/").split("/"))
    return "/".join([step for step in steps if step][-_MAX_STEPS:])


def _step(step: str) -> str:
    kept = _trimmed(step)
    if len(kept.encode()) <= _STEP_BYTES:
        return kept
    ending = PurePosixPath(kept).suffix[:20]
    return kept.encode()[: _STEP_BYTES - len(ending.encode())].decode("utf-8", "ignore") + ending


def _trimmed(step: str) -> str:
    """The step without drives in front, dots at its end and outer space; what taking one off lays bare goes too."""
    while (shorter := _DRIVE.sub("", step.strip()).rstrip(".")) != step:
        step = shorter
    return step


class UniqueNames:
    """Hands out each name once; one that was used gets a suffix: ``a.pdf``, ``a (2).pdf``."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._next: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """The name, or the first free variant of it; names that differ in case alone count as the same."""
        found, key = name, name.casefold()
        while found.casefold() in self._used:
            self._next[key] = self._next.get(key, 1) + 1
            path = PurePosixPath(name)
            found = str(path.with_name(f"{path.stem} ({self._next[key]}){path.suffix}"))
        self._used.add(found.casefold())
        return found
