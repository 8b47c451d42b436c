"""Claiming tasks: each by compare-and-set, so that of several callers one gets it; several at once where a worker holds several calls.

Budget: two reads and one write a task. A call that must not start anything is told why and costs the reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import NotFound, PreconditionFailed, SheafError
from sheaf.domain.record import record
from sheaf.domain.runs import Run
from sheaf.domain.states import TaskStatus
from sheaf.domain.tasks import Refusal, Seen, Task, claimed, refusal
from sheaf.ports.store import Document, Update, Written
from sheaf.services import abilities
from sheaf.services.complete import Held
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric
from sheaf.services.records import Stored, changes, commit_each, dump, load

#: Refusals of a delivery whose work another has done or is doing.
_DUPLICATE = frozenset({Refusal.ALREADY_ENDED, Refusal.LEASED, Refusal.RUN_OVER})


@record(frozen=True, kw_only=True, slots=True)
class Call:
    """What a delivery asks for: one task, and how it was seen."""

    tenant: str
    run_id: str
    task_id: str
    seen: Seen


@record(frozen=True, slots=True)
class _Claim:
    """A claim that may be made: what it is guarded by, and the fields it writes."""

    run: Run
    task: Stored[Task]
    fields: dict[str, Any]


def take(kernel: Kernel, call: Call) -> Held | Refusal:
    """Claim one task, or say why not; raises NotFound where it is gone."""
    (answer,) = take_each(kernel, [call])
    if isinstance(answer, SheafError):
        raise answer
    return answer


def take_each(kernel: Kernel, calls: Sequence[Call]) -> list[Held | Refusal | SheafError]:
    """Claim tasks, each by itself, in one reading and one call to the store: for each what :func:`take` answers, or the error it raises."""
    runs, tasks = _read(kernel, calls)
    now = kernel.clock.now()
    decided = [_decide(kernel, runs[_run_path(call)], task, call, now) for call, task in zip(calls, tasks, strict=True)]
    claims = [answer for answer in decided if isinstance(answer, _Claim)]
    # A claim that a power cut undoes was that of a worker which the cut has ended.
    written = iter(commit_each(kernel.store, [[_write(claim)] for claim in claims], lasting=False))
    return [_held(kernel, answer, next(written)) if isinstance(answer, _Claim) else answer for answer in decided]


def give_back(kernel: Kernel, held: Sequence[Held]) -> list[SheafError | None]:
    """Let go of tasks that were not begun, for whoever their message comes to next; nobody takes their worker for lost.

    Answers for each the error that keeps it held; it is none that another holds it by now.
    """
    now = kernel.clock.now()
    # The time lets the sweeper call for it, should its message be lost.
    fields = dump({"status": TaskStatus.QUEUED, "lease_expires_at": None, "next_retry_at": now})
    answers = commit_each(kernel.store, [[Update(path=each.path, fields=fields, version=each.version)] for each in held])
    return [answer if isinstance(answer, SheafError) and not isinstance(answer, PreconditionFailed) else None for answer in answers]


def _read(kernel: Kernel, calls: Sequence[Call]) -> tuple[dict[str, Run | None], list[Document | None]]:
    """Every run of the calls, once, by its address, and their tasks; read at one moment."""
    addresses = list(dict.fromkeys(map(_run_path, calls)))
    documents = kernel.store.get_many([*addresses, *(paths.task(call.tenant, call.run_id, call.task_id) for call in calls)])
    runs = {address: load(document, Run).value if document else None for address, document in zip(addresses, documents, strict=False)}
    return runs, documents[len(addresses) :]


def _run_path(call: Call) -> str:
    return paths.run(call.tenant, call.run_id)


def _decide(kernel: Kernel, run: Run | None, document: Document | None, call: Call, now: datetime) -> _Claim | Refusal | NotFound:
    if run is None or document is None:
        return NotFound("The run or the file of this call is gone.", what="task", id=call.task_id)
    task = load(document, Task)
    if why := refusal(task.value, run, call.seen, now):
        if why in _DUPLICATE and not run.cancelling:
            kernel.tally.add(Metric.DUPLICATE_DELIVERIES)
        return why
    return _Claim(run, task, claimed(task.value, run, call.seen, now=now, lease=_lease(kernel, run)))


def _lease(kernel: Kernel, run: Run) -> timedelta:
    """How long a worker may take; no time of its own where the job type is unknown, which is found at once."""
    known = abilities.job_type(kernel, run)
    return kernel.policy.lease_margin + timedelta(seconds=known.info.timeout_s if known else 0)


def _write(claim: _Claim) -> Update:
    path = paths.task(claim.run.tenant, claim.run.id, claim.task.value.id)
    return Update(path=path, fields=changes(claim.task.value, claim.fields), version=claim.task.version)


def _held(kernel: Kernel, claim: _Claim, answer: list[Written] | SheafError) -> Held | Refusal | SheafError:
    if isinstance(answer, PreconditionFailed):
        kernel.tally.add(Metric.DUPLICATE_DELIVERIES)
        return Refusal.LEASED
    if isinstance(answer, SheafError):
        return answer
    if claim.fields["lost_count"] > claim.task.value.lost_count:
        kernel.tally.add(Metric.LOST_ATTEMPTS)
    return Held(claim.run, replace(claim.task.value, **claim.fields), answer[0].version)
