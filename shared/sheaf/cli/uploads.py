"""Files on their way into a run: announced in batches, sent to signed URLs by a few threads, or imported where the stores are our own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sheaf.cli import bars, shown
from sheaf.cli.api import Api, pause
from sheaf.cli.failures import ApiError
from sheaf.cli.inputs import Input
from sheaf.domain.errors import InvalidInput, Unavailable

Json = Any

#: Files announced in one call; all of them are under way before the next.
_BATCH = 200
_AT_ONCE = 6
_TRIES = 4
_CHUNK = 256 * 1024
_NAMED = 5
#: What a further try can mend: the way there, not the file.
_SERVER_ERRORS = 500

#: Called with bytes as they go.
Count = Callable[[int], None]


def add(api: Api, job_id: str, run_id: str, inputs: Sequence[Input], *, quiet: bool) -> int:
    """Take files into a run, in their order and under their names; answers how many.

    Raises InvalidInput before the first when any of them cannot be read.
    """
    _check(inputs)
    with bars.transfer("Adding", sum(each.size for each in inputs), quiet=quiet) as count:
        for batch in _batches(inputs):
            (_import if api.here else _upload)(api, job_id, run_id, batch, count)
    return len(inputs)


def _check(inputs: Sequence[Input]) -> None:
    bad = [f"{each.name}: {each.problem}" for each in inputs if each.problem]
    if bad:
        raise InvalidInput(f"Nothing was added, since not all of it can be read. {shown.clipped(bad, _NAMED)}", field="files")
    if not inputs:
        raise InvalidInput("There are no files among those names.", field="files")


def _batches(inputs: Sequence[Input]) -> Iterator[Sequence[Input]]:
    for start in range(0, len(inputs), _BATCH):
        yield inputs[start : start + _BATCH]


def _import(api: Api, job_id: str, run_id: str, batch: Sequence[Input], count: Count) -> None:
    """Copy within this machine, without a detour through HTTP; the API's import takes no names to file under."""
    from sheaf.services import files

    del job_id
    if api.here is None:
        return
    kernel, tenant = api.here.kernel, api.here.settings.tenant
    files.import_paths(kernel, tenant, run_id, [(each.path, each.name) for each in batch])
    count(sum(each.size for each in batch))


def _upload(api: Api, job_id: str, run_id: str, batch: Sequence[Input], count: Count) -> None:
    names = [{"name": each.name, "size": each.size} for each in batch]
    announced = api.post(f"/api/jobs/{job_id}/files", {"files": names}, run_id=run_id)["files"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        sent = [pool.submit(_send, api, each, file, count) for each, file in zip(batch, announced, strict=True)]
        for each in sent:
            each.result()


def _send(api: Api, given: Input, file: Json, count: Count) -> None:
    """Send one file's bytes until they have arrived, and say so."""
    attempt = 1
    while not _sent(api, given, file, count, last=attempt == _TRIES):
        time.sleep(pause(attempt))
        attempt += 1
    api.post(f"/api/jobs/{file['job_id']}/files/{file['id']}/uploaded", run_id=file["job_run_id"])


def _sent(api: Api, given: Input, file: Json, count: Count, *, last: bool) -> bool:
    try:
        api.upload(file["upload"]["url"], _chunks(given, count), size=given.size, headers=file["upload"]["headers"])
    except ApiError as error:
        if error.problem.get("code") == "already_uploaded":  # an earlier try arrived, its answer did not
            return True
        if last or int(error.problem.get("status", 0)) < _SERVER_ERRORS:
            raise
        return False
    except Unavailable:
        if last:
            raise
        return False
    return True


def _chunks(given: Input, count: Count) -> Iterator[bytes]:
    with given.path.open("rb") as data:
        while chunk := data.read(_CHUNK):
            yield chunk
            count(len(chunk))
