"""``sheaf runs``: the isolated executions of a job."""

from __future__ import annotations

from typing import Any

import click

from sheaf.cli import lookup, shown, terminal, watching
from sheaf.cli.common import Group, Session, connected
from sheaf.cli.fieldspec import field_line

Json = Any


@click.group(cls=Group, short_help="Executions of a job: list, create, show, watch.")
def runs() -> None:
    """Runs: isolated executions of a job. Nothing a later run does changes an earlier one.

    Examples:
      sheaf runs list Receipts
      sheaf runs create Receipts --clone 3
    """


@runs.command("list")
@click.argument("job")
@click.option("--status", help="Only runs that stand there, such as completed or failed.")
@connected
def list_(session: Session, job: str, *, status: str | None) -> None:
    """List the runs of a JOB, newest first.

    Example:
      sheaf runs list Receipts --status partially_completed
    """
    with session.api() as api:
        found = lookup.job(api, job)
        listed = list(api.pages(f"/api/jobs/{found['id']}/runs", "runs", status=status))
    if session.as_json:
        terminal.json({"runs": listed, "total": len(listed), "latest_run_id": found["latest_run_id"]})
    elif listed:
        terminal.listing(("RUN", "STATUS", "FILES", "FAILED", "STARTED", "TOOK", "ID"), [_line(run) for run in listed], status=1)
    else:
        terminal.note("No run stands there.")


def _line(run: Json) -> tuple[str, ...]:
    took = shown.duration(run["started_at"], run["completed_at"])
    return (
        str(run["number"]),
        run["status"],
        str(run["tasks_total"]),
        str(run["tasks_failed"]),
        shown.moment(run["started_at"]),
        took,
        run["id"],
    )


@runs.command()
@click.argument("job")
@click.option("--clone", metavar="RUN", help="Start from the fields and options of another run.")
@click.option("--template", metavar="NAME", help="Start from the fields of a template.")
@connected
def create(session: Session, job: str, *, clone: str | None, template: str | None) -> None:
    """Create a further run of a JOB, with the job's fields unless another source is named.

    Examples:
      sheaf runs create Receipts
      sheaf runs create Receipts --clone 3
    """
    if clone and template:
        raise click.UsageError("Start from another run or from a template, not from both.")
    with session.api() as api:
        job_id = lookup.job(api, job)["id"]
        body = {}
        if clone:
            body["clone_from_run_id"] = lookup.run_id(api, job_id, clone)
        if template:
            body["template_id"] = lookup.template(api, template)["id"]
        run = api.post(f"/api/jobs/{job_id}/runs", body)
    session.answer(run, f"Created run {run['number']} ({run['id']}).")


@runs.command()
@click.argument("job")
@click.argument("run", required=False)
@connected
def show(session: Session, job: str, run: str | None) -> None:
    """Show a RUN of a JOB, the latest by default: where it stands, and what it reads.

    Example:
      sheaf runs show Receipts 3
    """
    with session.api() as api:
        found = lookup.run(api, lookup.job(api, job)["id"], run)
    if session.as_json:
        terminal.json(found)
        return
    terminal.facts(_facts(found))
    terminal.say()
    terminal.listing(("FIELD", "TYPE", "DESCRIPTION"), [field_line(field) for field in found["fields"]])


def _facts(run: Json) -> list[tuple[str, str]]:
    files = f"{run['tasks_total']}: {run['tasks_completed']} read, {run['tasks_failed']} failed, {run['tasks_cancelled']} cancelled"
    phase = f" ({run['phase']})" if run["phase"] else ""
    facts = [
        ("run", str(run["number"])),
        ("id", run["id"]),
        ("status", run["status"] if not phase else shown.words(run["status"]) + phase),
        ("files", files),
        ("created", shown.moment(run["created_at"])),
        ("started", shown.moment(run["started_at"])),
        ("completed", shown.moment(run["completed_at"])),
        ("took", shown.duration(run["started_at"], run["completed_at"])),
        ("error", run["error_message"] or ""),
    ]
    return [(name, text) for name, text in facts if text]


@runs.command()
@click.argument("job")
@click.argument("run", required=False)
@connected
def watch(session: Session, job: str, run: str | None) -> None:
    """Follow a RUN of a JOB until it ends; the exit code tells how it went.

    Example:
      sheaf runs watch Receipts && sheaf export Receipts
    """
    watching.command(session, job, run)
