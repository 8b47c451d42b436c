"""Files on their way into a run: announced in batches, sent to signed URLs by a few threads, each until its bytes have arrived."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheaf.client.calls import Calls, pause
from sheaf.client.errors import ApiError
from sheaf.domain.errors import Unavailable

Json = Any

#: Files announced in one call; all of them are under way before the next.
BATCH = 200
_AT_ONCE = 6
_TRIES = 4
_CHUNK = 256 * 1024
#: What a further try can mend: the way there, not the file.
_SERVER_ERRORS = 500

#: Called with bytes as they go.
Count = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalFile:
    """A file of this machine, and what it is to be called in the run."""

    path: Path
    #: With ``/`` between folders; they are kept.
    name: str
    size: int

    @classmethod
    def at(cls, path: Path, name: str = "") -> LocalFile:
        """The file at a path, by its own name unless another is given; raises OSError where there is none."""
        return cls(path=path, name=name or path.name, size=path.stat().st_size)


def send(calls: Calls, job_id: str, run_id: str | None, files: Sequence[LocalFile], count: Count = lambda _: None) -> list[Json]:
    """Take files into a run, in their order; answers them as they have arrived."""
    return [made for start in range(0, len(files), BATCH) for made in _batch(calls, job_id, run_id, files[start : start + BATCH], count)]


def _batch(calls: Calls, job_id: str, run_id: str | None, files: Sequence[LocalFile], count: Count) -> list[Json]:
    names = [{"name": each.name, "size": each.size} for each in files]
    announced = calls.post(f"/api/jobs/{job_id}/files", {"files": names}, run_id=run_id)["files"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sent = [pool.submit(_send, calls, each, file, count) for each, file in zip(files, announced, strict=True)]
        return [each.result() for each in sent]


def _send(calls: Calls, given: LocalFile, file: Json, count: Count) -> Json:
    """Send one file's bytes until they have arrived, and say so."""
    attempt = 1
    while not _sent(calls, given, file, count, last=attempt == _TRIES):
        time.sleep(pause(attempt))
        attempt += 1
    return calls.post(f"/api/jobs/{file['job_id']}/files/{file['id']}/uploaded", run_id=file["job_run_id"])


def _sent(calls: Calls, given: LocalFile, file: Json, count: Count, *, last: bool) -> bool:
    try:
        calls.upload(file["upload"]["url"], _chunks(given, count), size=given.size, headers=file["upload"]["headers"])
    except ApiError as error:
        if error.kind == "already_uploaded":  # an earlier try arrived, its answer did not
            return True
        if last or error.status < _SERVER_ERRORS:
            raise
        return False
    except Unavailable:
        if last:
            raise
        return False
    return True


def _chunks(given: LocalFile, count: Count) -> Iterator[bytes]:
    with given.path.open("rb") as data:
        while chunk := data.read(_CHUNK):
            yield chunk
            count(len(chunk))
