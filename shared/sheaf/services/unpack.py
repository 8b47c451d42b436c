"""Unpacking: a container's members become files of the run.

The members are written out and described first; only when the whole container proved sound are they stored as tasks. Every commit is
guarded twice: by the container's own version, so that of two calls at work on one container only the newer can store anything, and by
the run's unpack gate, which sealing removes, so that nothing joins a run whose files have been counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, cast

from sheaf.domain import paths
from sheaf.domain.errors import FailureCategory, FileProblem, NotFound, Unavailable
from sheaf.domain.retries import MENDABLE, Failure, failure_of
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task, Unpacking
from sheaf.domain.texts import storable
from sheaf.ports.blobs import BlobInfo
from sheaf.ports.files import Member
from sheaf.ports.store import Document, Increment, Put, Update, Write, Written
from sheaf.services import messages, runs
from sheaf.services.complete import Held
from sheaf.services.files import BATCH, format_of
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump, fetch
from sheaf.services.streams import Bounded

#: A container that was begun so often and never finished is given up: it takes workers down, or cannot be unpacked in the time there is.
MAX_TRIES = 20

_MAX_NAME = 4096

_TOO_DEEP = Failure(category=FailureCategory.UNSAFE, message="It is packed more levels deep than are opened.")
_WORN_OUT = Failure(category=FailureCategory.CRASHED, message=f"Unpacking it was begun {MAX_TRIES} times and never finished.")
_BYTES_GONE = Failure(category=FailureCategory.FILE_MISSING, message="The file's bytes are not in the store any more.")


@dataclass(slots=True)
class _Harvest:
    """What one container has handed over so far, and what it may still come to with all its levels."""

    kernel: Kernel
    run: Run
    members: int
    bytes: int
    found: list[Task] = field(default_factory=list)
    #: Set once a bound was passed, on whatever level: then the container as a whole is refused.
    over: Failure | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member in its container."""

    parent: Task
    packed: Member
    index: int


def unpack(kernel: Kernel, tenant: str, run_id: str, task_id: str) -> None:
    """Hand one container's members to the run and count it off; a container that cannot be opened keeps the reason."""
    run = runs.get(kernel, tenant, run_id)
    stored = fetch(kernel.store, paths.task(tenant, run_id, task_id), Task, "file")
    gate = kernel.store.get(paths.unpack_gate(tenant, run_id))
    if gate is None or run.cancelling or stored.value.unpacking is not Unpacking.WAITING:
        return
    held = _lock(kernel, Held(run, stored.value, stored.version))
    members, problem = _opened(kernel, held, gate)
    if (finished := _store_members(kernel, held, members)) is not None:
        _count_off(kernel, finished, gate, problem)


def _lock(kernel: Kernel, held: Held) -> Held:
    """Take the container over: an older call at work on it fails at its next commit."""
    path = paths.task(held.run.tenant, held.run.id, held.task.id)
    fields = {"lease_token": Increment(1), "lost_count": Increment(1)}
    written = kernel.store.commit([Update(path=path, fields=fields, version=held.version)])
    return replace(held, version=written[0].version)


def _opened(kernel: Kernel, held: Held, gate: Document) -> tuple[list[Task], Failure | None]:
    """The members of a container, or why it has none."""
    if held.task.lost_count >= MAX_TRIES:
        return [], _WORN_OUT
    harvest = _Harvest(kernel, held.run, kernel.policy.max_members, kernel.policy.max_unpacked_bytes)
    problem = _collect(harvest, held.task) or harvest.over
    if problem is None and gate.data["files"] + len(harvest.found) > kernel.policy.max_files:
        problem = Failure(category=FailureCategory.TOO_LARGE, message=f"A run takes at most {kernel.policy.max_files} files.")
    return ([], problem) if problem else (harvest.found, None)


def _collect(harvest: _Harvest, parent: Task) -> Failure | None:
    """Write out the members of a container and, below it, of the containers in it; says why it cannot be opened."""
    try:
        with harvest.kernel.blobs.local(parent.blob) as path:
            for index, packed in enumerate(harvest.kernel.reading.members(path, parent.filename)):
                _take(harvest, _Entry(parent, packed, index))
    except Unavailable:
        raise
    except NotFound:
        return _BYTES_GONE
    except Exception as error:  # noqa: BLE001 - whatever a container can do to its reader is the container's failure
        return failure_of(error)
    return None


def _take(harvest: _Harvest, entry: _Entry) -> None:
    child = _write_out(harvest, entry)
    place = len(harvest.found)
    harvest.found.append(child)
    if child.unpacking is not Unpacking.WAITING:
        return
    problem = _collect(harvest, child)
    if harvest.over is not None:
        raise FileProblem(harvest.over.category, harvest.over.message)
    if problem is not None:  # only it fails, and hands over nothing
        del harvest.found[place + 1 :]
    harvest.found[place] = replace(child, unpacking=_left(problem), problem=problem)


