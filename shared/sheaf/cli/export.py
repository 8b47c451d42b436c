"""``sheaf export``: the rows of a run as a file."""

from __future__ import annotations

import mimetypes
import sys
from pathlib import Path
from typing import Any

import click

from sheaf.cli import folders, lookup, shown
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected, run_option
from sheaf.cli.replacing import replacing
from sheaf.cli.results import filtered
from sheaf.domain.errors import InvalidInput
from sheaf.domain.runs import export_stem

#: Ending of the file and last part of the route, by format.
_ROUTES = {"csv": "csv", "xlsx": "excel", "json": "json", "jsonl": "jsonl"}


@click.command(cls=Command, short_help="Write the rows of a run to a file.")
@click.argument("job")
@click.argument("format_", metavar="[csv|xlsx|json|jsonl]", type=click.Choice(list(_ROUTES)), required=False)
@click.option(
    "--output", "-o", metavar="PATH", help="Where to write; - is standard output, s3://… or gs://… a bucket.  [job_…_run_…_results.csv]"
)
@click.option("--sources", is_flag=True, help="Add columns with how sure each value is, and where it was found.")
@click.option("--columns", metavar="A,B", help="Only these fields, in this order.")
@run_option
@filtered
@connected
def export(
    session: Session,
    job: str,
    *,
    format_: str | None,
    output: str | None,
    sources: bool,
    columns: str | None,
    run: str | None,
    where: dict[str, Any],
) -> None:
    """Write the rows of a JOB's run, the latest by default, to a file.

    Examples:
      sheaf export Receipts
      sheaf export Receipts xlsx --sources
      sheaf export Receipts -o receipts.jsonl --failed
      sheaf export Receipts csv -o - | head
      sheaf export Receipts -o s3://acme-tables/receipts.xlsx
    """
    kind = _kind(format_, output)
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        query = {**where, "sources": sources or None, "columns": columns}
        if output == "-":
            api.download(f"/api/jobs/{job_id}/export/{_ROUTES[kind]}", sys.stdout.buffer, run_id=run_id, **query)
            return
        if folders.elsewhere(output or ""):
            _deliver(session, api, (job_id, run_id, kind), str(output), query)
            return
        path = save(api, job_id, run_id, kind, Path(output or usual_name(job_id, run_id, kind)), **query)
    session.answer(
        {"job_run_id": run_id, "path": str(path), "bytes": path.stat().st_size}, f"Wrote {path} ({shown.size(path.stat().st_size)})."
    )


def _deliver(session: Session, api: Api, what: tuple[str, str, str], url: str, query: dict[str, Any]) -> None:
    """Write the rows to a file elsewhere, under their usual name where only a folder is named, and say so."""
    job_id, run_id, kind = what
    to = url + usual_name(job_id, run_id, kind) if url.endswith("/") else url
    type_ = mimetypes.guess_type(to)[0] or "application/octet-stream"
    size = folders.deliver(
        session.settings, to, lambda out: api.download(f"/api/jobs/{job_id}/export/{_ROUTES[kind]}", out, run_id=run_id, **query), type_
    )
    session.answer({"job_run_id": run_id, "url": to, "bytes": size}, f"Wrote {to} ({shown.size(size)}).")


def save(api: Api, job_id: str, run_id: str, kind: str, path: Path, **query: Any) -> Path:
    """Write a run's rows to ``path``, whole or not at all, and answer it."""
    with replacing(path) as out:
        api.download(f"/api/jobs/{job_id}/export/{_ROUTES[kind]}", out, run_id=run_id, **query)
    return path


def usual_name(job_id: str, run_id: str, kind: str) -> str:
    """The name under which a run's rows are written unless another is given (A12)."""
    return f"{export_stem(job_id, run_id)}.{kind}"


def _kind(format_: str | None, output: str | None) -> str:
    """The format that is named, or that the file's name ends in."""
    ending = Path(output or "").suffix.removeprefix(".").lower()
    if format_ or not output or output == "-" or (folders.elsewhere(output) and output.endswith("/")):
        return format_ or "csv"
    if ending not in _ROUTES:
        raise InvalidInput(f"{output} does not say what to write; end it in one of .{', .'.join(_ROUTES)}.", field="output")
    return ending
