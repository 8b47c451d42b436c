"""A document store used by many at once, and by some that die in the middle."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sheaf.domain.errors import PreconditionFailed
from sheaf.ports.store import Create, DocumentStore, Increment, Order, Put, Query, Update, Where, Write
from tests.contract import children
from tests.contract.adapters import StoreAdapter

THREADS = 8


def test_threads_count_exactly(store: DocumentStore, store_adapter: StoreAdapter) -> None:
    """Of 8 threads that add to one counter, every sum from 1 to their number is answered to exactly one."""
    times = 800 // store_adapter.thrift
    store.commit([Create(path="counters/a", data={})])

    def add(_: int) -> float:
        return store.commit([Update(path="counters/a", fields={"n": Increment(1)})])[0].sums["n"]

    with ThreadPoolExecutor(THREADS) as pool:
        sums = list(pool.map(add, range(times)))
    assert sorted(sums) == list(range(1, times + 1))


def test_processes_count_exactly(store: DocumentStore, store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """Of two processes that each add many times to one counter, every sum from 1 to their number is answered to exactly one."""
    times = 1_000 // store_adapter.thrift
    store.commit([Create(path="counters/a", data={})])
    first, second = children.together(children.increment, [(store_adapter.name, tmp_path, times)] * 2)
    assert sorted(first + second) == list(range(1, 2 * times + 1))
    assert first == sorted(first)
    assert second == sorted(second)


def test_one_creates(store: DocumentStore, store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """Each document that two processes try to create is created by one, and its commit counted once."""
    number = 200 // store_adapter.thrift
    store.commit([Create(path="counters/a", data={})])
    calls = [(store_adapter.name, tmp_path, who, number) for who in ("first", "second")]
    first, second = children.together(children.create_all, calls)
    assert sorted(first + second) == list(range(number))
    counter = store.get("counters/a")
    assert counter is not None
    assert counter.data == {"n": number}
    whose = {int(document.id): document.data["who"] for document in store.query(Query(collection="things")).documents}
    assert whose == dict.fromkeys(first, "first") | dict.fromkeys(second, "second")


def test_a_version_lets_one_through(store: DocumentStore, store_adapter: StoreAdapter) -> None:
    """Of threads that read a document and write it back guarded by what they read, no one overwrites another."""
    times = max(3 * THREADS, 80 // store_adapter.thrift)
    store.commit([Create(path="counters/a", data={"n": 0})])

    def add(_: int) -> int:
        failures = 0
        while True:
            found = store.get("counters/a")
            assert found is not None
            try:
                store.commit([Update(path="counters/a", fields={"n": found.data["n"] + 1}, version=found.version)])
            except PreconditionFailed:
                failures += 1
            else:
                return failures

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(add, range(times)))
    found = store.get("counters/a")
    assert found is not None
    assert found.data == {"n": times}


def test_readers_see_whole_commits(store: DocumentStore, store_adapter: StoreAdapter) -> None:
    """While amounts move between two documents, every reading of both, by address or by query, finds the same total."""
    if store_adapter.torn:
        pytest.skip(f"not run: {store_adapter.name}: {store_adapter.torn}")
    store.commit([Put(path="things/a", data={"size": 100}), Put(path="things/b", data={"size": 0})])
    stop = threading.Event()

    def move() -> None:
        while not stop.is_set():
            by = random.randint(-50, 50)
            store.commit(
                [
                    Update(path="things/a", fields={"size": Increment(-by)}),
                    Update(path="things/b", fields={"size": Increment(by)}),
                ]
            )

    def totals() -> set[int]:
        query = Query(collection="things", where=[Where("size", ">", -(10**9))], order=[Order("size")])
        read = [[d.data["size"] for d in store.get_many(["things/a", "things/b"]) if d] for _ in range(150)]
        queried = [[d.data["size"] for d in store.query(query).documents] for _ in range(150)]
        assert all(sizes == sorted(sizes) for sizes in queried)
        return {sum(sizes) for sizes in read + queried}

    with ThreadPoolExecutor(4) as pool:
        movers = [pool.submit(move) for _ in range(2)]
        try:
            found = [future.result() for future in [pool.submit(totals) for _ in range(2)]]
        finally:
            stop.set()
        for mover in movers:
            mover.result()
    assert found == [{100}, {100}]


def test_a_failed_commit_leaves_its_neighbours_alone(store: DocumentStore) -> None:
    """Commits of many threads that fail and succeed side by side each do all or nothing."""
    store.commit([Create(path="counters/a", data={}), Create(path="things/there", data={})])

    def write(n: int) -> bool:
        writes: list[Write] = [Create(path=f"things/{n}", data={}), Update(path="counters/a", fields={"n": Increment(1)})]
        try:
            store.commit([*writes, Create(path="things/there", data={})] if n % 2 else writes)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(write, range(200)))
    assert done == [n % 2 == 0 for n in range(200)]
    found = store.get("counters/a")
    assert found is not None
    assert found.data == {"n": 100}
    assert store.count(Query(collection="things")) == 101


def test_what_was_committed_survives_kill_9(store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """Processes killed while they commit leave every commit they reported, no half one, and a store that works."""
    store = store_adapter.open(tmp_path)
    store.commit([Create(path="counters/a", data={"n": 0})])
    reported: set[int] = set()
    chance, start = random.Random(7), 0
    for kills in range(1, 1 + 8 // store_adapter.thrift):
        reported |= set(children.killed_after(children.commit_batches, (store_adapter.name, tmp_path, start), chance.randint(1, 60)))
        start = max(reported) + 2
        batches = Counter(int(document.id.partition("-")[0]) for document in store.query(Query(collection="things")).documents)
        assert set(batches.values()) == {children.BATCH}
        assert reported <= set(batches)
        counter = store.get("counters/a")
        assert counter is not None
        assert counter.data["n"] == len(batches)
        assert len(batches) <= len(reported) + kills
    written = store.count(Query(collection="things"))
    store.close()
    assert len(store_adapter.raw(tmp_path)) == written + 1