def _left(problem: Failure | None) -> Unpacking:
    """How a container is left that was tried."""
    return Unpacking.BROKEN_OFF if problem is not None and problem.category in MENDABLE else Unpacking.DONE


def _write_out(harvest: _Harvest, entry: _Entry) -> Task:
    harvest.members -= 1
    if harvest.members < 0:
        limit = harvest.kernel.policy.max_members
        raise _refused(harvest, FailureCategory.TOO_LARGE, f"It holds more than {limit} files. Split it.")
    id_ = paths.member_id(entry.parent.id, entry.packed.name, entry.index)
    info = _bytes_of(harvest, entry.packed, paths.member_object(harvest.run.tenant, harvest.run.id, id_))
    return _child(harvest.kernel, entry, id_, info)


def _bytes_of(harvest: _Harvest, packed: Member, blob: str) -> BlobInfo:
    """Store a member's bytes, unless an earlier call that was cut off has done so."""
    info = harvest.kernel.blobs.info(blob)
    if info is None:
        with packed.open() as data:
            info = harvest.kernel.blobs.put(blob, cast("BinaryIO", Bounded(data, partial(_check_size, harvest))))
    _check_size(harvest, info.size)
    harvest.bytes -= info.size
    return info


def _check_size(harvest: _Harvest, size: int) -> None:
    if size > harvest.bytes:
        raise _refused(harvest, FailureCategory.UNSAFE, "It unpacks to more bytes than are allowed.")


def _refused(harvest: _Harvest, category: FailureCategory, message: str) -> FileProblem:
    harvest.over = Failure(category=category, message=message)
    return FileProblem(category, message)


def _child(kernel: Kernel, entry: _Entry, id_: str, info: BlobInfo) -> Task:
    parent, name = entry.parent, entry.packed.name
    depth = parent.depth + 1
    format_ = format_of(kernel, info.path, name)
    container = kernel.reading.is_container(format_)
    deep = container and depth >= kernel.policy.max_member_depth
    return Task(
        id=id_,
        tenant=parent.tenant,
        run_id=parent.run_id,
        job_id=parent.job_id,
        position=f"{parent.position}.{entry.index:05d}",
        filename=storable(f"{parent.filename}/{name}", _MAX_NAME),
        file_url=storable(f"member:{parent.id}/{name}", _MAX_NAME),
        file_size=info.size,
        format=format_,
        blob=info.path,
        parent_id=parent.id,
        depth=depth,
        unpacking=(Unpacking.DONE if deep else Unpacking.WAITING) if container else None,
        problem=_TOO_DEEP if deep else None,
        max_retries=parent.max_retries,
        created_at=kernel.clock.now(),
    )


def _store_members(kernel: Kernel, held: Held, members: list[Task]) -> Held | None:
    """Make the members files of the run; None when it was cancelled meanwhile, which is no time to go on."""
    run = held.run
    for part in _batches(members):
        if runs.get(kernel, run.tenant, run.id).cancelling:
            return None
        # Put, not Create: a call that was cut off half way is repeated, and until the run is sealed nothing else writes these.
        puts = [Put(path=paths.task(run.tenant, run.id, child.id), data=dump(child)) for child in _unknown(kernel, run, part)]
        written = _commit(kernel, held, {"lease_token": Increment(1)}, {"files": Increment(len(part))}, puts)
        held = replace(held, version=written[0].version)
    return held


def _unknown(kernel: Kernel, run: Run, members: list[Task]) -> list[Task]:
    """Members that an earlier round does not have: what it read of a container that was broken off later stays."""
    if run.round == 1:
        return members
    there = kernel.store.get_many([paths.task(run.tenant, run.id, member.id) for member in members])
    return [member for member, document in zip(members, there, strict=True) if document is None]


def _commit(
    kernel: Kernel, held: Held, fields: dict[str, object], counts: dict[str, object], also: list[Put] | None = None
) -> list[Written]:
    """Change the container and the gate together, with whatever belongs to it; raises PreconditionFailed when either has moved on."""
    run = held.run
    writes: list[Write] = [
        Update(path=paths.task(run.tenant, run.id, held.task.id), fields=fields, version=held.version),
        Update(path=paths.unpack_gate(run.tenant, run.id), fields=counts),
    ]
    return kernel.store.commit([*writes, *(also or [])])


def _batches(members: list[Task]) -> Iterator[list[Task]]:
    for start in range(0, len(members), BATCH):
        yield members[start : start + BATCH]


def _count_off(kernel: Kernel, held: Held, gate: Document, problem: Failure | None) -> None:
    done = {"unpacking": _left(problem), "problem": problem, "lost_count": 0}
    written = _commit(kernel, held, dump(done), {"done": Increment(1)})
    if written[1].sums["done"] >= gate.data["size"]:
        kernel.queue.enqueue([messages.step("prepare", held.run, nonce="unpacked")])
