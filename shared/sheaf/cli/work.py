"""``sheaf submit``, ``cancel``, ``retry``, ``progress`` and ``watch``: a run set going, stopped and followed."""

from __future__ import annotations

from typing import Any

import click

from sheaf.cli import lookup, shown, terminal, watching
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected, run_option

Json = Any

_NOBODY = "No server is running on this folder, so nothing reads the files yet. Start one with 'sheaf up', or follow with 'sheaf watch'."


@click.command(cls=Command, short_help="Start a run.")
@click.argument("job")
@run_option
@click.option("--wait", is_flag=True, help="Follow it to its end; then the exit code tells how it went.")
@connected
def submit(session: Session, job: str, *, run: str | None, wait: bool) -> None:
    """Start a run of a JOB, the latest by default. From then on its files and fields are final.

    Examples:
      sheaf submit Receipts
      sheaf submit Receipts --wait && sheaf export Receipts
    """
    _start(session, job, run, "submit", wait=wait)


@click.command(cls=Command, short_help="Try a run's failed files again.")
@click.argument("job")
@run_option
@click.option("--wait", is_flag=True, help="Follow it to its end; then the exit code tells how it went.")
@connected
def retry(session: Session, job: str, *, run: str | None, wait: bool) -> None:
    """Try the failed files of a JOB's run again, in the same run; what was read stays.

    Example:
      sheaf retry Receipts --wait
    """
    _start(session, job, run, "retry", wait=wait)


def _start(session: Session, job: str, run: str | None, what: str, *, wait: bool) -> None:
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        started = api.post(f"/api/jobs/{job_id}/{what}", run_id=run_id)
        if wait:
            with api.workforce() as force:
                last = watching.follow(api, job_id, run_id, force, quiet=session.as_json)
            watching.tell(session, last)
        elif session.as_json:
            terminal.json(started)
        else:
            _tell_started(api, started, shown.target(job, run))


def _tell_started(api: Api, run: Json, target: str) -> None:
    terminal.say(f"Run {run['number']} is {shown.words(run['status'])}.")
    terminal.note(_NOBODY if api.here else f"Follow it with: sheaf watch {target}")


@click.command(cls=Command, short_help="Stop a run.")
@click.argument("job")
@run_option
@connected
def cancel(session: Session, job: str, *, run: str | None) -> None:
    """Stop a run of a JOB for good. What has been read is kept.

    Example:
      sheaf cancel Receipts --run 3
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        done = api.post(f"/api/jobs/{job_id}/cancel", run_id=run_id)
    if session.as_json:
        terminal.json(done)
    else:
        rest = f", {done['stopping']:,} being stopped" if done["stopping"] else ""
        terminal.say(f"Cancelled: {done['finished']:,} files had ended and are kept, {done['stopped']:,} stopped{rest}.")


@click.command(cls=Command, short_help="How far a run is.")
@click.argument("job")
@run_option
@connected
def progress(session: Session, job: str, *, run: str | None) -> None:
    """Say how far a JOB's run is, the latest by default.

    Example:
      sheaf progress Receipts --json | jq .percent
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        now = api.get(f"/api/jobs/{job_id}/progress", run_id=run_id)
    session.answer(now, watching.sentence(now))


@click.command(cls=Command, short_help="Follow a run to its end.")
@click.argument("job")
@run_option
@connected
def watch(session: Session, job: str, *, run: str | None) -> None:
    """Follow a JOB's run until it ends; the exit code tells how it went.

    Where no server is running, this command does the work itself.

    Example:
      sheaf watch Receipts && sheaf export Receipts
    """
    watching.command(session, job, run)
