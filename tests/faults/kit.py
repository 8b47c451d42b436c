"""An installation for tests of the engine: either home's stores, a tiny job type without documents, time and queue by hand."""

from __future__ import annotations

import io
import os
import random
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson

from sheaf import bootstrap
from sheaf.domain import paths
from sheaf.domain.costs import Costing
from sheaf.domain.errors import FailureCategory, FileProblem, InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.jobs import RunOptions
from sheaf.domain.learning import FieldLesson, Lesson
from sheaf.domain.retries import RetryPolicy
from sheaf.domain.rows import MISSING, Cell, CellState, Row
from sheaf.domain.runs import Run
from sheaf.domain.states import RUN_ACTIVE
from sheaf.domain.suggestions import Sample, Sighting, Suggestion, Suggestions
from sheaf.domain.tasks import Task
from sheaf.domain.values import from_json
from sheaf.ports.files import Member
from sheaf.ports.jobtype import JobTypeInfo, Labelled, Outcome
from sheaf.ports.queue import Delivery
from sheaf.ports.store import MAX_WRITES, Create
from sheaf.services import complete, files, jobs, messages, runs, submit, sweep, worker
from sheaf.services.files import NewFile
from sheaf.services.kernel import Kernel, Policy
from sheaf.services.records import dump
from sheaf.settings import Settings
from tests.faults import homes
from tests.faults.homes import Home
from tests.faults.memory import HandClock, HandQueue, SeededIds

#: Everything there is to try, at whatever time it takes.
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
TENANT = "acme"
#: A message that comes so often and never goes well is stuck.
MOST_DELIVERIES = 300
FIELDS = (Field(name="text"),)
LOCKED = b"LOCKED"
INFO = JobTypeInfo(kind="tiny", label="Tiny", icon="dot", colour="grey", queue="files", timeout_s=30.0, phases=("extracting",))

#: Longer than any lease, grace or stall that the engine waits for.
AGES = timedelta(minutes=10)


@dataclass(slots=True)
class Tiny:
    """A job type that does what the file says: ``ok`` (the default), ``rows N``, ``corrupt``, ``boom``, ``flaky N``, ``wait``.

    ``flaky`` fails N times, ``wait`` holds its first worker up. Lines of JSON objects are rows, with values by their fields' names.
    """

    info: JobTypeInfo = INFO
    #: How long every file takes.
    nap_s: float = 0.0
    executed: list[str] = field(default_factory=list)
    wait: Callable[[], None] = lambda: None
    #: Said of every file instead, where it is set.
    outcome: Outcome | None = None
    #: What it costs.
    charged: Costing = field(default_factory=lambda: Costing(engine="tiny"))

    def costing(self, run: Run) -> Costing:
        """See :class:`sheaf.ports.jobtype.Appraiser`."""
        del run
        return self.charged

    def study(self, run: Run, task: Task, path: Path) -> bytes:
        """See :class:`sheaf.ports.jobtype.Learner`: what the file says, unless it is corrupt or worse."""
        del run, task
        said = path.read_bytes()
        if said.startswith(b"corrupt"):
            raise FileProblem(FailureCategory.CORRUPT, "It says it is corrupt.")
        if said.startswith(b"boom"):
            raise ValueError("an unforeseen failure")
        return said

    def learn(self, run: Run, examples: Sequence[Labelled]) -> Lesson:
        """See :class:`sheaf.ports.jobtype.Learner`: what it was taught, as it was taught it, and better by every document but the first."""
        taught = [dict(one.rows[0]) for one in examples]
        lessons = [FieldLesson(field=of.name, tried=len(taught), right_after=len(taught) - 1) for of in run.fields]
        return Lesson(data=orjson.dumps(taught), documents=len(taught), fields=tuple(lessons))

    def look(self, run: Run, task: Task, path: Path) -> Sample:
        """See :class:`sheaf.ports.jobtype.Suggester`: each word that a file holds, unless it is corrupt or worse."""
        del run, task
        words = path.read_text(encoding="utf-8", errors="replace").split()
        if words[0] == "corrupt":
            raise FileProblem(FailureCategory.CORRUPT, "It says it is corrupt.")
        if words[0] == "boom":
            raise ValueError("an unforeseen failure")
        return Sample(sightings=tuple(Sighting(key=word, label=word, name=f"f_{word}", confidence=0.5) for word in words))

    def suggest(self, samples: Sequence[Sample]) -> Suggestions:
        """See :class:`sheaf.ports.jobtype.Suggester`: a field of each word, by how many files hold it."""
        held = Counter(one.name for sample in samples for one in sample.sightings)
        fields = (Suggestion(field=Field(name=name), samples=count, confidence=0.5) for name, count in held.most_common())
        return Suggestions(fields=tuple(fields))

    def execute(self, run: Run, task: Task, path: Path) -> Outcome:
        """See :class:`sheaf.ports.jobtype.JobType`."""
        self.executed.append(task.id)
        time.sleep(self.nap_s)
        if task.format == "zip":
            return Outcome(notes=("Its members are files of this run.",))
        if self.outcome is not None:
            return self.outcome
        text = path.read_text(encoding="utf-8", errors="replace")
        if text.startswith("{"):
            return _told(run.fields, text)
        words = text.split() or ["ok"]
        number = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 1
        match words[0]:
            case "corrupt":
                raise FileProblem(FailureCategory.CORRUPT, "It says it is corrupt.")
            case "boom":
                raise ValueError("an unforeseen failure")
            case "flaky" if task.retry_count < number:
                raise FileProblem(FailureCategory.INTERNAL, "It fails now and then.")
            case "wait" if not task.lost_count:
                self.wait()
        rows = number if words[0] == "rows" else 1
        return Outcome(rows=(_row(words[0], index) for index in range(rows)), rows_in=rows, pages=2, model_tokens=3, engine="tiny/1")


