"""Preparing a submitted run: containers hand over their members, then the task list is sealed and dispatched.

Sealing counts the tasks of each shard by its range of ids and writes the sizes before anything is dispatched; from then on whoever ends
the last task of a shard can tell. A run without containers begins in the same commit, and one of few files is dispatched in the same call:
it has fewer trips to make, and a call that is cut off is repeated from where it stands.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sheaf.domain import paths
from sheaf.domain.counters import IdRange, prefix_range, shard_count, shard_range, split_range
from sheaf.domain.errors import PreconditionFailed, Unavailable
from sheaf.domain.runs import Run
from sheaf.domain.states import Phase, RunStatus, TaskStatus
from sheaf.domain.tasks import Unpacking
from sheaf.ports.store import Create, Delete, Query, Update, Where, Write
from sheaf.services import dispatch, messages, progress, runs
from sheaf.services.events import entry
from sheaf.services.kernel import Kernel
from sheaf.services.records import MAX_RACES, change, dump, fetch, pages

_PAGE = 500


def prepare(kernel: Kernel, tenant: str, run_id: str) -> None:
    """Begin a submitted run, or go on where an earlier call stopped."""
    run = runs.get(kernel, tenant, run_id)
    if run.ended:
        return
    if not run.sealed:
        if _unpacks(kernel, run):
            return
        run = seal(kernel, tenant, run_id)
    if dispatch.fits(kernel, run) and not run.cancelling and not progress.all_closed(kernel, run):
        dispatch.enqueue_range(kernel, run, "")
    else:
        launch(kernel, run)


def _unpacks(kernel: Kernel, run: Run) -> bool:
    """Call for the containers of a run, begun if it was not; False when it has none to wait for, and its list is settled."""
    if run.status is RunStatus.SUBMITTED:
        if not _gate(kernel, run):
            return False  # it begins as it is sealed
        change(kernel.store, paths.run(run.tenant, run.id), Run, lambda run: _begin(kernel, run), also=lambda run: _gate(kernel, run))
        run = runs.get(kernel, run.tenant, run.id)
    return _call_containers(kernel, run)


def _begin(kernel: Kernel, run: Run) -> dict[str, Any] | None:
    if run.status is not RunStatus.SUBMITTED:
        return None
    now = kernel.clock.now()
    return {**_begun(now), "phase": Phase.PREPARING, "last_active_at": now}


def _begun(now: datetime) -> dict[str, Any]:
    return {"status": RunStatus.IN_PROGRESS, "started_at": now}


def _waiting(run: Run) -> Query:
    """Containers that still have to hand over their members."""
    where = (Where("unpacking", "==", Unpacking.WAITING.value),)
    return Query(collection=paths.tasks(run.tenant, run.id), where=where, limit=_PAGE)


def _gate(kernel: Kernel, run: Run) -> list[Write]:
    """Open the gate that members come through, where any are to come; it counts containers off, and files in."""
    size = 0 if run.cancelling else kernel.store.count(_waiting(run))
    if not size:
        return []
    files = kernel.store.count(Query(collection=paths.tasks(run.tenant, run.id)))
    return [Create(path=paths.unpack_gate(run.tenant, run.id), data={"size": size, "done": 0, "files": files})]


def _call_containers(kernel: Kernel, run: Run) -> bool:
    """Call for every container that still has to hand over its members; False when the list is settled."""
    if run.cancelling:
        return False
    if run.round > 1 and kernel.store.get(paths.unpack_gate(run.tenant, run.id)) is None:
        _reopen_containers(kernel, run)
    if not (waiting := kernel.store.count(_waiting(run))):
        return False
    if waiting > kernel.policy.dispatch_page:
        kernel.queue.enqueue([messages.step("containers", run, prefix=part) for part in split_range("")])
    else:
        _enqueue_containers(kernel, run, IdRange())
    return True


def call_containers(kernel: Kernel, tenant: str, run_id: str, prefix: str) -> None:
    """Call for the containers whose ids start with ``prefix``, or split the work sixteen ways when they are too many for one call."""
    run, gate = runs.get(kernel, tenant, run_id), kernel.store.get(paths.unpack_gate(tenant, run_id))
    if gate is None or run.cancelling:
        return
    if gate.data["size"] / float(16 ** len(prefix)) > kernel.policy.dispatch_page:
        kernel.queue.enqueue([messages.step("containers", run, prefix=part) for part in split_range(prefix)])
    else:
        _enqueue_containers(kernel, run, prefix_range(prefix))


def _enqueue_containers(kernel: Kernel, run: Run, ids: IdRange) -> None:
    waiting = _waiting(run)
    within = (*waiting.where, Where("__id__", ">=", ids.low), Where("__id__", "<", ids.high))
    for page in pages(kernel.store, replace(waiting, where=within)):
        kernel.queue.enqueue([messages.step("unpack", run, task_id=document.id) for document in page.documents])


def _reopen_containers(kernel: Kernel, run: Run) -> None:
    """Have containers of a retried run opened once more that were given up for a reason which that may mend."""
    broken = Query(collection=paths.tasks(run.tenant, run.id), where=(Where("unpacking", "==", Unpacking.BROKEN_OFF.value),), limit=_PAGE)
    again = dump({"unpacking": Unpacking.WAITING, "problem": None, "lost_count": 0})
    while documents := kernel.store.query(broken).documents:
        with suppress(PreconditionFailed):  # another call is at the same ones
            kernel.store.commit([Update(path=document.path, fields=again, version=document.version) for document in documents])
    if gate := _gate(kernel, run):
        with suppress(PreconditionFailed):
            kernel.store.commit(gate)


def seal(kernel: Kernel, tenant: str, run_id: str) -> Run:
    """Make this round's task list final: count it by shard, and write the sizes and the shards in one commit.

    The same commit removes the unpack gate as it was before the count, so no member can join the run uncounted.
    """
    path = paths.run(tenant, run_id)
    for _ in range(MAX_RACES):
        stored = fetch(kernel.store, path, Run, "run")
        if stored.value.sealed or stored.value.ended:
            return stored.value
        gate = kernel.store.get(paths.unpack_gate(tenant, run_id))
        closing = [Delete(path=gate.path, version=gate.version)] if gate else []
        sealed, writes = _sealed(kernel, stored.value)
        try:
            kernel.store.commit([Update(path=path, fields=dump(sealed), version=stored.version), *closing, *writes])
        except PreconditionFailed:
            continue
        return runs.get(kernel, tenant, run_id)
    raise Unavailable("The run is being changed by many callers at once.")


def _sealed(kernel: Kernel, run: Run) -> tuple[dict[str, Any], list[Write]]:
    sizes = _sizes(kernel, run)
    now = kernel.clock.now()
    total = run.counts.done + sum(sizes)
    fields = {"sealed_at": now, "last_active_at": now, "phase": Phase.EXTRACTING, "tasks_total": total, "shard_sizes": sizes}
    if run.status is RunStatus.SUBMITTED:
        fields |= _begun(now)
    shards: list[Write] = [
        Create(path=paths.shard(run.tenant, run.id, run.round, number), data={"size": size, "done": 0, "closed": False, "updated_at": now})
        for number, size in enumerate(sizes)
        if size
    ]
    note = entry(
        kernel, run.tenant, run.id, "sealed", f"{sum(sizes)} files are ready to be read.", key=f"sealed-{run.round}", round=run.round
    )
    fan_in = [Create(path=paths.fan_in(run.tenant, run.id, run.round), data={"closed": 0})] if len(shards) > 1 else []
    return fields, [*shards, *fan_in, note]


def _sizes(kernel: Kernel, run: Run) -> list[int]:
    """Open tasks of this round by shard: all of them in the first, later the ones that failed and members that are new."""
    total = _count(kernel, run, IdRange())
    shards = shard_count(total)
    return [total] if shards == 1 else [_count(kernel, run, shard_range(number, shards)) for number in range(shards)]


def _count(kernel: Kernel, run: Run, ids: IdRange) -> int:
    tasks = paths.tasks(run.tenant, run.id)
    within = (Where("__id__", ">=", ids.low), Where("__id__", "<", ids.high))
    if run.round == 1:
        return kernel.store.count(Query(collection=tasks, where=within))
    open_ = [Where("status", "==", status.value) for status in (TaskStatus.FAILED, TaskStatus.PENDING)]
    return sum(kernel.store.count(Query(collection=tasks, where=(status, *within))) for status in open_)


def launch(kernel: Kernel, run: Run, *, nonce: object = "") -> int:
    """Call for whatever a sealed run needs next: dispatching, stopping, or its end; says whether the call was new."""
    if run.ended:
        return 0
    if progress.all_closed(kernel, run):
        call = messages.step("finalize", run, nonce=nonce)
    elif run.cancelling:
        call = messages.step("cancel", run, nonce=nonce, prefix="")
    else:
        call = messages.step("dispatch", run, nonce=nonce, prefix="")
    return kernel.queue.enqueue([call])
