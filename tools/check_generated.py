"""Checks that what is written by a tool is what the tool writes now.

Usage: python -m tools.check_generated
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sheaf.http import openapi
from tools import make_samples
from tools.findings import ROOT, report

#: Each generated file or folder, with what writes it to a path that it is given.
WRITERS: Mapping[str, Callable[[Path], object]] = {
    "docs/openapi.json": lambda path: openapi.main([str(path)]),
    "samples": lambda path: make_samples.main([str(path)]),
}


def main() -> int:
    """Run the check; answers the exit code."""
    found = [problem for name, write in WRITERS.items() for problem in problems(ROOT / name, write)]
    return report(found, fine=f"generated files: {', '.join(WRITERS)} as their tools write them")


def problems(kept: Path, write: Callable[[Path], object]) -> Iterator[str]:
    """The files at ``kept``, a file or a folder, that are missing, stale, or written by nobody."""
    with tempfile.TemporaryDirectory() as scratch:
        anew = Path(scratch) / kept.name
        write(anew)
        held, wanted = _files(kept), _files(anew)
    for name in sorted(held.keys() | wanted.keys()):
        if held.get(name) != wanted.get(name):
            yield f"{name}: not as its tool writes it; run: make generate"


def _files(top: Path) -> dict[str, bytes]:
    paths = top.rglob("*") if top.is_dir() else [top]
    return {path.relative_to(top.parent).as_posix(): path.read_bytes() for path in paths if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
