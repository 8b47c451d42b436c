"""``python -m bench.extract.reading READER WORK``: one reader over the files that are named on its input (JSON), in this process.

The first file is read once before, so that what is loaded on first use is there. What libraries print goes where errors go.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from bench.extract.readers import module, title
from bench.extract.work import DIGITAL, CannotRun, Reading, Work, Works
from bench.timing import used


def main(reader: str, work: Work) -> None:
    """Read all files and print what it took and what each came to; where it cannot be done, the sentence that says why."""
    answers, sys.stdout = sys.stdout, sys.stderr
    logging.disable()
    paths = [Path(name) for name in json.load(sys.stdin)]
    if work in DIGITAL:
        _one_core()
    its = import_module(module(reader))
    try:
        read = _ready(its.WORKS, work)
    except CannotRun as lacking:
        json.dump({"cannot": str(lacking)}, answers)
        return
    read(paths[0])
    began, busy = used()
    found = [read(path) for path in paths]
    ended, cpu = used()
    took = {"seconds": ended - began, "cpu": cpu - busy}
    json.dump({"about": its.ABOUT, "version": version(title(reader)), **took, "found": [asdict(one) for one in found]}, answers)


def _ready(works: Works, work: Work) -> Reading:
    if work not in works:
        raise CannotRun("not among what it does")
    return works[work]()


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    main(sys.argv[1], Work(sys.argv[2]))
