"""Checks that what is written by a tool is what the tool writes now.

Usage: python -m tools.check_generated
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tools import make_samples
from tools.findings import ROOT, report

#: Each generated folder, with what writes it into a folder that it is given.
WRITERS: Mapping[str, Callable[[Path], object]] = {
    "samples": lambda folder: make_samples.main([str(folder)]),
}


def main() -> int:
    """Run the check; answers the exit code."""
    found = [problem for name, write in WRITERS.items() for problem in problems(ROOT / name, write)]
    return report(found, fine=f"generated files: {', '.join(WRITERS)} as their tools write them")


def problems(kept: Path, write: Callable[[Path], object]) -> Iterator[str]:
    """The files of ``kept`` that are missing, stale, or written by nobody."""
    with tempfile.TemporaryDirectory() as scratch:
        write(Path(scratch))
        held, wanted = _files(kept), _files(Path(scratch))
    for name in sorted(held.keys() | wanted.keys()):
        if held.get(name) != wanted.get(name):
            yield f"{kept.name}/{name}: not as its tool writes it; run: make generate"


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
