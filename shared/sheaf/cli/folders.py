"""Folders elsewhere, such as ``s3://bucket/folder``: imports followed to their end, and exports delivered."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from sheaf.cli import bars, shown
from sheaf.cli.api import Api
from sheaf.domain.errors import Conflict, InvalidInput, Unavailable
from sheaf.settings import Settings

if TYPE_CHECKING:
    from sheaf.embedded.work import Workforce

Json = Any

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0


def elsewhere(name: str) -> bool:
    """Whether a name is an address and not a path."""
    return "://" in name


def bring(api: Api, job_id: str, run_id: str, url: str, pattern: str, *, quiet: bool) -> Json:
    """Have a folder imported, and show how far it is until it is over; raises Conflict when it was not imported to its end."""
    begun = api.post(f"/api/jobs/{job_id}/imports", {"url": url, "pattern": pattern}, run_id=run_id)
    with api.workforce() as force, bars.progress("Importing", quiet=quiet) as report:
        done = _followed(lambda: api.get(f"/api/jobs/{job_id}/imports/{begun['id']}", run_id=run_id), force, report)
    if done["status"] != "completed":
        raise Conflict(f"{sentence(done)} {done['error_message'] or 'The run was cancelled.'}", code=f"import_{done['status']}")
    return done


def _followed(ask: Callable[[], Json], force: Workforce | None, report: Callable[[int, int, int], None]) -> Json:
    pause = _FIRST_PAUSE_S
    while True:
        now = ask()
        report(now["imported"], 0, now["refused"])
        if now["status"] != "running":
            return now
        if force and force.pool.hopeless:
            raise Unavailable("The workers cannot start on this machine; SHEAF_LOG_LEVEL=DEBUG shows why.")
        time.sleep(pause)
        pause = min(pause * 1.3, _LONGEST_PAUSE_S)


def sentence(done: Json) -> str:
    """``Imported 12 files (1.2 MB) from s3://bucket/in.``, with what was not imported."""
    text = f"Imported {shown.plural(done['imported'], 'file')} ({shown.size(done['bytes'])}) from {done['url']}"
    text += f", {done['known']:,} were there already" if done["known"] else ""
    text += f", {done['refused']:,} could not be: {_why(done)}" if done["refused"] else ""
    return f"{text}; there are more." if done["more"] else f"{text.rstrip('.')}."


def _why(done: Json) -> str:
    return shown.clipped([f"{file['name']}: {file['reason'].rstrip('.')}" for file in done["refused_files"]], 3)


def deliver(settings: Settings, url: str, write: Callable[[BinaryIO], object], content_type: str) -> int:
    """Write a file elsewhere, whole or not at all, with this process' own credentials; answers its size in bytes."""
    from sheaf import bootstrap

    parent, _, name = url.rpartition("/")
    if not name or parent.endswith(":/"):
        raise InvalidInput(f"{url} names no file; one looks like s3://bucket/results.csv.", field="output")
    folder = bootstrap.folder(settings, f"{parent}/")
    with tempfile.TemporaryFile(prefix="sheaf-") as file:
        write(cast("BinaryIO", file))
        file.seek(0)
        return folder.put(name, cast("BinaryIO", file), content_type=content_type).size
