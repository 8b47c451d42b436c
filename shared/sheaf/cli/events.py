"""``sheaf logs``: what happened in a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import click
import orjson

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected, run_option
from sheaf.cli.watching import ENDED

Json = Any

_PAUSE_S = 0.5


@click.command(cls=Command, short_help="What happened in a run.")
@click.argument("job")
@run_option
@click.option("--follow", "-f", is_flag=True, help="Go on until the run ends; with --json, one entry a line.")
@connected
def logs(session: Session, job: str, *, run: str | None, follow: bool) -> None:
    """Show the log of a JOB's run, oldest first: its steps, and every attempt that failed.

    Examples:
      sheaf logs Receipts
      sheaf logs Receipts --follow
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        if follow:
            with api.workforce():
                for event in _followed(api, job_id, run_id):
                    _show(event, as_json=session.as_json)
            return
        found = list(api.pages(f"/api/jobs/{job_id}/logs", "events", run_id=run_id))
    if session.as_json:
        terminal.json({"job_run_id": run_id, "events": found})
        return
    for event in found:
        _show(event, as_json=False)


def _followed(api: Api, job_id: str, run_id: str) -> Iterator[Json]:
    """Every entry once, as they come, until the run has ended and nothing is left to tell."""
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        ended = api.get(f"/api/jobs/{job_id}/progress", run_id=run_id)["status"] in ENDED
        while True:
            page = api.get(f"/api/jobs/{job_id}/logs", run_id=run_id, cursor=cursor, limit=200)
            new = [event for event in page["events"] if event["id"] not in seen]
            seen |= {event["id"] for event in new}
            yield from new
            if page["next_cursor"] is None:
                break
            cursor = page["next_cursor"]
        if ended:
            return
        time.sleep(_PAUSE_S)


def _show(event: Json, *, as_json: bool) -> None:
    if as_json:
        terminal.say(orjson.dumps(event).decode())
    else:
        terminal.say(f"{shown.moment(event['at'])}  {event['level']:7}  {shown.line(event['message'])}")
