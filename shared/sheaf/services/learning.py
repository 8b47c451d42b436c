"""Learning: versions of what a job has learned from the edits of its values, made by the worker, used by later runs, revertible (X13)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sheaf.domain import paths
from sheaf.domain.edits import Edit, EditedRows, Verdict
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.domain.fields import RowMode
from sheaf.domain.jobs import Job
from sheaf.domain.learning import LearnedVersion, LearningStatus, Lesson
from sheaf.domain.tasks import Task
from sheaf.ports.jobtype import Labelled, Learner
from sheaf.ports.store import Create, Order, Query, Update, Write
from sheaf.services import edits, messages, runs
from sheaf.services.kernel import Kernel
from sheaf.services.records import Stored, change, dump, fetch, load

_log = logging.getLogger(__name__)

#: Documents with edits without which nothing is learned, and the newest that one version is made from.
FEWEST, NEWEST = 3, 100
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
    _learner(kernel, job.value.type)
    known = _examples(kernel, tenant, job_id)
    if len(known) < FEWEST:
        said = f"{len(known)} of the job's documents have edits; it learns from {FEWEST} on. Accept or correct values of more."
        raise InvalidInput(said, code="too_few_examples", documents=len(known))
    number = job.value.learned_newest + 1
    version = LearnedVersion(number=number, job_id=job_id, created_at=kernel.clock.now(), documents=len(known))
    head = Update(path=paths.job(tenant, job_id), fields={"learned_newest": number}, version=job.version)
    before = _given_up(kernel, tenant, job_id, number - 1)
    try:
        kernel.store.commit([Create(path=paths.learned_version(tenant, job_id, number), data=dump(version)), head, *before])
    except PreconditionFailed as error:
        raise Conflict("Another version is being made, or the job was changed. Try again.", code="learning") from error
    run = runs.of_job(kernel, tenant, job_id, None)
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
        lesson = _learnt(kernel, tenant, job_id)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a document may lead a reader to raise anything; the version says so, and the job reads on
        _log.exception("version %d of what the job %s has learned could not be made", number, job_id)
        made.end(_failed(kernel, f"It could not be made ({type(error).__name__})."))
        return
    if made.waited_for:  # no slower one of two deliveries changes what is read by already
        kernel.blobs.put(paths.learned_object(tenant, job_id, number), lesson.data, content_type="application/json")
        made.accept(lesson) if lesson.better else made.end(_told(kernel, lesson))


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

    def accept(self, lesson: Lesson) -> None:
        """The same, and have new runs read by it: in one commit, since a version that has ended is not looked at again."""
        held = self._held()
        ended = Update(path=self.path, fields=dump(_told(self.kernel, lesson)), version=held.version)

        def decide(job: Job) -> Mapping[str, Any] | None:
            return {"learned": max(self.number, job.learned)} if self.waited_for else None

        change(self.kernel.store, paths.job(self.tenant, self.job_id), Job, decide, also=lambda _: [ended])


def _told(kernel: Kernel, lesson: Lesson) -> dict[str, Any]:
    status = LearningStatus.ACCEPTED if lesson.better else LearningStatus.REJECTED
    return {"status": status, "fields": lesson.fields, "documents": lesson.documents, "ended_at": kernel.clock.now()}


def _learnt(kernel: Kernel, tenant: str, job_id: str) -> Lesson:
    job = fetch(kernel.store, paths.job(tenant, job_id), Job, "job").value
    fields = runs.of_job(kernel, tenant, job_id, None).fields or job.fields
    return _learner(kernel, job.type).learn(fields, _labelled(kernel, tenant, _examples(kernel, tenant, job_id)))


def _learner(kernel: Kernel, kind: str) -> Learner:
    job_type = kernel.job_types(kind)
    if not isinstance(job_type, Learner):
        raise Conflict(f"Jobs of the type {kind!r} do not learn.", code="cannot_learn")
    return job_type


def _labelled(kernel: Kernel, tenant: str, known: list[EditedRows]) -> Iterator[Labelled]:
    """The files of edited rows, one at a time, those spoken of last first; those whose bytes are gone are left out."""
    for record in reversed(known[-NEWEST:]):
        try:
            task = fetch(kernel.store, paths.task(tenant, record.run_id, record.task_id), Task, "file").value
            with kernel.blobs.local(task.blob) as path:
                yield Labelled(path=path, filename=task.filename, truth=truth_of(record))
        except NotFound:
            continue


def _examples(kernel: Kernel, tenant: str, job_id: str) -> list[EditedRows]:
    """Edits that teach something: of files that are one row each."""
    return [one for one in edits.of_job(kernel, tenant, job_id) if one.row_mode is RowMode.FILE and truth_of(one)]


def truth_of(record: EditedRows) -> dict[str, Any]:
    """What people said is true of the only row of a file, by field; what was rejected or withdrawn says nothing."""
    said = {key.partition("/")[2]: made[-1] for key, made in record.cells.items() if key.startswith("0/") and made}
    return {name: _value(edit) for name, edit in said.items() if edit.verdict in {Verdict.ACCEPTED, Verdict.CORRECTED}}


def _value(edit: Edit) -> Any:
    return edit.value if edit.verdict is Verdict.CORRECTED else edit.was.get("value")


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
