"""The suites can fail: an engine, a store or a queue that is broken in one of these ways does not pass them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from sheaf.domain import counters, paths, tasks
from sheaf.domain.counters import Counts
from sheaf.domain.errors import PreconditionFailed, SheafError
from sheaf.domain.runs import Run
from sheaf.domain.states import RunStatus
from sheaf.ports.queue import Message
from sheaf.ports.store import Create, Increment, Put, Update, Write, Written
from sheaf.services import cancel, claims, complete, dispatch, finalize, metrics, prepare, recovery, retry, sweep, unpack
from sheaf.services.complete import Held
from sheaf.services.kernel import Kernel
from tests.faults.interleave import explore, play
from tests.faults.kit import AGES, TENANT, Bench, installed, packed
from tests.faults.promises import check_ended
from tests.faults.test_interleavings import SCENES

#: A check that holds for an engine that is whole.
Trial = Callable[[Bench], object]
#: Breaks something for as long as its block runs.
Mutant = Callable[[Bench], Any]


def every_order(name: str, engine: Bench) -> None:
    """A scene of the interleavings, in all its orders; no file is read twice by workers of whom none was lost."""

    def once(choices: Sequence[int]) -> list[tuple[int, int]]:
        run_id, callers = SCENES[name](engine)
        engine.job_type.executed.clear()
        made = play(engine.kernel, callers, choices)
        engine.drain()
        if name == "one_task_delivered_twice":
            assert len(engine.job_type.executed) == 1
        engine.heal(rounds=5)
        check_ended(engine.kernel, TENANT, run_id)
        return made

    explore(once, most=1000)


def healthy(engine: Bench) -> None:
    """A run with all there is in it, retried: it ends by itself, exactly, and there is nothing to repair."""
    engine.bound(dispatch_page=3)
    run_id = engine.submitted([b"ok"] * 20 + [b"corrupt", b"flaky 1", packed({"a": b"ok", "b": b"boom"})])
    for second in range(80):
        engine.drain()
        sweep.sweep(engine.kernel)
        engine.clock.move(timedelta(seconds=1))
        if second == 40:
            retry.retry_failed(engine.kernel, TENANT, run_id)
    check_ended(engine.kernel, TENANT, run_id)
    assert engine.get(run_id).round == 2
    assert not any(metrics.read(engine.kernel).values())


def waits(engine: Bench) -> None:
    """Work that waits in the queue for long is no loss."""
    engine.submitted([b"ok"] * 3)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.deliver(steps[0])
    engine.clock.move(AGES)
    assert sweep.sweep(engine.kernel).total == 0


def forgetful_queue(engine: Bench) -> None:
    """Wherever the queue forgets all that it holds, the run ends all the same."""
    for deliveries in range(8):
        run_id = engine.submitted([b"ok", b"flaky 1"])
        for _ in range(deliveries):
            for key in engine.queue.due()[:1]:
                engine.deliver(key)
        for key in list(engine.queue.waiting):
            engine.queue.lose(key)
        engine.heal(rounds=5)
        check_ended(engine.kernel, TENANT, run_id)


def stops(engine: Bench) -> None:
    """Once a cancel is accepted no file is begun."""
    run_id = engine.submitted([b"ok"] * 3)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.deliver(steps[0])
    engine.bound(dispatch_page=0)
    cancel.cancel(engine.kernel, TENANT, run_id)
    engine.bound(dispatch_page=400)
    for key in [key for key in engine.queue.due() if key[0] == "files"]:
        engine.deliver(key)
    assert engine.job_type.executed == []
    engine.heal(rounds=5)
    assert engine.get(run_id).status is RunStatus.CANCELLED


class Store:
    """A store whose commits are changed on their way in."""

    def __init__(self, inner: Any, change: Callable[[Any, Sequence[Write]], list[Written]]) -> None:
        self._inner, self._change = inner, change

    def commit(self, writes: Sequence[Write]) -> list[Written]:
        """See :class:`sheaf.ports.store.DocumentStore`."""
        return self._change(self._inner, writes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def unguarded(write: Write) -> Write:
    """The write without what it expects to find."""
    if isinstance(write, Create):
        return Put(path=write.path, data=write.data)
    return replace(write, version=None) if not isinstance(write, Put) else write


def without_guards(inner: Any, writes: Sequence[Write]) -> list[Written]:
    """Every write is made, whatever is there."""
    written: list[Written] = inner.commit([unguarded(write) for write in writes])
    return written


def counting_before_the_guard(inner: Any, writes: Sequence[Write]) -> list[Written]:
    """A commit that is refused has counted all the same."""
    try:
        written: list[Written] = inner.commit(writes)
    except PreconditionFailed:
        if counted := [w for w in writes if isinstance(w, Update) and w.version is None and "/shards/" in w.path and "done" in w.fields]:
            inner.commit(counted)
        raise
    return written


def counting_twice(inner: Any, writes: Sequence[Write]) -> list[Written]:
    """Increments of files that were completed are made twice."""

    def twice(write: Write) -> Write:
        if not isinstance(write, Update) or "completed" not in write.fields:
            return write
        return replace(write, fields={**write.fields, "completed": Increment(2)})

    written: list[Written] = inner.commit([twice(write) for write in writes])
    return written


def store(change: Callable[[Any, Sequence[Write]], list[Written]], engine: Bench) -> Any:
    """The engine on a broken store."""
    return patch.object(engine, "kernel", replace(engine.kernel, store=Store(engine.kernel.store, change)))


def service(module: Any, name: str, broken: Any, engine: Bench) -> Any:
    """The engine with one function broken."""
    del engine
    return patch.object(module, name, broken)


def ends_unguarded(held: Held, *rest: Any) -> list[Write]:
    """A task is ended whoever holds it."""
    return [unguarded(write) for write in _WHOLE_WRITES(held, *rest)]


def claims_unguarded(claim: Any) -> Update:
    """A task is claimed whoever was first."""
    return replace(_WHOLE_CLAIM(claim), version=None)


def finishes_unguarded(kernel: Kernel, stored: Any) -> list[Write]:
    """The run is finished whoever was first."""
    return [unguarded(write) for write in _WHOLE_FINISH(kernel, stored)]


def one_too_few(kernel: Kernel, run: Run) -> list[int]:
    """A run is sealed with one file less than it has."""
    first, *rest = _WHOLE_SIZES(kernel, run)
    return [first - 1, *rest]


def no_gate(kernel: Kernel, held: Held, fields: Any, counts: Any, also: Any = None) -> list[Written]:
    """Members join a run without passing its gate."""
    del counts
    path = paths.task(held.run.tenant, held.run.id, held.task.id)
    written = kernel.store.commit([Update(path=path, fields=fields, version=held.version), *(also or [])])
    return [*written[:1], Written("", {"done": 10**6}), *written[1:]]


def not_closed(run: Run) -> None:
    """Nothing of a run keeps its files from being begun."""
    del run


_WHOLE_WRITES, _WHOLE_CLAIM, _WHOLE_FINISH = complete._writes, claims._write, finalize._final_writes
_WHOLE_SIZES = prepare._sizes


def keeps_failures(counts: Counts) -> Counts:
    """A new round starts with the failures of the one before."""
    return counts


def loses(engine: Bench) -> Any:
    """A queue that drops every third message it has accepted, and says that it holds them."""
    whole, seen = engine.queue.enqueue, [0]

    def enqueue(messages: Sequence[Message]) -> int:
        new = whole(messages)
        for message in messages:
            seen[0] += 1
            if seen[0] % 3 == 0:
                engine.queue.waiting.pop((message.queue, message.name), None)
        return new

    return patch.multiple(type(engine.queue), enqueue=lambda _, messages, **__: enqueue(messages), holds=lambda *_: True)


MUTANTS: dict[str, tuple[Mutant, Trial]] = {
    "a store without guards": (partial(store, without_guards), partial(every_order, "two_finalizers")),
    "a store that counts before the guard": (partial(store, counting_before_the_guard), partial(every_order, "succeeds_late_ok")),
    "a store that counts twice": (partial(store, counting_twice), healthy),
    "a queue that loses and denies it": (loses, forgetful_queue),
    "ending without a guard": (partial(service, complete, "_writes", ends_unguarded), partial(every_order, "succeeds_late_ok")),
    "a late failure without a guard": (partial(service, complete, "_writes", ends_unguarded), partial(every_order, "fails_late_ok")),
    "claiming without a guard": (partial(service, claims, "_write", claims_unguarded), partial(every_order, "one_task_delivered_twice")),
    "claiming over a live lease": (
        partial(service, tasks, "_leased", lambda *_: False),
        partial(every_order, "one_task_delivered_twice"),
    ),
    "claiming in a cancelled run": (partial(service, tasks, "_closed", not_closed), stops),
    "no shard is closed": (partial(service, complete, "close_shard", lambda *_: False), healthy),
    "finishing without a guard": (partial(service, finalize, "_final_writes", finishes_unguarded), partial(every_order, "two_finalizers")),
    "sealing with one file too few": (partial(service, prepare, "_sizes", one_too_few), healthy),
    "a tree that leaves out a branch": (partial(service, dispatch, "split_range", lambda p: counters.split_range(p)[:-1]), healthy),
    "members past the gate": (partial(service, unpack, "_commit", no_gate), partial(every_order, "unpack_and_seal")),
    "a retry that keeps the failures": (partial(service, Counts, "kept_for_retry", keeps_failures), healthy),
    "a sweeper that sees no lease": (partial(service, sweep, "_overdue", lambda *_: ()), partial(every_order, "two_sweeps_over_a_lease")),
    "a sweeper that asks no queue": (
        lambda engine: patch.object(type(engine.queue), "holds", lambda *_: False),
        waits,
    ),
    "a sweeper that calls no step": (partial(service, recovery, "_next_step", lambda *_: 0), forgetful_queue),
    "a sweeper that calls no file": (partial(service, recovery, "_dispatch_lost", lambda *_: 0), forgetful_queue),
}


@pytest.fixture
def engine() -> Iterator[Bench]:
    """An installation on the embedded stores."""
    with installed() as made:
        yield made


@pytest.mark.parametrize("name", MUTANTS)
def test_what_is_broken_is_noticed(engine: Bench, name: str) -> None:
    """The trial that holds for a whole engine fails for this one."""
    mutant, trial = MUTANTS[name]
    with mutant(engine), pytest.raises((AssertionError, SheafError)):
        trial(engine)


@pytest.mark.parametrize("trial", [healthy, waits, forgetful_queue, stops])
def test_what_is_whole_passes(engine: Bench, trial: Trial) -> None:
    """The trials hold for an engine that nobody broke; the scenes do so in their own suite."""
    trial(engine)
