"""What the engine asks of the document store and keeps there: every query has its index, every index its query, no document is large.

One story drives every service, with names, errors and rows as long as they may be; what it asked and wrote is looked at from all sides.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from sheaf.adapters.store import addresses, indexes, values
from sheaf.adapters.store.indexes import EVERY_FIELD, Index
from sheaf.adapters.store.shape import normalise
from sheaf.domain import rules
from sheaf.domain.edits import Verdict
from sheaf.domain.fields import MAX_BYTES, Field
from sheaf.domain.rows import Cell, CellState, Row
from sheaf.domain.rules import Rule
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.domain.tasks import Link
from sheaf.ports.jobtype import Outcome
from sheaf.ports.store import Create, Delete, Increment, Put, Query, Update, Write
from sheaf.services import (
    cancel,
    costs,
    edits,
    events,
    files,
    idempotency,
    imports,
    jobs,
    learning,
    metrics,
    progress,
    results,
    retry,
    runs,
    submit,
    sweep,
    tasks,
    templates,
)
from sheaf.services.edits import Change
from sheaf.services.files import NewFile
from tests.faults.elsewhere import URL, Bucket
from tests.faults.kit import AGES, TENANT, Bench, installed, packed
from tests.faults.tools import Call, watched

#: Most bytes of a document, encoded (an issue's promise; Firestore's own wall is at 1 MiB).
MOST_BYTES = 200_000

#: Times in an index, and why writes that come one after the other may end up side by side in it: Firestore takes 500 a second of those.
TIMES_IN_INDEXES = {
    ("edits", "updated_at"): "of one job, whose values people speak of one row after the other",
    ("events", "at"): "of one run, whose log has an entry for each step and none for a file",
    ("imports", "created_at"): "of one run, which takes a few imports",
    ("imports", "last_active_at"): "a call of an import each",
    ("idempotency", "expires_at"): "a creating call of a person or a client each",
    ("runs", "last_active_at"): "a run's own record is written about once a second at most",
    ("runs", "submitted_at"): "behind its job, whose runs are submitted by people and schedules",
    ("tasks", "created_at"): "behind the file's address, the record or the attachment, and so spread over all of them",
    ("tasks", "lease_expires_at"): "a claim each: as many a second as the queue hands out, which is 500 too",
    ("tasks", "next_retry_at"): "failures that are tried again, with jitter",
}


@dataclass(slots=True)
class Seen:
    """Every query, and every document as it stands, replayed from the commits."""

    queries: list[Query] = field(default_factory=list)
    counted: list[Query] = field(default_factory=list)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Fields that are none from the start.
    empty: set[tuple[str, str]] = field(default_factory=set)
    #: The largest that each document was.
    bytes: dict[str, int] = field(default_factory=dict)

    def before(self, call: Call) -> None:
        """See :class:`tests.faults.tools.Hook`."""

    def after(self, call: Call) -> None:
        """See :class:`tests.faults.tools.Hook`."""
        match call.name:
            case "store.query":
                self.queries.append(call.arguments[0])
            case "store.count":
                query = call.arguments[0]
                self.counted.append(Query(collection=query.collection, where=query.where, group=query.group))
            case "store.commit":
                self._committed(call.arguments[0])
            case "store.commit_each":
                for writes in call.arguments[0]:
                    self._committed(writes)
            case _:
                pass

    def _committed(self, writes: list[Write]) -> None:
        for write in writes:
            match write:
                case Create() | Put():
                    self._keep(write.path, write.data)
                    self.empty |= {(write.path, name) for name, value in write.data.items() if value is None}
                case Update():
                    sums = {name: 2**40 for name, value in write.fields.items() if isinstance(value, Increment)}
                    self._keep(write.path, {**self.documents.get(write.path, {}), **write.fields, **sums})
                case Delete():
                    self.documents.pop(write.path, None)

    def _keep(self, path: str, data: Mapping[str, Any]) -> None:
        self.documents[path] = dict(data)
        size = len(values.dump(values.encode(data)))
        self.bytes[path] = max(size, self.bytes.get(path, 0))

    def used(self) -> set[Index]:
        """The indexes that what was asked is read from; raises MissingIndex where there is none."""
        found = {indexes.load().cover(normalise(query)) for query in [*self.queries, *self.counted]}
        return {index for index in found if index is not None}


def widest() -> tuple[Field, ...]:
    """A set of fields that is as large as it may be."""
    each = "d" * 1_500
    return tuple(Field(name=f"field_{n:03d}", description=each) for n in range(MAX_BYTES // (210 + 9 + 1_500)))


def widest_rules() -> tuple[Rule, ...]:
    """A set of rules that is as large as it may be."""
    check = "field_000 != '{}'"
    many = (Rule(name=f"rule {n:03d}", check=check.format("x" * 480), message="m" * 280) for n in range(rules.MAX_BYTES // 850 - 1))
    return (Rule(check="unique_in_job(field_001)"), *many)


def long_name(number: int, ending: str) -> str:
    """A file's name, as long as one may be."""
    return f"{number}-{'n' * 1_000}.{ending}"


