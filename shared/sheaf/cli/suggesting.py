"""``sheaf fields suggest``: fields from sample files, here, or from a run's files by the workers."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sheaf.cli import inputs, lookup, shown, terminal
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected, run_option
from sheaf.cli.fieldspec import field_json
from sheaf.cli.replacing import replacing
from sheaf.domain.errors import FileProblem, InvalidInput, Unavailable
from sheaf.domain.suggestions import MAX_SAMPLES, Suggestions

Json = Any

#: Seconds that the workers are waited for, and between two looks.
_PATIENCE_S, _PAUSE_S = 180.0, 0.5
_EXAMPLES = 2


@click.command("suggest", cls=Command, short_help="Suggest fields from sample files.")
@click.argument("files", nargs=-1)
@click.option("--job", metavar="JOB", help="From the first files of a job's run, by its workers.")
@run_option
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write the fields to a JSON file for --fields.")
@connected
def suggest(session: Session, files: Sequence[str], *, job: str | None, run: str | None, output: Path | None) -> None:
    """Suggest fields from sample FILES of one kind, up to 20 of them, or from the first files of a --job's run.

    What documents share, labels and form fields of their own, tables with their columns: each with a type, examples, and how many of the
    samples have it. Look them through; a field that you do not need costs nothing to leave out.

    Examples:
      sheaf fields suggest invoices/*.pdf
      sheaf fields suggest invoices/*.pdf -o fields.json
      sheaf extract invoices/ --fields fields.json
      sheaf fields suggest --job Receipts
    """
    if bool(files) == (job is not None):
        raise click.UsageError("Name sample files, or a --job whose files are to be looked at.")
    found = _of_files(session, files) if job is None else _of_job(session, job, run)
    if output:
        _write(output, [each["field"] for each in found["suggestions"]])
    if session.as_json:
        terminal.json(found)
        return
    _show(found)
    if output:
        terminal.note(f"{output}: {shown.plural(len(found['suggestions']), 'field')}.")


def _of_files(session: Session, names: Sequence[str]) -> Json:
    """What files on this machine suggest, as the API answers it."""
    from sheaf import bootstrap
    from sheaf.extraction.suggesting.looking import look
    from sheaf.extraction.suggesting.merging import suggest as merged

    given = inputs.gather(names, inputs.standard_input())
    if not given:
        raise InvalidInput("There are no files among those names.", field="files")
    if len(given) > MAX_SAMPLES:
        terminal.note(f"The first {MAX_SAMPLES} of {len(given):,} files are looked at.")
    formats = bootstrap.formats(settings=session.settings)
    samples = []
    for each in given[:MAX_SAMPLES]:
        problem = each.problem
        try:
            if not problem:
                samples.append(look(formats.read(each.path, name=each.name)))
        except FileProblem as error:
            problem = error.message
        if problem:
            terminal.note(f"{shown.line(each.name)}: {shown.line(problem)}")
    if not samples:
        raise InvalidInput("None of the files could be read.", code="no_samples", field="files")
    return _answer(merged(samples), len(samples), min(len(given), MAX_SAMPLES) - len(samples))


def _answer(found: Suggestions, samples: int, failed: int) -> Json:
    suggestions = [{"field": field_json(one.field), "samples": one.samples, "confidence": one.confidence} for one in found.fields]
    return {"samples": samples, "failed": failed, "row_mode": found.row_mode.value, "suggestions": suggestions}


def _of_job(session: Session, job: str, run: str | None) -> Json:
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        with api.workforce():
            api.post(f"/api/jobs/{job_id}/suggestions", run_id=run_id)
            found = _waited(api, job_id, run_id)
    if found["status"] == "failed":
        raise InvalidInput("None of the run's files could be read.", code="no_samples")
    return found


def _waited(api: Api, job_id: str, run_id: str) -> Json:
    """The suggestions, once the workers have looked at the files."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        found = api.get(f"/api/jobs/{job_id}/suggestions", run_id=run_id)
        if found["status"] != "reading":
            return found
        if time.monotonic() > until:
            raise Unavailable("The workers have not looked at the files yet. Ask again later.")
        time.sleep(_PAUSE_S)


def _write(path: Path, fields: Sequence[Json]) -> None:
    kept = [{key: value for key, value in field.items() if value or key == "type"} for field in fields]
    with replacing(path) as out:
        out.write(json.dumps(kept, ensure_ascii=False, indent=2).encode() + b"\n")


def _show(found: Json) -> None:
    if not found["suggestions"]:
        terminal.note("These files suggest no fields: nothing in them is labelled, and they hold no table.")
        return
    lines = [_line(each, found["samples"]) for each in found["suggestions"]]
    terminal.listing(("FIELD", "TYPE", "FILES", "SURE", "EXAMPLES"), lines)
    if found["row_mode"] == "table_row":
        terminal.note("These files are tables: read them with --rows table_row.")


def _line(each: Json, samples: int) -> tuple[str, ...]:
    field = each["field"]
    columns = "; ".join(f"{column['name']}:{column['type']}" for column in field.get("columns") or ())
    examples = columns or " \N{MIDDLE DOT} ".join((field.get("examples") or ())[:_EXAMPLES])
    return field["name"], field["type"], f"{each['samples']} of {samples}", f"{round(each['confidence'] * 100)}%", examples
