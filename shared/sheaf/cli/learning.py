"""``sheaf learn``: what a job makes of the edits of its values."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.api import Api
from sheaf.cli.common import Command, Session, connected
from sheaf.domain.errors import Unavailable

if TYPE_CHECKING:
    from sheaf.embedded.work import Workforce

Json = Any

#: The reason that edits are left out by which speak of other rows than those that are read now.
_ROW_MODE = "row_mode"
#: Seconds between two looks at a version that is being made.
_PAUSE = 0.5


@click.command(cls=Command, short_help="Learn from corrected values.")
@click.argument("job")
@click.option("--show", is_flag=True, help="Only show the versions there are.")
@click.option("--use", type=click.IntRange(0), metavar="VERSION", help="Have new runs read by this version; 0 for rules alone.")
@click.option("--wait/--no-wait", default=True, help="Wait until the version is made.  [wait]")
@connected
def learn(session: Session, job: str, *, show: bool, use: int | None, wait: bool) -> None:
    """Have a JOB learn from the values that were accepted or corrected in three documents or more.

    It learns the labels of the job's own papers, the headers of its tables, and to choose among the values that may be meant. Each document
    is read by what the others teach; a field keeps only what reads more of them rightly. Runs created from then on read by the version,
    those that exist do not.

    Examples:
      sheaf edit Receipts scan-7.pdf shop="Corner Store" --accept total
      sheaf learn Receipts
      sheaf learn Receipts --use 0
    """
    with session.api() as api:
        job_id = lookup.job(api, job)["id"]
        if use is not None:
            api.put(f"/api/jobs/{job_id}/learned", {"version": use})
        elif not show:
            made = api.post(f"/api/jobs/{job_id}/learned")
            if wait:
                with api.workforce() as force:
                    _await(api, job_id, made["version"], force)
        found = api.get(f"/api/jobs/{job_id}/learned")
    _tell(session, found)


def _await(api: Api, job_id: str, version: int, force: Workforce | None) -> None:
    """Return when the version is made; raises Unavailable when ``force`` cannot make it."""
    while _is_training(api, job_id, version):
        if force and force.pool.hopeless:
            raise Unavailable("The workers cannot start on this machine; SHEAF_LOG_LEVEL=DEBUG shows why.")
        time.sleep(_PAUSE)


def _is_training(api: Api, job_id: str, version: int) -> bool:
    versions = api.get(f"/api/jobs/{job_id}/learned")["versions"]
    return any(one["version"] == version and one["status"] == "training" for one in versions)


def _tell(session: Session, found: Json) -> None:
    if session.as_json:
        terminal.json(found)
        return
    if not found["versions"]:
        terminal.note("It has learned nothing yet. Accept or correct values of three documents: sheaf edit JOB FILE …")
        return
    terminal.listing(
        ("VERSION", "STATUS", "DOCUMENTS", "RIGHT BEFORE", "RIGHT NOW", "IN USE"), [_line(one, found) for one in found["versions"]]
    )
    newest = found["versions"][0]
    terminal.listing(("FIELD", "RIGHT BEFORE", "RIGHT NOW", "OF", "LEARNED"), [_field(one) for one in newest["fields"]])
    if newest["error_message"]:
        terminal.note(newest["error_message"])
    for line in _left_out(newest["left_out"]):
        terminal.note(line)


def _left_out(counts: Json) -> Iterator[str]:
    """What taught nothing, and why."""
    others = counts.get(_ROW_MODE, 0)
    unread = {why: count for why, count in counts.items() if why != _ROW_MODE}
    if unread:
        reasons = ", ".join(f"{count} {shown.words(why)}" for why, count in sorted(unread.items()))
        yield f"{shown.plural(sum(unread.values()), 'document')} could not be read and taught nothing: {reasons}."
    if others:
        yield f"{shown.plural(others, 'document')} taught nothing, since something else became a row when they were edited."


def _line(version: Json, found: Json) -> tuple[str, ...]:
    before, after = (str(sum(one[name] for one in version["fields"])) for name in ("right_before", "right_after"))
    used = "yes" if version["version"] == found["in_use"] else ""
    return str(version["version"]), version["status"], str(version["documents"]), before, after, used


def _field(one: Json) -> tuple[str, ...]:
    ways = [f"labels {', '.join(map(repr, one['labels']))}" if one["labels"] else "", "a ranking" if one["ranked"] else ""]
    return (
        one["field"],
        str(one["right_before"]),
        str(one["right_after"]),
        str(one["tried"]),
        shown.line("; ".join(filter(None, ways)) or "nothing"),
    )
