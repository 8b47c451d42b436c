"""``sheaf demo``: the sample documents through the real engine, from files to a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sheaf.cli import export, inputs, rowview, shown, terminal, uploads, watching
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected
from sheaf.cli.fieldspec import field_json
from sheaf.cli.inputs import Input
from sheaf.domain.errors import NotFound
from sheaf.extraction.spec import load_fields

Json = Any

_JOB = "Samples"
_FIELDS = "fields.json"
_NAMED = 3
_NEXT = (
    (f"sheaf results {_JOB} --below 80 --sources", "what it is least sure of"),
    ("sheaf extract FILES --fields SPEC", "your own files, once"),
    ("sheaf up", "the API on one address"),
)
#: What lies beside the samples and is none.
_BESIDE = frozenset({_FIELDS, "truth.jsonl", "README.md"})


@click.command(cls=Command, short_help="Read the sample documents into a table, to see what it does.")
@click.option("--samples", type=click.Path(path_type=Path), help="Another folder of files, with a fields.json.  [samples]")
@click.option("--output-dir", type=click.Path(file_okay=False, path_type=Path), default=".", help="Where to write the table.  [.]")
@connected
def demo(session: Session, *, samples: Path | None, output_dir: Path) -> None:
    """Read the sample documents into a table: value, confidence, and where each was found.

    It makes the job "Samples" (the next time, a further run of it), carries it out on the stores of this folder, and writes the table as
    CSV and as a workbook.

    Example:
      sheaf demo
    """
    folder = _folder(samples)
    output_dir.mkdir(parents=True, exist_ok=True)
    with session.api() as api, api.workforce() as force:
        job = _job(api, folder)
        job_id, run_id = job["id"], job["latest_run_id"]
        uploads.add(api, job_id, run_id, _files(folder), quiet=session.as_json)
        api.post(f"/api/jobs/{job_id}/submit", run_id=run_id)
        last = watching.follow(api, job_id, run_id, force, quiet=session.as_json)
        names = {kind: export.usual_name(job_id, run_id, kind) for kind in ("csv", "xlsx")}
        written = [export.save(api, job_id, run_id, kind, output_dir / name) for kind, name in names.items()]
        if session.as_json:
            terminal.json({**last, "written": [str(path) for path in written]})
        else:
            _show(api, job, last)
            _say_what_next(written)
    watching.check(last)


def _folder(samples: Path | None) -> Path:
    """The samples that are named, those of the present folder, or those of the checkout that this package lies in."""
    import sheaf

    known = [samples] if samples else [Path("samples"), Path(sheaf.__file__).parents[2] / "samples"]
    for folder in known:
        if folder.is_dir():
            return folder
    raise NotFound(f"There is no folder {known[0]}. Name one with --samples.", what="folder")


def _files(folder: Path) -> list[Input]:
    """The samples, named as they lie in their folder."""
    found = [each for each in inputs.gather([str(folder)]) if each.path.name not in _BESIDE]
    return [replace(each, name=each.path.relative_to(folder).as_posix()) for each in found]


def _job(api: Api, folder: Path) -> Json:
    """The job of the samples with a fresh latest run: made now, or made before and given a further run."""
    fields = [field_json(field) for field in load_fields(folder / _FIELDS)]
    known = api.get("/api/jobs", name=_JOB)["jobs"]
    if not known:
        return api.post("/api/jobs", {"name": _JOB, "description": "The documents that come with Sheaf", "fields": fields})
    path = f"/api/jobs/{known[0]['id']}"
    api.patch(path, {"fields": fields})
    api.post(f"{path}/runs")
    return api.get(path)


def _show(api: Api, job: Json, last: Json) -> None:
    run_id = last["job_run_id"]
    rows = list(api.pages(f"/api/jobs/{job['id']}/results", "rows", run_id=run_id))
    rowview.blocks([field["name"] for field in job["fields"]], rows)
    terminal.say()
    terminal.say(f"Job {job['name']!r}, run {job['run_count']} is {watching.sentence(last)}.")
    _show_failures(api, job, run_id)
    _show_notes(api, job, run_id)


def _show_failures(api: Api, job: Json, run_id: str) -> None:
    found = api.get(f"/api/jobs/{job['id']}/failures", run_id=run_id)["failures"]
    for each in found:
        files = shown.clipped([example["filename"] for example in each["examples"]], _NAMED)
        terminal.say(f"  {each['count']} {shown.words(each['category'])}: {files}")


def _show_notes(api: Api, job: Json, run_id: str) -> None:
    tasks = api.pages(f"/api/jobs/{job['id']}/tasks", "tasks", run_id=run_id)
    for task in tasks:
        for note in (task["result"] or {}).get("notes", ()):
            terminal.say(f"  {task['filename']}: {shown.line(note)}")


def _say_what_next(written: Sequence[Path]) -> None:
    terminal.say()
    for path in written:
        terminal.say(f"Wrote {path}")
    terminal.say()
    terminal.say("Next:")
    for command, what in _NEXT:
        terminal.say(f"  {command:<43}  {what}")
