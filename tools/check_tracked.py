"""Checks that nothing is committed that belongs to one machine: what git ignores, paths of a home or work tree, keys, large files.

Usage: python -m tools.check_tracked
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.findings import ROOT, report

#: Bytes; what is larger is made by a script or fetched when needed.
LARGEST = 2_000_000

#: What must not stand in a text file, each with what it is. Written so that this file does not hold them itself.
BELONGINGS = {
    "the path of a home or work tree": re.compile(rb"(?<![\w.:/~-])/(?:root|work|home/[a-z]\w*|Users/[A-Za-z]\w*|opt/pypi\S*)/[\w.]"),
    "a private key": re.compile(rb"-{5}BEGIN [A-Z ]*PRIVATE KEY"),
    "a cloud key": re.compile(rb"\b(?:AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35})\b"),
}


def main() -> int:
    """Run the check; answers the exit code."""
    names = tracked()
    ignored = (f"{name}: committed although git ignores it" for name in tracked("--cached", "--ignored", "--exclude-standard"))
    found = (f"{name}: {problem}" for name in names for problem in problems(ROOT / name))
    return report([*ignored, *found], fine=f"tracked files: none of the {len(names)} belongs to one machine")


def tracked(*which: str) -> list[str]:
    """The names of the tracked files, or of those that ``git ls-files`` picks."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", *which]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name]


def problems(path: Path) -> Iterator[str]:
    """What is wrong with one tracked file; one that is deleted but not yet committed so is fine."""
    if not path.is_file():
        return
    if path.stat().st_size > LARGEST:
        yield f"larger than {LARGEST:,} bytes"
        return
    content = path.read_bytes()
    if b"\0" not in content:
        yield from text_problems(content)


def text_problems(content: bytes) -> Iterator[str]:
    """The lines of a text that name something of one machine."""
    for what, pattern in BELONGINGS.items():
        for match in pattern.finditer(content):
            line = content[: match.start()].count(b"\n") + 1
            yield f"line {line} holds {what}"


if __name__ == "__main__":
    sys.exit(main())
