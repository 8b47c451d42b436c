"""Other processes of the contract suites: what they do, and how one is killed in the middle of it."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sheaf.domain.errors import PreconditionFailed
from sheaf.ports.queue import Message
from sheaf.ports.store import Create, Increment, Update
from tests.contract.adapters import BLOBS, QUEUES, STORES
from tests.contract.clock import TestClock

_SPAWN = multiprocessing.get_context("spawn")
#: Documents, objects or messages that belong together.
BATCH = 3


def together(work: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Run ``work`` once for each tuple of arguments, each in a process of its own, and return what they returned."""
    with ProcessPoolExecutor(len(calls), mp_context=_SPAWN) as pool:
        return [future.result() for future in [pool.submit(work, *call) for call in calls]]


def killed_after(work: Callable[..., None], call: tuple[Any, ...], reports: int) -> list[Any]:
    """Run ``work`` with a pipe and ``call``, kill -9 it once it has sent so many reports, and return all that it sent."""
    ours, theirs = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=work, args=(theirs, *call))
    process.start()
    theirs.close()
    got: list[Any] = []
    try:
        while len(got) < reports:
            got.append(ours.recv())
        process.kill()
        while True:
            got.append(ours.recv())
    except EOFError:
        return got
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()


def increment(adapter: str, root: Path, times: int) -> list[float]:
    """Add one to a counter so many times; returns the sums."""
    store = STORES[adapter].open(root)
    sums = [store.commit([Update(path="counters/a", fields={"n": Increment(1)})])[0].sums["n"] for _ in range(times)]
    store.close()
    return sums


def create_all(adapter: str, root: Path, who: str, number: int) -> list[int]:
    """Try to create documents that another process tries to create too; returns those that were this one's."""
    store, mine = STORES[adapter].open(root), []
    for n in range(number):
        try:
            store.commit([Create(path=f"things/{n}", data={"who": who}), Update(path="counters/a", fields={"n": Increment(1)})])
            mine.append(n)
        except PreconditionFailed:
            continue
    store.close()
    return mine


def commit_batches(reports: Connection, adapter: str, root: Path, start: int) -> None:
    """Commit batches of documents for ever, each with one step of a counter, and report each that is done."""
    store = STORES[adapter].open(root)
    for number in itertools.count(start):
        batch = [Create(path=f"things/{number}-{part}", data={"pad": "x" * 3000}) for part in range(BATCH)]
        store.commit([*batch, Update(path="counters/a", fields={"n": Increment(1)})])
        reports.send(number)


def put_objects(reports: Connection, adapter: str, root: Path, start: int) -> None:
    """Put objects for ever, new ones and one again and again, and report each that is done."""
    blobs = BLOBS[adapter].open(root, TestClock())
    for number in itertools.count(start):
        blobs.put(f"new/{number % 7}/{number}", content(number), content_type=f"text/n{number}", new=True)
        blobs.put("again", content(number), content_type=f"text/n{number}")
        reports.send(number)


def content(number: int) -> bytes:
    """Bytes that tell whether they are whole, and which they are."""
    return b"%d " % number * 20_000 + b"."


def enqueue_batches(reports: Connection, adapter: str, root: Path, start: int) -> None:
    """Enqueue messages for ever, and report each batch that is accepted."""
    queue = QUEUES[adapter].open(root, TestClock())
    for number in itertools.count(start):
        queue.enqueue([Message(queue="files", name=f"{number}-{part}", payload={"n": number}) for part in range(BATCH)])
        reports.send(number)


def consume(reports: Connection, adapter: str, root: Path, consumer: str) -> None:
    """Claim and acknowledge for ever; report names as claimed, then as acknowledged."""
    queue = QUEUES[adapter].open(root, TestClock())
    while True:
        claimed = queue.claim(consumer, BATCH)
        for delivery in claimed:
            reports.send(("claimed", delivery.name, delivery.retry))
        queue.ack_many(claimed)
        for delivery in claimed:
            reports.send(("acked", delivery.name, delivery.retry))


def consume_all(adapter: str, root: Path, consumer: str, limit: int) -> list[str]:
    """Claim and acknowledge until nothing is left; returns the names in the order they came."""
    queue, names = QUEUES[adapter].open(root, TestClock()), []
    while claimed := queue.claim(consumer, limit):
        names += [delivery.name for delivery in claimed]
        queue.ack_many(claimed)
    queue.close()
    return names


def enqueue_shared(adapter: str, root: Path, number: int) -> int:
    """Enqueue messages whose names other processes use too; returns how many were new."""
    queue = QUEUES[adapter].open(root, TestClock())
    new = sum(queue.enqueue([Message(queue="files", name=f"shared-{n}", payload={})]) for n in range(number))
    queue.close()
    return new


def put_new(adapter: str, root: Path, who: str, number: int) -> list[int]:
    """Try to put objects that must be new, as another process does too; returns those that were this one's."""
    blobs, mine = BLOBS[adapter].open(root, TestClock()), []
    for n in range(number):
        try:
            blobs.put(f"race/{n}", who.encode() * 1000, content_type=f"text/{who}", new=True)
            mine.append(n)
        except PreconditionFailed:
            continue
    return mine
