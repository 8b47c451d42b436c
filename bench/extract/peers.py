"""``python -m bench.extract.peers [--rounds N] [--folder FOLDER]``: reading beside libraries that do part of the same work.

Each reader works in a process of its own, the readers in turned order from round to round, on one core where pages have text. A reader
that does not do a kind of work, or lacks something here, has a row that says so. How each is used stands in its module
(``bench/extract/readers``).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from bench.command import Bench
from bench.extract import material
from bench.extract.material import Material
from bench.extract.merit import merit
from bench.extract.readers import OURS, READERS, title
from bench.extract.work import DIGITAL, CannotRun, Found, Work
from bench.papers.kinds import KINDS
from bench.report import Row
from bench.timing import alternating, in_process, middle, spread
from tools import environments
from tools.emulators.process import Missing

_BENCH = "extract beside"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """One reading of all files in a process of its own, the first file once before."""

    #: What the reader does, in words.
    about: str
    version: str
    seconds: float
    cpu: float
    found: Sequence[Found]
    peak: int


def options(parser: argparse.ArgumentParser) -> None:
    """The options of this bench."""
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS), help="which take part (default: all)")
    parser.add_argument("--count", type=int, default=3, help="made-up papers of each kind in each language (default: %(default)s)")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), help="kinds of papers beside invoices (default: all)")
    parser.add_argument("--folder", type=Path, help="read the PDFs of this folder instead")
    parser.add_argument("--pictures", type=int, default=2, help="times each picture is read, 0 for none (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="readings of each kind, alternating (default: %(default)s)")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """Every kind of work in turn, by all who do it."""
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as folder:
        work = material.own(given.folder) if given.folder else material.digital(Path(folder), given.count, given.kinds)
        if not work[Work.WORDS].paths:
            sys.exit(f"There is no PDF in {given.folder}.")
        if given.pictures:
            work |= material.pictures(given.pictures)
        for kind, files in work.items():
            yield from _rows(kind, files, alternating({name: partial(_read, name, kind, files) for name in given.readers}, given.rounds))


def _read(reader: str, work: Work, files: Material) -> Came | CannotRun:
    try:
        command = [str(_python(reader)), "-m", "bench.extract.reading", reader, work.value]
        paths = json.dumps([str(path.resolve()) for path in files.paths])
        cost = in_process(command, environment={"PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "shared")))}, stdin=paths)
    except Missing as missing:
        return CannotRun(str(missing))
    except subprocess.CalledProcessError as error:
        return CannotRun(f"its process ended with {error.returncode}")
    told = json.loads(cost.output)
    if "cannot" in told:
        return CannotRun(told["cannot"])
    return Came(**told | {"found": [Found(**one) for one in told["found"]]}, peak=cost.peak)


@cache
def _python(reader: str) -> Path:
    """The interpreter of the environment that a reader lives in; raises Missing where it cannot be made."""
    environment = READERS[reader]
    return Path(sys.executable) if environment is None else environments.environment(environment)


#: What is told of each reading: its name, its unit, and how it is had from a reading of so many pages.
_Figure = tuple[str, str, Callable[[Came, int], float]]
_MEMORY: _Figure = ("process", "MB", lambda came, _: came.peak / 2**20)
_DIGITAL: Sequence[_Figure] = (
    ("of a core's processor time", "pages/s", lambda came, pages: pages / came.cpu),
    ("of one core, by the clock", "pages/s", lambda came, pages: pages / came.seconds),
    _MEMORY,
)
_PICTURE: Sequence[_Figure] = (
    ("processor time a page", "s", lambda came, pages: came.cpu / pages),
    ("a page, by the clock", "s", lambda came, pages: came.seconds / pages),
    _MEMORY,
)


def _rows(work: Work, files: Material, taken: Mapping[str, Sequence[Came | CannotRun]]) -> Iterator[Row]:
    """A row for each figure of ours beside each peer's; alone where there is no peer."""
    came = {name: [one for one in answers if isinstance(one, Came)] for name, answers in taken.items()}
    ours = came.pop(OURS, [])
    peers = {name: rounds for name, rounds in came.items() if rounds}
    if not peers:
        yield from _beside(work, files, ours, "", ours)
    for name, theirs in peers.items():
        yield from _beside(work, files, ours, f"{title(name)} {theirs[0].version}", theirs)
    for name, answers in taken.items():
        yield from (_not_run(work, name, answer) for answer in answers[:1] if isinstance(answer, CannotRun))


def _beside(work: Work, files: Material, ours: Sequence[Came], peer: str, theirs: Sequence[Came]) -> Iterator[Row]:
    for what, unit, figure in _DIGITAL if work in DIGITAL else _PICTURE:
        sides = [[figure(one, files.pages) for one in side] for side in (ours, theirs)]
        note = f"{spread(sides[0])}; beside {spread(sides[1])}" if peer and len(ours) > 1 else spread(sides[0])
        yield _row(f"{work}, {what}", unit, peer, [middle(side) if side else None for side in sides], note)
    marks = [merit(work, side[0].found, files) if side else None for side in (ours, theirs)]
    told = next(mark for mark in marks if mark)
    yield _row(
        f"{work}, {told.what}", told.unit, peer, [mark.figure if mark else None for mark in marks], theirs[0].about if theirs else ""
    )


def _row(what: str, unit: str, peer: str, sides: Sequence[float | None], note: str) -> Row:
    return Row(bench=_BENCH, what=what, measured=sides[0], unit=unit, peer=peer, beside=sides[1] if peer else None, note=note)


def _not_run(work: Work, reader: str, why: CannotRun) -> Row:
    return Row(bench=_BENCH, what=f"{work}, {title(reader)}", measured=None, unit="", note=str(why))


BENCH = Bench(
    name="extract.peers",
    about="Read digital pages, a photograph and a scan beside libraries that do part of the same work.",
    options=options,
    measure=measure,
    tiny=("--readers", OURS, "--count", "1", "--kinds", "--pictures", "0", "--rounds", "1"),
    short=("--count", "1", "--rounds", "2"),
    libraries=("pypdfium2", "onnxruntime", "rapidocr"),
)

if __name__ == "__main__":
    BENCH.main()