def _row(text: str, index: int) -> Row:
    return Row(cells={"text": Cell(state=CellState.FOUND, value=f"{text} {index}", confidence=0.5 + index % 5 / 10)}, index=index)


def _told(fields: Sequence[Field], lines: str) -> Outcome:
    """Rows that a file spells out, all sure."""
    rows = tuple(_spelt(fields, orjson.loads(line), index) for index, line in enumerate(lines.splitlines()))
    return Outcome(rows=rows, rows_in=len(rows), pages=1, engine="tiny/1")


def _spelt(fields: Sequence[Field], told: Mapping[str, Any], index: int) -> Row:
    values = {of.name: from_json(of.type, told.get(of.name)) for of in fields}
    found = {name: Cell(state=CellState.FOUND, value=value, confidence=1.0) for name, value in values.items() if value is not None}
    return Row(cells={name: found.get(name, MISSING) for name in values}, index=index)


def known(job_type: Tiny, kind: str) -> Tiny:
    """The registry of an installation that knows one type, also by the name of the usual one; raises InvalidInput for any other."""
    if kind not in {job_type.info.kind, "extraction"}:
        raise InvalidInput(f"There is no job type {kind!r}.", code="unknown_job_type")
    return job_type


class TinyReading:
    """Tells ZIP archives from text; an archive that starts with LOCKED is encrypted."""

    def sniff(self, head: bytes, name: str) -> str:
        """See :class:`sheaf.ports.files.FileReading`."""
        del name
        return "zip" if head.startswith((b"PK", LOCKED)) else "text"

    def sniff_file(self, path: Path, name: str) -> str:
        """See :class:`sheaf.ports.files.FileReading`."""
        return self.sniff(path.read_bytes()[:100], name)

    def is_container(self, format_: str) -> bool:
        """See :class:`sheaf.ports.files.FileReading`."""
        return format_ == "zip"

    def members(self, path: Path, name: str) -> Iterator[Member]:
        """See :class:`sheaf.ports.files.FileReading`."""
        del name
        if path.read_bytes().startswith(LOCKED):
            raise FileProblem(FailureCategory.ENCRYPTED, "It is locked with a password.")
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                yield Member(info.filename, info.file_size, _opener(archive, info))


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], Any]:
    return lambda: archive.open(info)


