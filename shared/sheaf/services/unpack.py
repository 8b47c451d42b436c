"""Unpacking: a container's members become files of the run.

The members are written out and described first; only when the whole container proved sound are they stored as tasks. Every commit is
guarded by the container's own version, so of two calls at work on one container only the newer can store anything.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from sheaf.domain import paths
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.retries import Failure
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task, Unpacking
from sheaf.ports.files import Packed
from sheaf.ports.store import Increment, Put, Update
from sheaf.services import messages, runs
from sheaf.services.files import BATCH, format_of
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump, fetch

_CHUNK = 1 << 20


@dataclass(slots=True)
class _Budget:
    """What one container, with all its levels, may still come to."""

    members: int
    bytes: int
    found: list[Task] = field(default_factory=list)


def unpack(kernel: Kernel, tenant: str, run_id: str, task_id: str) -> None:
    """Hand one container's members to the run and count it off; a container that cannot be opened keeps the reason."""
    run = runs.get(kernel, tenant, run_id)
    stored = fetch(kernel.store, paths.task(tenant, run_id, task_id), Task, "file")
    if run.sealed or run.ended or stored.value.unpacking is not Unpacking.WAITING:
        return
    task = stored.value
    budget = _Budget(kernel.policy.max_members, kernel.policy.max_unpacked_bytes)
    version = _lock(kernel, run, task, stored.version)
    problem = None
    try:
        _collect(kernel, run, task, budget)
    except FileProblem as error:
        problem, budget.found = Failure(category=error.category, message=error.message), []
    version = _store_members(kernel, run, task, version, budget.found)
    _count_off(kernel, run, task, version, problem)


def _lock(kernel: Kernel, run: Run, task: Task, version: str) -> str:
    """Take the container over: an older call at work on it fails at its next commit."""
    path = paths.task(run.tenant, run.id, task.id)
    return kernel.store.commit([Update(path=path, fields={"lease_token": Increment(1)}, version=version)])[0].version


def _collect(kernel: Kernel, run: Run, parent: Task, budget: _Budget) -> None:
    """Write out the members of a container and, below it, of the containers in it."""
    with kernel.blobs.local(parent.blob) as path:
        for index, packed in enumerate(kernel.reading.members(path, parent.filename)):
            child = _write_out(kernel, run, parent, packed, index, budget)
            budget.found.append(child)
            if child.unpacking and not child.problem:
                _collect_nested(kernel, run, child, budget)


def _collect_nested(kernel: Kernel, run: Run, child: Task, budget: _Budget) -> None:
    """Open a container inside a container; when it cannot be opened, only it fails."""
    before, problem = len(budget.found), None
    try:
        _collect(kernel, run, child, budget)
    except FileProblem as error:
        del budget.found[before:]
        problem = Failure(category=error.category, message=error.message)
    budget.found[before - 1] = replace(child, unpacking=Unpacking.DONE, problem=problem)


def _write_out(kernel: Kernel, run: Run, parent: Task, packed: Packed, index: int, budget: _Budget) -> Task:
    budget.members -= 1
    if budget.members < 0:
        raise FileProblem(FailureCategory.TOO_LARGE, f"It holds more than {kernel.policy.max_members} files. Split it.")
    id_ = paths.member_id(parent.id, packed.name, index)
    blob = paths.member_object(run.tenant, run.id, id_)
    with packed.open() as data:
        info = kernel.blobs.put(blob, cast("BinaryIO", _Counted(data, budget)))
    format_ = format_of(kernel, blob, packed.name)
    return _child(kernel, parent, packed.name, index, id_=id_, blob=blob, size=info.size, format_=format_)


def _child(kernel: Kernel, parent: Task, name: str, index: int, *, id_: str, blob: str, size: int, format_: str) -> Task:
    depth = parent.depth + 1
    container = kernel.reading.is_container(format_)
    deep = container and depth >= kernel.policy.max_member_depth
    problem = Failure(category=FailureCategory.UNSAFE, message="It is packed more levels deep than are opened.") if deep else None
    return Task(
        id=id_,
        run_id=parent.run_id,
        job_id=parent.job_id,
        position=f"{parent.position}.{index:05d}",
        filename=f"{parent.filename}/{name}",
        file_url=f"member:{parent.id}/{name}",
        file_size=size,
        format=format_,
        blob=blob,
        parent_id=parent.id,
        depth=depth,
        unpacking=(Unpacking.DONE if deep else Unpacking.WAITING) if container else None,
        problem=problem,
        max_retries=parent.max_retries,
        created_at=kernel.clock.now(),
    )


class _Counted(io.RawIOBase):
    """A member's bytes, counted against what its container may still unpack to."""

    def __init__(self, data: BinaryIO, budget: _Budget) -> None:
        self._data, self._budget = data, budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        chunk = self._data.read(min(size, _CHUNK) if size > 0 else _CHUNK)
        self._budget.bytes -= len(chunk)
        if self._budget.bytes < 0:
            raise FileProblem(FailureCategory.UNSAFE, "It unpacks to more bytes than are allowed.")
        return chunk


def _store_members(kernel: Kernel, run: Run, container: Task, version: str, members: list[Task]) -> str:
    path = paths.task(run.tenant, run.id, container.id)
    for part in _batches(members):
        # Put, not Create: a call that was cut off half way is repeated, and until the run is sealed nothing else writes these.
        puts = [Put(path=paths.task(run.tenant, run.id, child.id), data=dump(child)) for child in part]
        guard = Update(path=path, fields={"lease_token": Increment(1)}, version=version)
        version = kernel.store.commit([guard, *puts])[0].version
    return version


def _batches(members: list[Task]) -> Iterator[list[Task]]:
    for start in range(0, len(members), BATCH):
        yield members[start : start + BATCH]


def _count_off(kernel: Kernel, run: Run, container: Task, version: str, problem: Failure | None) -> None:
    done = {"unpacking": Unpacking.DONE, "problem": problem}
    written = kernel.store.commit(
        [
            Update(path=paths.task(run.tenant, run.id, container.id), fields=dump(done), version=version),
            Update(path=paths.unpack_gate(run.tenant, run.id), fields={"done": Increment(1)}),
        ]
    )
    gate = kernel.store.get(paths.unpack_gate(run.tenant, run.id))
    if gate is not None and written[1].sums["done"] >= gate.data["size"]:
        kernel.queue.enqueue([messages.step("prepare", run, nonce="unpacked")])
