"""Learning: versions of what a job has learned from the edits of its values, made by the worker, used by later runs, revertible (X13)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, FileProblem, InvalidInput, PreconditionFailed, Unavailable
from sheaf.domain.jobs import Job
from sheaf.domain.learning import LearnedVersion, LearningStatus, Lesson
from sheaf.ports.store import Create, Order, Query, Update, Write
from sheaf.services import messages, runs, studying
from sheaf.services.kernel import Kernel
from sheaf.services.records import Stored, change, dump, fetch, load

_log = logging.getLogger(__name__)

#: Documents with edits without which nothing is learned.
FEWEST = 3
#: A version that is not made by then is given up when another one is asked for: whatever was to make it was lost.
_GIVEN_UP_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Versions:
    """A job's versions, the newest first; ``in_use`` is the number of the one that new runs read by, 0 for none."""

    versions: list[LearnedVersion]
    in_use: int
    cursor: str | None = None


def request(kernel: Kernel, tenant: str, job_id: str) -> LearnedVersion:
    """Have the worker make a further version from the edits there are.

    Raises:
        InvalidInput: code ``too_few_examples``, when fewer documents than :data:`FEWEST` have edits.
        Conflict: code ``learning``, when another version is being made, ``cannot_learn`` for a type of job that does not.
    """
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job")
    studying.learner(kernel, job.value.type)
    run = runs.of_job(kernel, tenant, job_id, None)
    known, others = studying.edited(kernel, run)
    if len(known) < FEWEST:
        besides = f" ({others} more were edited when something else became a row, and teach nothing)" if others else ""
        said = f"{len(known)} of the job's documents have edits{besides}; it learns from {FEWEST} on. Accept or correct values of more."
        raise InvalidInput(said, code="too_few_examples", documents=len(known), others=others)
    number = job.value.learned_newest + 1
    version = LearnedVersion(number=number, job_id=job_id, created_at=kernel.clock.now(), documents=len(known))
    head = Update(path=paths.job(tenant, job_id), fields={"learned_newest": number}, version=job.version)
    before = _given_up(kernel, tenant, job_id, number - 1)
    try:
        kernel.store.commit([Create(path=paths.learned_version(tenant, job_id, number), data=dump(version)), head, *before])
    except PreconditionFailed as error:
        raise Conflict("Another version is being made, or the job was changed. Try again.", code="learning") from error
    kernel.queue.enqueue([messages.step("learn", run, nonce=number, number=number)])
    return version


def _given_up(kernel: Kernel, tenant: str, job_id: str, number: int) -> list[Write]:
    """What gives up a version that nothing makes any more; raises Conflict while one is being made."""
    path = paths.learned_version(tenant, job_id, number)
    document = kernel.store.get(path) if number else None
    if document is None or (held := load(document, LearnedVersion)).value.status is not LearningStatus.TRAINING:
        return []
    if held.value.created_at > kernel.clock.now() - _GIVEN_UP_AFTER:
        raise Conflict(f"Version {number} is being made. Wait until it is.", code="learning", version=number)
    return [Update(path=path, fields=dump(_failed(kernel, "Nothing came of it; another one was asked for.")), version=held.version)]


def _failed(kernel: Kernel, why: str) -> dict[str, Any]:
    return {"status": LearningStatus.FAILED, "error_message": why, "ended_at": kernel.clock.now()}


def train(kernel: Kernel, tenant: str, run_id: str, number: int) -> None:
    """Make a version, in the worker; what it comes to is stored with it, and used where it is better. Done again, it changes nothing.

    Raises Unavailable when the stores are, to be delivered again.
    """
    job_id = runs.get(kernel, tenant, run_id).job_id
    made = _Making(kernel, tenant, job_id, number)
    if not made.waited_for:
        return
    try:
        lesson, left_out = studying.learnt(kernel, tenant, job_id)
    except Unavailable:
        raise
    except FileProblem as problem:
        made.end(_failed(kernel, f"It could not be made: {problem.message}"))
        return
    except Exception as error:  # noqa: BLE001 - a document may lead a reader to raise anything; the version says so, and the job reads on
        _log.exception("version %d of what the job %s has learned could not be made", number, job_id)
        made.end(_failed(kernel, f"It could not be made ({type(error).__name__})."))
        return
    if made.waited_for:  # no slower one of two deliveries changes what is read by already
        kernel.blobs.put(paths.learned_object(tenant, job_id, number), lesson.data, content_type="application/json")
        told = _told(kernel, lesson, left_out)
        made.accept(told) if lesson.better else made.end(told)


@dataclass(frozen=True, slots=True)
class _Making:
    """A version that is being made."""

    kernel: Kernel
    tenant: str
    job_id: str
    number: int

    @property
    def path(self) -> str:
        return paths.learned_version(self.tenant, self.job_id, self.number)

    @property
    def waited_for(self) -> bool:
        return self._held().value.status is LearningStatus.TRAINING

    def _held(self) -> Stored[LearnedVersion]:
        return fetch(self.kernel.store, self.path, LearnedVersion, "version")

    def end(self, told: Mapping[str, Any]) -> None:
        """Store what came of it, unless another delivery has."""
        change(self.kernel.store, self.path, LearnedVersion, lambda held: told if held.status is LearningStatus.TRAINING else None)

    def accept(self, told: Mapping[str, Any]) -> None:
        """The same, and have new runs read by it: in one commit, since a version that has ended is not looked at again."""
        held = self._held()
        ended = Update(path=self.path, fields=dump(told), version=held.version)

        def decide(job: Job) -> Mapping[str, Any] | None:
            return {"learned": max(self.number, job.learned)} if self.waited_for else None

        change(self.kernel.store, paths.job(self.tenant, self.job_id), Job, decide, also=lambda _: [ended])


def _told(kernel: Kernel, lesson: Lesson, left_out: Mapping[str, int]) -> dict[str, Any]:
    status = LearningStatus.ACCEPTED if lesson.better else LearningStatus.REJECTED
    told = {"status": status, "fields": lesson.fields, "documents": lesson.documents, "left_out": left_out}
    return told | {"ended_at": kernel.clock.now()}


def history(kernel: Kernel, tenant: str, job_id: str, *, after: str | None = None, limit: int = 50) -> Versions:
    """A job's versions, the newest first."""
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job").value
    query = Query(collection=paths.learned(tenant, job_id), order=(Order("number", descending=True),), limit=limit, after=after)
    page = kernel.store.query(query)
    return Versions([load(document, LearnedVersion).value for document in page.documents], job.learned, page.cursor)


def use(kernel: Kernel, tenant: str, job_id: str, number: int) -> Versions:
    """Have new runs read by an accepted version, or by rules alone for 0; raises NotFound, and Conflict for one that was not accepted."""
    if number:
        version = fetch(kernel.store, paths.learned_version(tenant, job_id, number), LearnedVersion, "version").value
        if version.status is not LearningStatus.ACCEPTED:
            raise Conflict(f"Version {number} is {version.status.value}; only an accepted one can be used.", code="not_accepted")
    change(kernel.store, paths.job(tenant, job_id), Job, lambda _: {"learned": number, "updated_at": kernel.clock.now()})
    return history(kernel, tenant, job_id)
