"""Sheaf's embedded runtime as ``sheaf up`` runs it, but for the HTTP server: this process supervises, workers of its own do the tasks.

A run is timed from its submit to its last write: prepare, seal, dispatch, claim, execute, complete, fan-in and finish are all in it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from bench.engine import noop, settings
from bench.engine.contestant import Contestant, State
from sheaf.domain import paths
from sheaf.domain.fields import Field
from sheaf.domain.runs import Run
from sheaf.domain.tasks import Task
from sheaf.embedded.installation import opened
from sheaf.embedded.work import Workforce
from sheaf.ports.queue import Message
from sheaf.ports.store import MAX_WRITES, Create, Query
from sheaf.services import events, files, jobs, messages, prepare, progress, runs, submit
from sheaf.services.files import NewFile
from sheaf.services.kernel import Kernel
from sheaf.services.records import dump, load, pages
from sheaf.settings import Settings

ABOUT = "embedded runtime: SQLite at FULL durability for documents and accepted messages, 1 process a core, counter on up to 64 shards"

_TENANT = "bench"
_CONTENT = b"nothing"


class Sheaf:
    """See :class:`bench.engine.contestant.Contestant`."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._run_id = ""
        self._handed: dict[int, Message] = {}

    def __enter__(self) -> Self:
        self._stack.enter_context(noop.catalogued())
        current = Settings(data_dir=Path(os.environ[settings.FOLDER]), workers=settings.workers(), log_level="WARNING")
        site = self._stack.enter_context(opened(current))
        self._kernel = site.kernel
        self._pool = self._stack.enter_context(Workforce(site, command=noop.COMMAND)).pool
        self._job_id = jobs.create(self._kernel, _TENANT, name="bench", type=noop.KIND, fields=[Field(name="text")]).job.id
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def stock(self, tasks: int) -> None:
        """A pending run whose files share their bytes: the first is added as any file is, the others are written beside it."""
        self._run_id = runs.create(self._kernel, _TENANT, self._job_id).id
        first = files.add(self._kernel, _TENANT, self._run_id, NewFile(name="0.txt", size=len(_CONTENT)), io.BytesIO(_CONTENT))
        copies = [replace(first, id=self._kernel.ids.new(), position=f"{number:07d}") for number in range(1, tasks)]
        for start in range(0, len(copies), MAX_WRITES):
            part = copies[start : start + MAX_WRITES]
            self._kernel.store.commit([Create(path=paths.task(_TENANT, self._run_id, task.id), data=dump(task)) for task in part])

    def begin(self) -> None:
        """Submit the run."""
        submit.submit(self._kernel, _TENANT, self._run_id)

    def state(self) -> State:
        """The run's own counter, and the entries of its log that say it finished."""
        seen = progress.of(self._kernel, _TENANT, self._run_id)
        ended = seen.run.completed_at
        return State(
            total=seen.total, counted=seen.counts.done, finished_at=_seconds(ended), finishes=self._finishes() if ended is not None else 0
        )

    def _finishes(self) -> int:
        log = events.log(self._kernel, _TENANT, self._run_id, limit=1_000).events
        return sum(event.kind == "finished" for event in log)

    def hand_one(self, number: int) -> None:
        """Enqueue the message of one task; the run was sealed on the first call, with nothing dispatched."""
        if not self._handed:
            self._handed = dict(enumerate(self._sealed()))
        self._kernel.queue.enqueue([self._handed[number]])

    def _sealed(self) -> Iterator[Message]:
        quiet = replace(self._kernel, queue=_Nowhere(self._kernel.queue))
        submit.submit(quiet, _TENANT, self._run_id)
        prepare.prepare(quiet, _TENANT, self._run_id)
        run = runs.get(self._kernel, _TENANT, self._run_id)
        return (messages.task_call(run, task) for task in _tasks(self._kernel, run))

    def started(self) -> dict[int, float]:
        """What each task noted when it began."""
        tasks = _tasks(self._kernel, runs.get(self._kernel, _TENANT, self._run_id))
        return {number: float(task.result.notes[0]) for number, task in enumerate(tasks) if task.result}

    def workers(self) -> list[int]:
        """The pool's processes."""
        return self._pool.pids


class _Nowhere:
    """A queue that drops what it is given: what is to be delivered is enqueued one by one instead."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def enqueue(self, messages: Sequence[Message], *, lasting: bool = True) -> int:
        """Take them, and forget them."""
        del lasting
        return len(messages)


def _tasks(kernel: Kernel, run: Run) -> Iterator[Task]:
    """All tasks of the run, by id."""
    for page in pages(kernel.store, Query(collection=paths.tasks(run.tenant, run.id), limit=1_000)):
        yield from (load(document, Task).value for document in page.documents)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def contestant() -> Contestant:
    """Made in its own process."""
    return Sheaf()
