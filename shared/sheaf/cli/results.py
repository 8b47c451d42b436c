"""``sheaf results``: the rows of a run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from sheaf.cli import lookup, rowview, terminal
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected, run_option

Json = Any

_STATES = ("found", "blank", "missing", "unreadable")
_PAGE = 500


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose rows, handed to it together as ``where``."""

    @functools.wraps(command)
    def with_filter(*arguments: Any, file: str | None, state: str | None, below: float | None, **rest: Any) -> Any:
        where = {"file": file, "state": state, "below": None if below is None else below / 100}
        where |= {name: rest.pop(name) for name in ("text", "field", "failed", "review", "rule")}
        return command(*arguments, where=where, **rest)

    options = (
        click.option("--file", metavar="TEXT", help="Rows of files with this in their name."),
        click.option("--state", type=click.Choice(_STATES), help="Rows with a cell in this state."),
        click.option("--below", type=click.FloatRange(0, 100), metavar="PERCENT", help="Rows with a value less sure than this."),
        click.option("--text", help="Rows with this in a value, or where it was read."),
        click.option("--field", help="Look at this field alone, for --state, --below, --text and --review."),
        click.option("--review", type=click.Choice(("open", "edited")), help="Rows with a value to look at, or that somebody spoke of."),
        click.option("--rule", metavar="NAME", help="Rows of which this rule does not hold."),
        click.option("--failed/--no-failed", default=None, help="Only the files that failed, or none of them."),
    )
    for option in reversed(options):
        with_filter = option(with_filter)
    return with_filter


@click.command(cls=Command, short_help="The rows of a run.")
@click.argument("job")
@run_option
@filtered
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, help="Most rows to show.  [50]")
@click.option("--cursor", help="Go on behind an earlier answer.")
@click.option("--sources", is_flag=True, help="Also show how sure each value is, and where it was found.")
@connected
def results(session: Session, job: str, *, run: str | None, where: dict[str, Any], limit: int, cursor: str | None, sources: bool) -> None:
    """Show the rows of a JOB's run, the latest by default, in the order of its files.

    Examples:
      sheaf results Receipts
      sheaf results Receipts --below 80 --sources
      sheaf results Receipts --state missing --field total
      sheaf results Receipts --review open --sources
      sheaf results Receipts --json | jq '.rows[].values'
    """
    with session.api() as api:
        job_id = lookup.job(api, job)["id"]
        found = lookup.run(api, job_id, run)
        page = _rows(api, job_id, {**where, "run_id": found["id"], "cursor": cursor}, limit)
    if session.as_json:
        terminal.json({"job_run_id": found["id"], **page})
        return
    names = [field["name"] for field in found["fields"]]
    if page["rows"]:
        rowview.show(names, page["rows"], sources=sources, one_per_file=found["options"]["row_mode"] == "file")
    else:
        terminal.note("No rows." if found["completed_at"] else "No rows yet; they appear as files are read.")
    if page["next_cursor"]:
        terminal.note(f"There are more: --cursor {page['next_cursor']}, or 'sheaf export' for all of them.")


def _rows(api: Api, job_id: str, query: dict[str, Any], limit: int) -> Json:
    """Up to ``limit`` rows: the API's pages may come out short where rows are filtered."""
    rows: list[Json] = []
    while True:
        page = api.get(f"/api/jobs/{job_id}/results", **query, limit=min(_PAGE, limit - len(rows)))
        rows += page["rows"]
        if not page["next_cursor"] or len(rows) >= limit:
            return {"rows": rows, "next_cursor": page["next_cursor"]}
        query = {**query, "cursor": page["next_cursor"]}
