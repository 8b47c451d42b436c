"""Files on their way into a run: sent to the server by its client, or imported where the stores are our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheaf.cli import bars, shown
from sheaf.cli.api import Api
from sheaf.cli.inputs import Input
from sheaf.client import uploading
from sheaf.client.uploading import Count, LocalFile
from sheaf.domain.errors import InvalidInput

_NAMED = 5


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
    for start in range(0, len(inputs), uploading.BATCH):
        yield inputs[start : start + uploading.BATCH]


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
    uploading.send(api, job_id, run_id, [LocalFile(path=each.path, name=each.name, size=each.size) for each in batch], count)
