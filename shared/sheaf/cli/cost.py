"""``sheaf cost``: what a run is expected to cost, and what it has cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Command, Session, connected, run_option

Json = Any


@click.command(cls=Command, short_help="What a run will cost, and what it has cost.")
@click.argument("job")
@run_option
@connected
def cost(session: Session, job: str, *, run: str | None) -> None:
    """Say what a JOB's run will cost, the latest by default, before it is submitted; and what it has cost once it reads.

    The embedded engine costs nothing. For engines with a model, tokens are guessed from above by the files' sizes and what the first of
    them hold; prices are the vendors', or those of SHEAF_MODEL_PRICES.

    \b
    Examples:
      sheaf cost Receipts
      sheaf cost Receipts --run 3 --json
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        found = api.get(f"/api/jobs/{job_id}/cost", run_id=run_id)
    if session.as_json:
        terminal.json(found)
        return
    terminal.listing(("", "FILES", "PAGES", "TOKENS IN", "TOKENS OUT", "COST"), list(_lines(found)))
    for remark in found["remarks"]:
        terminal.note(shown.line(remark))


def _lines(found: Json) -> Iterator[tuple[str, ...]]:
    if found["estimate"]:
        yield _line("expected", found["estimate"])
    if found["spent"]["files"] or not found["estimate"]:
        yield _line("spent", found["spent"])


def _line(name: str, part: Json) -> tuple[str, ...]:
    counts = (f"{part[key]:,}" for key in ("files", "pages", "tokens_in", "tokens_out"))
    return name, *counts, _dollars(part["cost"])


def _dollars(cost: Json) -> str:
    return f"{cost['amount']} {cost['currency']}" if cost else "unknown"