def tell(engine: Bench) -> None:
    """The story."""
    job_id = jobs.create(engine.kernel, TENANT, name="j" * 200, type="tiny", fields=widest(), rules=widest_rules()).job.id
    _about_templates(engine)
    run_id = _with_files(engine, job_id)
    _imported(engine, run_id)
    _worked_through(engine, run_id)
    _looked_at(engine, job_id, run_id)
    _reviewed(engine, job_id)
    _stopped(engine, job_id)
    _swept(engine, job_id)
    jobs.archive(engine.kernel, TENANT, job_id)
    for archived in (False, True):
        jobs.listing(engine.kernel, TENANT, archived=archived)


def _about_templates(engine: Bench) -> None:
    made = templates.create(engine.kernel, TENANT, name="t" * 200, fields=widest())
    templates.listing(engine.kernel, TENANT)
    templates.update(engine.kernel, TENANT, made.id, name="other")
    templates.delete(engine.kernel, TENANT, made.id)


def _with_files(engine: Bench, job_id: str) -> str:
    """A run whose files came in every way there is."""
    kernel = engine.kernel
    run_id = runs.of_job(kernel, TENANT, job_id, None).id
    link = Link(record_id="r" * 64, field_id="f" * 64, attachment_id="a" * 64)
    for number, content in enumerate((b"ok", b"corrupt", b"flaky 1", b"boom")):
        new = NewFile(name=long_name(number, "txt"), size=len(content), url=f"https://example.com/{'u' * 2_000}", link=link)
        files.add(kernel, TENANT, run_id, new, io.BytesIO(content))
    inner = packed({"m" * 200 + ".txt": b"ok", "locked.zip": b"LOCKED"})
    files.add(kernel, TENANT, run_id, NewFile(name=long_name(9, "zip"), size=len(inner)), io.BytesIO(inner))
    announced = files.announce(kernel, TENANT, run_id, [NewFile(name="late.txt", size=2), NewFile(name="never.txt", size=2)])
    for task in announced:
        kernel.blobs.put(task.blob, b"ok")
        files.arrived(kernel, TENANT, run_id, task.id)
    files.remove(kernel, TENANT, run_id, announced[-1].id)
    other = runs.create(kernel, TENANT, job_id)
    files.copy_from(kernel, TENANT, other.id, run_id)
    return run_id


def _imported(engine: Bench, run_id: str) -> None:
    """Files from a folder elsewhere, whose first message is lost."""
    bucket = Bucket()
    engine.kernel = replace(engine.kernel, folders=bucket.folder)
    bucket.write(f"in/{'k' * 900}", b"ok")
    imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    engine.queue.waiting.clear()
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)
    engine.drain()


def _worked_through(engine: Bench, run_id: str) -> None:
    """The run goes through two rounds, with answers and complaints as long as they may be."""
    cells = {"text": Cell(state=CellState.FOUND, value="v" * 40_000, confidence=1.0)}
    engine.job_type.outcome = Outcome(rows=[Row(cells=cells)], notes=["n" * 600] * 60, engine="tiny/1")
    submit.submit(engine.kernel, TENANT, run_id)
    engine.heal()
    engine.job_type.outcome = None
    retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)
    engine.heal()


def _looked_at(engine: Bench, job_id: str, run_id: str) -> None:
    """Every question that people ask of a run and of a job."""
    kernel = engine.kernel
    run = runs.get(kernel, TENANT, run_id)
    for status in (None, *RunStatus):
        runs.listing(kernel, TENANT, job_id, status=status)
    for shown in (None, *TaskStatus):
        tasks.listing(kernel, run, status=shown)
        files.listing(kernel, TENANT, run_id, status=shown)
    tasks.failures(kernel, run, progress.of(kernel, TENANT, run_id).counts)
    tasks.of_file(kernel, TENANT, "upload:1")
    for record_id, attachment_id in (("r" * 64, None), (None, "a" * 64), ("r" * 64, "a" * 64)):
        tasks.of_record(kernel, TENANT, record_id=record_id, attachment_id=attachment_id)
    results.page(kernel, run)
    events.log(kernel, TENANT, run_id)


