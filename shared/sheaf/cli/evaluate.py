"""``sheaf evaluate``: how right a run is by what people said, where two runs differ, and how right engines are on a labelled folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Command, Session, connected, run_option

Json = Any

#: Differing cells shown; --json takes them all.
_SHOWN = 200
_EPILOG = """
A labelled folder holds truth.jsonl or expected.csv beside its documents: file, and the true value of each field;
nothing where the document has none. --fields names the fields; else its fields.json does, or the truth itself.

Examples:
  sheaf evaluate Receipts
  sheaf evaluate Receipts --run 3 --against 2
  sheaf evaluate samples/ --fields samples/fields.json
  sheaf evaluate invoices/ --fields total:amount,date:date --engine embedded --engine gemini
"""


@click.command(cls=Command, epilog=_EPILOG, short_help="How right a run is, or an engine on a labelled folder.")
@click.argument("target", metavar="JOB|FOLDER")
@run_option
@click.option("--against", metavar="RUN", help="Compare with this run of the job, cell by cell.")
@click.option("--fields", "spec", metavar="SPEC|FILE.json", help="What to read, for a folder.")
@click.option("--engine", "engines", metavar="NAME", multiple=True, help="Score this engine, for a folder; may be given again.  [embedded]")
@connected
def evaluate(session: Session, target: str, *, run: str | None, against: str | None, spec: str | None, engines: Sequence[str]) -> None:
    """Score a JOB's run by the values that people accepted, corrected or rejected, or engines on a FOLDER whose truth is known.

    A job's edits are the truth of their files in every run of the job: each run can be scored by them, and two runs compared.
    """
    if _is_folder(target, spec, engines):
        if run or against:
            raise click.UsageError("--run and --against are for jobs; a folder has no runs.")
        from sheaf.cli import scoring

        scoring.evaluate(session, Path(target), spec, engines or ("embedded",))
        return
    with session.api() as api:
        job_id, run_id = lookup.ids(api, target, run)
        if against is None:
            _show_scores(session, api.get(f"/api/jobs/{job_id}/evaluation", run_id=run_id))
            return
        other = lookup.run_id(api, job_id, against)
        query = {"run_id": run_id, "other_run_id": other, "limit": _SHOWN}
        found = api.get(f"/api/jobs/{job_id}/comparison", **query)
        while session.as_json and found["next_cursor"]:
            more = api.get(f"/api/jobs/{job_id}/comparison", **query, cursor=found["next_cursor"])
            found = {**found, "cells": [*found["cells"], *more["cells"]], "next_cursor": more["next_cursor"]}
    _show_comparison(session, found)


def _is_folder(target: str, spec: str | None, engines: Sequence[str]) -> bool:
    """Whether a labelled folder is meant: it says what is true, or what to do with it is said."""
    from sheaf.extraction.labelled import has_truth

    return spec is not None or bool(engines) or (Path(target).is_dir() and has_truth(Path(target)))


def _show_scores(session: Session, found: Json) -> None:
    if session.as_json:
        terminal.json(found)
        return
    for engine in found["engines"]:
        terminal.say(f"{engine['engine']}: {shown.plural(engine['files'], 'file')}, {shown.plural(engine['rows'], 'row')}")
        lines = [_score(name, score) for name, score in (*engine["fields"].items(), ("all", engine["all"]))]
        terminal.listing(("FIELD", "REVIEWED", "RIGHT", "WRONG", "PRECISION", "RECALL", "SURE", "OF THESE RIGHT", "OPEN"), lines)
    if not any(engine["reviewed_rows"] for engine in found["engines"]):
        terminal.note("Nobody said anything of these values yet. Accept or correct some: sheaf edit JOB FILE --accept FIELD")


def _score(name: str, score: Json) -> tuple[str, ...]:
    counts = (str(score["judged"]), str(score["right"]), str(score["wrong"]))
    shares = tuple(percent(score[share]) for share in ("precision", "recall", "coverage", "sure_precision"))
    return (name, *counts, *shares, str(score["open"]))


def percent(share: float | None) -> str:
    """A share in per cent; a dash where there is nothing to share, and never all where it is not."""
    return "\N{EM DASH}" if share is None else "100%" if share >= 1 else f"{min(99.9, round(share * 100, 1)):g}%"


def _show_comparison(session: Session, found: Json) -> None:
    if session.as_json:
        terminal.json(found)
        return
    totals = found["totals"]
    terminal.listing(
        ("FIELD", "SAME", "DIFFERENT", "ONLY THIS", "ONLY THAT", "REVIEWED", "THIS RIGHT", "THAT RIGHT"),
        [(name, *(str(each[key]) for key in _COUNTS)) for name, each in totals["fields"].items()],
    )
    if found["cells"]:
        terminal.say()
        terminal.listing(("FILE", "ROW", "FIELD", "THIS RUN", "THAT RUN", "RIGHT"), [_difference(cell) for cell in found["cells"]])
    if found["next_cursor"]:
        terminal.note(f"These are the first {_SHOWN} cells that differ; --json answers them all.")


_COUNTS = ("same", "different", "only_this", "only_other", "judged", "right", "other_right")


def _difference(cell: Json) -> tuple[str, ...]:
    right = {(True, False): "this", (False, True): "that", (True, True): "both", (False, False): "neither"}
    said = right.get((cell["this"]["right"], cell["other"]["right"]), "")
    return (cell["file"], str(cell["row"] + 1), cell["field"], shown.cell(cell["this"]), shown.cell(cell["other"]), said)
