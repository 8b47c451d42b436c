"""What a bench is, and how one is run alone or with the others."""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.report import Row, Verdict, as_json, markdown, table

#: Where the figures of the last run are kept.
REPORT = Path("build/bench.json")
#: What the row of a bench says that did not come to its end.
BROKE_DOWN = "broke down"
_MAX_REASON = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """One bench: ``bench.<name>.__main__`` has it as ``BENCH``."""

    name: str
    about: str
    #: Adds its own options, each with the default of a full run.
    options: Callable[[argparse.ArgumentParser], None]
    #: Measures, and yields each figure once it is known.
    measure: Callable[[argparse.Namespace], Iterable[Row]]
    #: Arguments of a run that only shows that it works.
    tiny: Sequence[str]
    #: Arguments of its part in a run of all benches, where the default would take too long for that.
    short: Sequence[str] = ()
    #: Distributions whose versions belong beside the figures.
    libraries: Sequence[str] = ()

    def main(self, arguments: Sequence[str] | None = None) -> None:
        """Run this bench alone and print its table."""
        parser = self.parser()
        parser.add_argument("--json", type=Path, default=REPORT, metavar="FILE", help="where the figures go (default: %(default)s)")
        given = parser.parse_args(arguments)
        finish(run([(self, given)], given.json))

    def parser(self) -> argparse.ArgumentParser:
        """The parser of its own options."""
        parser = argparse.ArgumentParser(prog=f"python -m bench.{self.name}", description=self.about)
        self.options(parser)
        return parser


def run(chosen: Sequence[tuple[Bench, argparse.Namespace]], report: Path, *, document: bool = False) -> list[Row]:
    """Run benches one after the other, show what comes of them, and keep it in ``report``; ``document`` prints Markdown.

    What a bench came to is kept as soon as it has ended, and one that breaks down stops no other.
    """
    began = datetime.now(UTC)
    here = machine.look([name for bench, _ in chosen for name in bench.libraries])
    rows: list[Row] = []
    for bench, options in chosen:
        rows += _told(_measured(bench, options))
        _keep(report, began, here, rows)
    print()
    print((markdown if document else table)(rows))
    print(f"\n{began:%Y-%m-%d %H:%M} UTC · {here}")
    print(_summary(rows))
    return rows


def finish(rows: Iterable[Row]) -> None:
    """End the program with 1 when a bench broke down; a goal that is missed is a figure, and no failure."""
    if any(row.what == BROKE_DOWN for row in rows):
        sys.exit(1)


def _measured(bench: Bench, options: argparse.Namespace) -> Iterator[Row]:
    """What a bench measures; where it breaks down, a row that says why follows what it has come to."""
    try:
        yield from bench.measure(options)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other benches are still to be run
        traceback.print_exc()
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:_MAX_REASON]
        yield Row(bench=bench.name, what=BROKE_DOWN, measured=None, unit="", note=reason)


def _told(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        print(table([row]).splitlines()[-1], flush=True)
        yield row


def _summary(rows: Sequence[Row]) -> str:
    verdicts = [row.verdict for row in rows]
    counts = {verdict: verdicts.count(verdict) for verdict in (Verdict.MET, Verdict.MISSED, Verdict.NOT_RUN)}
    return "goals: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items())


def _keep(report: Path, began: datetime, here: machine.Machine, rows: Sequence[Row]) -> None:
    kept = {"date": began.isoformat(timespec="seconds"), "machine": asdict(here), "rows": [as_json(row) for row in rows]}
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
