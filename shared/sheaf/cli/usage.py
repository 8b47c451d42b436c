"""``sheaf usage``: what was used."""

from __future__ import annotations

from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Command, Session, connected, run_option


@click.command(cls=Command, short_help="What was used, by month, job and run.")
@click.argument("job", required=False)
@run_option
@click.option("--month", metavar="YYYY-MM", help="Another month than this one.")
@connected
def usage(session: Session, job: str | None, *, run: str | None, month: str | None) -> None:
    """Say what was used: in a month, or by a JOB and its run.

    Examples:
      sheaf usage
      sheaf usage --month 2026-10
      sheaf usage Receipts --run 3
    """
    if run and not job:
        raise click.UsageError("A run is one of a job: name the job too.")
    with session.api() as api:
        if job:
            job_id, run_id = lookup.ids(api, job, run)
            found = api.get(f"/api/jobs/{job_id}/usage", run_id=run_id)
        else:
            found = api.get("/api/usage", month=month)
    if session.as_json:
        terminal.json(found)
        return
    sums = [("this run", found["run"]), ("the job", found["job"])] if job else [(found["month"], found["usage"])]
    terminal.listing(("", "FILES", "PAGES", "ROWS", "SIZE", "MODEL TOKENS"), [_line(name, used) for name, used in sums])


def _line(name: str, used: Any) -> tuple[str, ...]:
    counts = (f"{used[key]:,}" for key in ("files", "pages", "rows"))
    return name, *counts, shown.size(used["bytes"]), f"{used['model_tokens']:,}"