def _reviewed(engine: Bench, job_id: str) -> None:
    """What people say of a file with many rows, what is learnt from it, and rules that look at other rows and runs."""
    kernel = engine.kernel
    run = runs.create(kernel, TENANT, job_id)
    task = files.add(kernel, TENANT, run.id, NewFile(name="a.txt", size=7), io.BytesIO(b"rows 12"))
    submit.submit(kernel, TENANT, run.id)
    engine.heal()
    said = [Change(file_id=task.id, row=row, field="field_000", verdict=Verdict.CORRECTED, value="v" * 15_000) for row in range(12)]
    for _ in range(3):
        edits.make(kernel, runs.get(kernel, TENANT, run.id), said, by="p" * 200)
    costs.of_run(kernel, run)
    results.page(kernel, runs.get(kernel, TENANT, run.id))
    edits.history(kernel, TENANT, job_id)
    learning.history(kernel, TENANT, job_id)


def _stopped(engine: Bench, job_id: str) -> None:
    """A run that is cancelled while it is at work."""
    run = runs.create(engine.kernel, TENANT, job_id)
    files.add(engine.kernel, TENANT, run.id, NewFile(name="a.txt", size=2), io.BytesIO(b"ok"))
    submit.submit(engine.kernel, TENANT, run.id)
    cancel.cancel(engine.kernel, TENANT, run.id)
    engine.heal()


def _swept(engine: Bench, job_id: str) -> None:
    """What stands still, in the first round and in a later one, and what is over."""
    idempotency.once(engine.kernel, TENANT, "key", "request", lambda: idempotency.Answer(status=201, body="b" * 30_000))
    run = runs.create(engine.kernel, TENANT, job_id)
    for content in (b"ok", b"corrupt"):
        files.add(engine.kernel, TENANT, run.id, NewFile(name="a.txt", size=2), io.BytesIO(content))
    submit.submit(engine.kernel, TENANT, run.id)
    _lose_messages(engine)
    engine.heal()
    retry.retry_failed(engine.kernel, TENANT, run.id)
    _lose_messages(engine)
    engine.heal()
    engine.clock.move(timedelta(days=30))
    sweep.sweep(engine.kernel)
    idempotency.forget_expired(engine.kernel)
    metrics.read(engine.kernel)


def _lose_messages(engine: Bench) -> None:
    """Let the run get as far as its files, and the queue lose what waits."""
    for key in engine.queue.due():
        engine.deliver(key)
    engine.queue.waiting.clear()


@pytest.fixture(scope="module")
def seen() -> Seen:
    """What the story asked and wrote."""
    found = Seen()
    with installed() as engine:
        engine.kernel = watched(engine.kernel, found)
        tell(engine)
    return found


def test_every_query_has_its_index(seen: Seen) -> None:
    """Firestore would refuse it otherwise; its emulator would not."""
    assert seen.used()


def test_every_index_has_its_query(seen: Seen) -> None:
    """An index that nothing asks for slows down every write for nothing."""
    assert set(indexes.load().declared()) - seen.used() == set()


def test_nothing_is_indexed_by_itself(seen: Seen) -> None:
    """Firestore indexes each field, twice, unless told not to: in every collection the list says which, and no others."""
    kinds = {addresses.kind_of(path.rpartition("/")[0]) for path in seen.documents}
    exempt = {kind for kind, field_ in indexes.load().overrides if field_ == EVERY_FIELD}
    assert kinds <= exempt


def test_single_fields_are_indexed_where_they_are_asked_for(seen: Seen) -> None:
    """An exception from that is for a field that a query filters or sorts by alone."""
    asked = {(shape.kind, shape.fields[0]) for shape in map(normalise, [*seen.queries, *seen.counted]) if len(shape.fields) == 1}
    excepted = {key for key in indexes.load().overrides if key[1] != EVERY_FIELD}
    assert excepted <= asked


def test_times_are_indexed_where_they_do_no_harm(seen: Seen) -> None:
    """A time that every write moves on makes a hot spot of its index; those that are indexed are written seldom enough, or spread."""
    times = {
        (addresses.kind_of(path.rpartition("/")[0]), name)
        for path, data in seen.documents.items()
        for name, value in data.items()
        if isinstance(value, datetime)
    }
    indexed = {(index.kind, key.field) for index in indexes.load().declared() for key in index.keys}
    assert times & indexed <= TIMES_IN_INDEXES.keys()
    assert TIMES_IN_INDEXES.keys() <= indexed


def test_a_new_document_leaves_out_what_it_has_not(seen: Seen) -> None:
    """A null counts as there: every task without a record would stand in the index of records, all in one place, by its time."""
    assert seen.empty == set()


def test_no_document_is_large(seen: Seen) -> None:
    """With everything as long as it may be, a document stays far from Firestore's wall."""
    largest = sorted(((size, path) for path, size in seen.bytes.items()), reverse=True)
    assert largest[0][0] <= MOST_BYTES, largest[:5]
    assert largest[0][0] > MAX_BYTES * 0.9, "the story does not go to the limits"
