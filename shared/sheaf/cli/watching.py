"""Following a run until it ends, and telling how it went."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from sheaf.cli import bars, lookup, shown, terminal
from sheaf.cli.api import Api
from sheaf.cli.common import Session
from sheaf.cli.failures import Exit
from sheaf.domain.errors import Unavailable

if TYPE_CHECKING:
    from sheaf.embedded.work import Workforce

Json = Any

ENDED = frozenset({"completed", "partially_completed", "failed", "cancelled"})
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0


def follow(api: Api, job_id: str, run_id: str, force: Workforce | None, *, quiet: bool) -> Json:
    """Show a run's progress until it ends; answers the last of it. Raises Unavailable when ``force`` cannot do the work."""
    pause = _FIRST_PAUSE_S
    with bars.progress("Reading", quiet=quiet) as report:
        while True:
            now = api.get(f"/api/jobs/{job_id}/progress", run_id=run_id)
            done = now["tasks_total"] - now["tasks_open"]
            report(done, now["tasks_total"], now["tasks_failed"])
            if now["status"] in ENDED:
                return now
            if force and force.pool.hopeless:
                raise Unavailable("The workers cannot start on this machine; SHEAF_LOG_LEVEL=DEBUG shows why.")
            time.sleep(pause)
            pause = min(pause * 1.3, _LONGEST_PAUSE_S)


def command(session: Session, job: str, run: str | None) -> None:
    """What ``sheaf watch`` and ``sheaf runs watch`` do."""
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        begin_with = api.get(f"/api/jobs/{job_id}/progress", run_id=run_id)
        if begin_with["status"] == "pending":
            terminal.note(f"The run is not submitted yet. Start it with: sheaf submit {shown.target(job, run)}")
            raise click.exceptions.Exit(Exit.REFUSED)
        with api.workforce() as force:
            last = follow(api, job_id, run_id, force, quiet=session.as_json)
    tell(session, last)


def tell(session: Session, progress: Json) -> None:
    """Say how a run stands, then :func:`check` it."""
    session.answer(progress, f"The run is {sentence(progress)}.")
    check(progress)


def check(progress: Json) -> None:
    """End the command with code 1 when a run failed, only partly completed or was cancelled."""
    if progress["status"] != "completed":
        raise click.exceptions.Exit(Exit.FAILED)


def sentence(progress: Json) -> str:
    """``completed: 12 of 12 files read in 3.1 s``, with the failures by category."""
    took = shown.duration(progress["started_at"], progress["completed_at"])
    kinds = ", ".join(f"{each['count']} {shown.words(each['category'])}" for each in progress["failures"])
    parts = [f"{progress['tasks_completed']:,} of {shown.plural(progress['tasks_total'], 'file')} read" + (f" in {took}" if took else "")]
    parts += [f"{progress['tasks_failed']:,} failed ({kinds})"] if progress["tasks_failed"] else []
    parts += [f"{progress['tasks_cancelled']:,} cancelled"] if progress["tasks_cancelled"] else []
    return f"{shown.words(progress['status'])}: {', '.join(parts)}"
