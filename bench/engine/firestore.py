"""``python -m bench.engine.firestore``: completions a second of one run on Firestore's emulator, by shards, beside a naive counter.

A completion is the engine's: one commit that ends a task, guarded by its version, and adds one to a shard. The naive counter is what
one would write first: a read-write transaction of Google's client that reads the run, ends the task and writes the run's count plus one.
Either way every task is completed from 32 threads, and afterwards the counts must be what was completed. The figures are the emulator's:
Firestore itself takes about one write a second of one document for long, and more for a while.
"""

from __future__ import annotations

import argparse
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from bench.command import Bench
from bench.report import Row, at_least
from bench.timing import alternating, middle, spread
from sheaf.adapters.store.firestore import FirestoreStore
from sheaf.domain.counters import shard_of
from sheaf.ports.store import MAX_WRITES, Create, Increment, Update, Write
from tools.emulators import firestore as emulator
from tools.emulators.process import Missing

_BENCH = "engine on Firestore"
_PEER = "naive counter in a transaction"
_RUN = "tenants/bench/runs/run"
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Came:
    """What one round came to."""

    completed: int
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Completions a second."""
        return self.completed / self.seconds


@dataclass(frozen=True, slots=True)
class Place:
    """An emulator, and how hard it is driven."""

    address: str
    threads: int

    def store(self, project: str) -> FirestoreStore:
        """A store in a project; those of different projects know nothing of each other."""
        return FirestoreStore(project, emulator=self.address)


def options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen."""
    parser.add_argument("--shards", nargs="+", type=int, default=[1, 8, 32], metavar="N", help="shards of the run (default: %(default)s)")
    parser.add_argument("--tasks", type=int, default=1_000, help="tasks of a run (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=32, help="workers at once (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, alternating (default: %(default)s)")
    parser.add_argument("--naive-seconds", type=float, default=10.0, metavar="S", help="how long the naive counter begins completions")


def measure(given: argparse.Namespace) -> Iterator[Row]:
    """The naive counter once, then every number of shards in alternating rounds."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(emulator.start())
        except Missing as missing:
            yield Row(bench=_BENCH, what="completions a second", measured=None, unit="/s", note=str(missing))
            return
        # Google's own client knows no other way to an emulator.
        os.environ[emulator.HOST] = running.address
        stack.callback(os.environ.pop, emulator.HOST)
        place = Place(running.address, given.threads)
        _sharded(place, given.tasks, 1)  # a Java machine that has just started is slow
        naive = _naive(place, given.tasks, given.naive_seconds)
        yield Row(bench=_BENCH, what=_PEER, measured=naive.rate, unit="/s", note=f"{naive.completed} completed, {naive.failed} failed")
        candidates = {str(shards): partial(_sharded, place, given.tasks, shards) for shards in given.shards}
        for shards, rounds in alternating(candidates, given.rounds).items():
            yield _row(int(shards), given, rounds, naive)


def _row(shards: int, given: argparse.Namespace, rounds: Sequence[Came], naive: Came) -> Row:
    rates = [came.rate for came in rounds]
    return Row(
        bench=_BENCH,
        what=f"{given.tasks:,} completions from {given.threads} threads, shards: {shards}",
        measured=middle(rates),
        unit="/s",
        peer=_PEER,
        # A counter that completed nothing is taken for one that completed one.
        beside=naive.rate or 1 / naive.seconds,
        goal=at_least(1.0),
        note="; ".join(filter(None, ("exact", spread(rates)))),
    )


def _sharded(place: Place, tasks: int, shards: int) -> Came:
    store = place.store(_new_project())
    try:
        versions = _filled(store, tasks, shards)
        came = _driven(place, [partial(_complete, store, id_, version, shards) for id_, version in versions.items()])
        _check(came, [document.data["done"] for document in store.get_many([_shard(n) for n in range(shards)]) if document])
    finally:
        store.close()
    return came


def _filled(store: FirestoreStore, tasks: int, shards: int) -> dict[str, str]:
    """A run with its tasks and shards; answers the tasks' versions."""
    store.commit([Create(path=_shard(number), data={"done": 0}) for number in range(shards)])
    ids = [secrets.token_hex(_ID_BYTES) for _ in range(tasks)]
    versions: dict[str, str] = {}
    for start in range(0, tasks, MAX_WRITES):
        part = ids[start : start + MAX_WRITES]
        written = store.commit([Create(path=_task(id_), data={"status": "processing"}) for id_ in part])
        versions |= {id_: each.version for id_, each in zip(part, written, strict=True)}
    return versions


def _complete(store: FirestoreStore, id_: str, version: str, shards: int) -> bool:
    writes: list[Write] = [
        Update(path=_task(id_), fields={"status": "completed"}, version=version),
        Update(path=_shard(shard_of(id_, shards)), fields={"done": Increment(1), "completed": Increment(1)}),
    ]
    store.commit(writes)
    return True


def _naive(place: Place, tasks: int, seconds: float) -> Came:
    """Completions in read-write transactions; none is begun after ``seconds``."""
    from google.cloud import firestore

    project = _new_project()
    store, client = place.store(project), firestore.Client(project=project)
    ids = list(_filled(store, tasks, 1))
    counter, until = client.document(_shard(0)), time.monotonic() + seconds

    @firestore.transactional
    def completing(transaction: firestore.Transaction, id_: str) -> None:
        done = counter.get(transaction=transaction).get("done")
        transaction.update(client.document(_task(id_)), {"status": "completed"})
        transaction.update(counter, {"done": done + 1})

    def complete(id_: str) -> bool | None:
        if time.monotonic() > until:
            return None
        try:
            completing(client.transaction(), id_)
        except Exception:  # noqa: BLE001 — whatever it fails with, it is not completed
            return False
        return True

    came = _driven(place, [partial(complete, id_) for id_ in ids])
    found = store.get(_shard(0))
    _check(came, [found.data["done"]] if found else [])
    store.close()
    client.close()
    return came


def _new_project() -> str:
    return f"bench-{secrets.token_hex(6)}"


def _driven(place: Place, work: Sequence[Callable[[], bool | None]]) -> Came:
    began = time.perf_counter()
    with ThreadPoolExecutor(place.threads) as pool:
        answers = list(pool.map(lambda each: each(), work))
    return Came(answers.count(True), answers.count(False), time.perf_counter() - began)


def _check(came: Came, counts: Sequence[int]) -> None:
    if sum(counts) != came.completed:
        raise AssertionError(f"{came.completed} tasks were completed, and {sum(counts)} counted")


def _task(id_: str) -> str:
    return f"{_RUN}/tasks/{id_}"


def _shard(number: int) -> str:
    return f"{_RUN}/shards/1-{number}"


BENCH = Bench(
    name="engine.firestore",
    about="Completions a second of one run on Firestore's emulator, by shards, beside a naive counter.",
    options=options,
    measure=measure,
    tiny=("--shards", "1", "2", "--tasks", "20", "--threads", "4", "--rounds", "1", "--naive-seconds", "0.1"),
    libraries=("google-cloud-firestore", "grpcio"),
)

if __name__ == "__main__":
    BENCH.main()
