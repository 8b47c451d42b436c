"""``sheaf files``: what a run reads from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sheaf.cli import folders, inputs, lookup, shown, terminal, uploads
from sheaf.cli.common import Group, Session, connected, run_option

Json = Any


@click.group(cls=Group, short_help="The files of a run: add, list, remove, import.")
def files() -> None:
    """Files: what a run reads. They can change until the run is submitted.

    Examples:
      sheaf files add Receipts scans/ more/*.pdf
      sheaf files list Receipts
    """


@files.command()
@click.argument("job")
@click.argument("names", metavar="FILES...", nargs=-1, required=True)
@run_option
@connected
def add(session: Session, job: str, names: Sequence[str], *, run: str | None) -> None:
    """Add FILES to a JOB's run: files, folders, patterns, or - for a list of names on standard input.

    In a folder, hidden files and links to other folders are left out.

    Examples:
      sheaf files add Receipts scans/
      find . -name '*.pdf' | sheaf files add Receipts -
    """
    found = inputs.gather(names, inputs.standard_input())
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        count = uploads.add(api, job_id, run_id, found, quiet=session.as_json)
    if session.as_json:
        terminal.json({"job_run_id": run_id, "added": count})
    else:
        terminal.say(f"Added {shown.plural(count, 'file')}.")
        terminal.note(f"Next: sheaf submit {shown.target(job, run)} --wait")


@files.command("list")
@click.argument("job")
@run_option
@click.option("--status", help="Only files that stand there, such as completed or failed.")
@connected
def list_(session: Session, job: str, *, run: str | None, status: str | None) -> None:
    """List the files of a JOB's run in their order, with what became of each.

    Example:
      sheaf files list Receipts --status failed
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        found = list(api.pages(f"/api/jobs/{job_id}/tasks", "tasks", run_id=run_id, status=status))
    if session.as_json:
        terminal.json({"job_run_id": run_id, "tasks": found})
    elif found:
        terminal.listing(("FILE", "STATUS", "FORMAT", "SIZE", "ROWS", "NOTE", "ID"), [_line(task) for task in found], status=1)
    else:
        terminal.note(f"No files. Add some with: sheaf files add {shown.target(job, run)} FILES…")


def _line(task: Json) -> tuple[str, ...]:
    rows = str(task["result"]["rows"]) if task["result"] else ""
    size = shown.size(task["file_size"]) if task["uploaded"] else "not uploaded"
    return task["filename"], task["status"], task["format"], size, rows, _remark(task), task["id"]


def _remark(task: Json) -> str:
    if task["error_message"]:
        return str(task["error_message"])
    return "; ".join(task["result"]["notes"]) if task["result"] else ""


@files.command()
@click.argument("job")
@click.argument("names", metavar="FILES...", nargs=-1, required=True)
@run_option
@connected
def remove(session: Session, job: str, names: Sequence[str], *, run: str | None) -> None:
    """Take FILES, by name or id, out of a JOB's run that is not submitted yet.

    Example:
      sheaf files remove Receipts scans/blurred.pdf
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        ids = [lookup.file(api, job_id, run_id, name)["id"] for name in names]
        for file_id in ids:
            api.delete(f"/api/jobs/{job_id}/files/{file_id}", run_id=run_id)
    session.answer({"job_run_id": run_id, "removed": ids}, f"Removed {shown.plural(len(ids), 'file')}.")


@files.command("import")
@click.argument("job")
@click.argument("paths", nargs=-1)
@click.option("--from-run", metavar="RUN", help="Copy the files of another run of the job, by id or number.")
@click.option("--pattern", default="*", metavar="P", help="Of folders elsewhere, only files whose path looks so, such as '*.pdf'.")
@run_option
@connected
def import_(session: Session, job: str, paths: Sequence[str], *, from_run: str | None, pattern: str, run: str | None) -> None:
    """Import files that are there already: PATHS on the server's machine, folders elsewhere, or the files of another run.

    A folder elsewhere is s3://BUCKET/FOLDER or gs://BUCKET/FOLDER; the server reads it, with its own credentials.

    Examples:
      sheaf files import Receipts s3://acme-inbox/2026/ --pattern '*.pdf'
      sheaf files import Receipts --from-run 3
      sheaf files import Receipts /srv/scans/one.pdf --url https://sheaf.example.com
    """
    if bool(paths) == bool(from_run):
        raise click.UsageError("Say what to import: either PATHS, or --from-run RUN.")
    outside = [path for path in paths if folders.elsewhere(path)]
    if outside and len(outside) < len(paths):
        raise click.UsageError("Import paths and folders elsewhere one after the other.")
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        if outside:
            done = [folders.bring(api, job_id, run_id, url, pattern, quiet=session.as_json) for url in outside]
            session.answer({"job_run_id": run_id, "imports": done}, "\n".join(map(folders.sentence, done)))
            return
        local = [str(Path(path).absolute()) if api.here else path for path in paths]
        source = {"from_run_id": lookup.run_id(api, job_id, from_run)} if from_run else {"paths": local}
        added = api.post(f"/api/jobs/{job_id}/files", {"import": source}, run_id=run_id)
    session.answer(added, f"Imported {shown.plural(added['imported'], 'file')}.")
