"""``python -m bench [NAME … | NAME OPTION …] [--tiny | --full] [--markdown] [--json FILE]``: every bench, or those named, as one table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bench.command import REPORT, Bench, finish, run

#: In the order of the table. Each is a package of this one whose ``__main__``, or a module of one that itself, has a ``BENCH``.
BENCHES = ("engine", "engine.firestore", "extract", "extract.peers", "recognise", "export", "api", "start")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benches that are named, or all; options of a bench's own are taken when it alone is named."""
    given, rest = _parser().parse_known_args(arguments)
    names = [name for name in rest if not name.startswith("-")] if not _alone(rest) else rest[:1]
    own = rest[1:] if _alone(rest) else []
    chosen = [load(name) for name in names or BENCHES]
    told = [own or _arguments(bench, tiny=given.tiny, full=given.full or bool(names)) for bench in chosen]
    pairs = zip(chosen, told, strict=True)
    finish(run([(bench, bench.parser().parse_args(arguments)) for bench, arguments in pairs], given.json, document=given.markdown))


def _arguments(bench: Bench, *, tiny: bool, full: bool) -> Sequence[str]:
    """What a bench is told that was given no options of its own."""
    if tiny:
        return bench.tiny
    return () if full else bench.short


def _alone(rest: Sequence[str]) -> bool:
    """Whether one bench is named, with options of its own."""
    return bool(rest) and any(part.startswith("-") for part in rest)


def load(name: str) -> Bench:
    """The bench of that name; ends the program with a sentence when there is none."""
    if name not in BENCHES:
        sys.exit(f"There is no bench {name!r}. Known: {', '.join(BENCHES)}; accuracy has a command of its own: python -m bench.accuracy.")
    found: Bench = import_module(f"bench.{name}" if "." in name else f"bench.{name}.__main__").BENCH
    return found


def _parser() -> argparse.ArgumentParser:
    usage = "%(prog)s [NAME … | NAME OPTION …] [options]"
    about = "Measure Sheaf, and print every figure with what it is held against."
    parser = argparse.ArgumentParser(prog="python -m bench", description=about, usage=usage, allow_abbrev=False)
    parser.epilog = f"Benches: {', '.join(BENCHES)}. Options of one: python -m bench.NAME --help."
    parser.add_argument("--tiny", action="store_true", help="only show that each works; the figures mean nothing")
    parser.add_argument("--full", action="store_true", help="all benches at their largest, the engine with killed workers too; takes long")
    parser.add_argument("--markdown", action="store_true", help="print the table for a document")
    parser.add_argument("--json", type=Path, default=REPORT, metavar="FILE", help="where the figures go (default: %(default)s)")
    return parser


if __name__ == "__main__":
    main()