def packed(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for stores whose durability is not what is tested: in memory where the system has such a place."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="sheaf-", dir=memory if memory.is_dir() else None)


def stock(kernel: Kernel, run_id: str, contents: Iterable[bytes]) -> None:
    """Put many files into a pending run's store at once, without the calls that would bring them; equal contents share their bytes."""
    first = files.listing(kernel, TENANT, run_id, limit=1).files[0]
    blobs: dict[bytes, str] = {}
    copies = []
    for number, content in enumerate(contents, 1):
        if content not in blobs:
            blobs[content] = f"tenants/{TENANT}/stock/{run_id}/{len(blobs)}"
            kernel.blobs.put(blobs[content], content)
        id_ = kernel.ids.new()
        task = replace(first, id=id_, position=f"{number:07d}", filename=f"{number}.txt", file_size=len(content), blob=blobs[content])
        copies.append(Create(path=paths.task(TENANT, run_id, id_), data=dump(task)))
    for start in range(0, len(copies), MAX_WRITES):
        kernel.store.commit(copies[start : start + MAX_WRITES])


@contextmanager
def ends_by_message() -> Iterator[None]:
    """Runs are ended by the queue's call and not by whoever ends their last file, as where the store does not answer just then."""

    def finish(kernel: Kernel, run: Run) -> None:
        kernel.queue.enqueue([messages.step("finalize", run)])

    with patch.object(complete, "finish", finish):
        yield


@dataclass(slots=True)
class Bench:
    """One installation and the hands that move it."""

    kernel: Kernel
    queue: HandQueue
    clock: HandClock
    job_type: Tiny

    def bound(self, **numbers: Any) -> None:
        """Change numbers of the engine's policy."""
        self.kernel = replace(self.kernel, policy=replace(self.kernel.policy, **numbers))

    def job(self, name: str = "job", *, base_s: float = 10.0) -> str:
        """A job of the tiny type; answers its id."""
        options = RunOptions(retry=RetryPolicy(max_retries=2, base_s=base_s))
        return jobs.create(self.kernel, TENANT, name=name, type="tiny", fields=FIELDS, options=options).job.id

    def run(self, contents: Iterable[bytes], *, job_id: str | None = None) -> str:
        """A pending run with files of these contents; answers its id."""
        run = runs.create(self.kernel, TENANT, job_id or self.job(f"job {self.kernel.ids.new()}"))
        for number, content in enumerate(contents):
            files.add(self.kernel, TENANT, run.id, NewFile(name=f"{number}.txt", size=len(content)), io.BytesIO(content))
        return run.id

    def submitted(self, contents: Iterable[bytes]) -> str:
        """A submitted run with files of these contents; answers its id."""
        run_id = self.run(contents)
        self.submit(run_id)
        return run_id

    def submit(self, run_id: str) -> None:
        """Submit a run."""
        submit.submit(self.kernel, TENANT, run_id)

    def finished(self, contents: Iterable[bytes]) -> Run:
        """A run with files of these contents that has ended."""
        run_id = self.submitted(contents)
        self.heal()
        return self.get(run_id)

    def get(self, run_id: str) -> Run:
        """A run as it stands."""
        return runs.get(self.kernel, TENANT, run_id)

    def tasks(self, run_id: str) -> list[Task]:
        """All tasks of a run in the files' order."""
        return files.listing(self.kernel, TENANT, run_id, limit=10_000).files

    def drain(self) -> None:
        """Deliver until nothing is due; what raises is delivered again once everything else was, and fails as stuck if that never ends."""
        while due := self.queue.due():
            for key in due:
                assert self.queue.retries.get(key, 0) < MOST_DELIVERIES, f"stuck: {self.queue.waiting.get(key)}"
                self.deliver(key)

    def again(self, delivery: Delivery) -> None:
        """Make a delivery that was made before, whatever comes of it."""
        with suppress(Exception):
            worker.handle(self.kernel, delivery)

    def deliver(self, key: tuple[str, str]) -> None:
        """Deliver a message if it still waits, as a queue does: an error is no concern of it."""
        if key in self.queue.waiting:
            try:
                self.queue.deliver(self.kernel, key)
            except Exception:  # noqa: BLE001 - the queue's answer to any error is to deliver again
                self.clock.move(timedelta(seconds=1))

    def heal(self, *, rounds: int = 60) -> None:
        """Sweep and deliver until every run that was submitted has ended; fails as stuck where that never comes."""
        self.drain()
        for _ in range(rounds):
            if not self.active():
                return
            self.clock.move(AGES)
            sweep.sweep(self.kernel)
            self.drain()
        raise AssertionError(f"stuck: {self.active()}")

    def active(self) -> list[str]:
        """Runs that are submitted and have not ended, by their addresses."""
        whenever = self.clock.now() + timedelta(days=365)
        return [run.path for status in sorted(RUN_ACTIVE) for run in sweep.quiet(self.kernel, "runs", status, whenever)]


@contextmanager
def installed(home: Home = Home.EMBEDDED, **policy: Any) -> Iterator[Bench]:
    """An installation for as long as the block runs; the engine's numbers are the small ones given."""
    with fast_folder() as folder:
        made = bench(Path(folder), home, **policy)
        store = made.kernel.store
        try:
            yield made
        finally:
            store.close()


def bench(folder: Path, home: Home = Home.EMBEDDED, **policy: Any) -> Bench:
    """An installation in a folder, or that the folder stands for; the engine's numbers are the small ones given."""
    clock = HandClock()
    queue, job_type = HandQueue(clock), Tiny()
    kernel = bootstrap.kernel(
        Settings(data_dir=folder),
        clock=clock,
        queue=queue,
        ids=SeededIds(),
        reading=TinyReading(),
        job_types=partial(known, job_type),
        policy=replace(Policy(), **policy),
        rng=random.Random(2),
        **homes.parts(home, folder),
    )
    return Bench(kernel, queue, clock, job_type)
