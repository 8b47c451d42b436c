"""Watches on Firestore when their stream breaks off: they go on by themselves, and miss nothing that lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheaf.adapters.store.firestore import FirestoreStore
from sheaf.ports.store import Create, Delete, Put
from tests.contract.adapters import open_firestore
from tests.contract.test_store_watch import Told


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FirestoreStore]:
    """A store in a project of its own."""
    opened = open_firestore(tmp_path)
    assert isinstance(opened, FirestoreStore)
    yield opened
    opened.close()


def broken_off(store: FirestoreStore) -> None:
    """End the stream, as Firestore does now and then."""
    with store._listening._guard:
        if store._listening._stream is not None:
            store._listening._stream.cancel()


def test_what_changed_meanwhile_is_told(store: FirestoreStore) -> None:
    """A document that was written, deleted or left alone while the stream was away is told, told as gone, and not told again."""
    store.commit([Create(path=f"things/{name}", data={"n": 0}) for name in ("written", "deleted", "same")])
    told = {name: Told() for name in ("written", "deleted", "same", "absent")}
    for name, each in told.items():
        store.watch(f"things/{name}", each)
    assert [each.next() for each in told.values()] == [{"n": 0}, {"n": 0}, {"n": 0}, None]
    broken_off(store)
    store.commit([Put(path="things/written", data={"n": 1}), Delete(path="things/deleted")])
    assert (told["written"].next(), told["deleted"].next()) == ({"n": 1}, None)
    store.commit([Put(path="things/same", data={"n": 1}), Put(path="things/absent", data={"n": 1})])
    assert (told["same"].next(), told["absent"].next()) == ({"n": 1}, {"n": 1})
    assert all(each.calls.empty() for each in told.values())


def test_a_stream_that_breaks_off_all_the_time(store: FirestoreStore) -> None:
    """However often it breaks, the last state is told, and none goes back."""
    told = Told()
    store.watch("things/a", told)
    for n in range(12):
        store.commit([Put(path="things/a", data={"n": n})])
        broken_off(store)
    counts = [data["n"] for data in told.until({"n": 11}) if data is not None]
    assert counts == sorted(set(counts))


def test_watches_come_and_go_with_the_stream(store: FirestoreStore) -> None:
    """When the last watch is closed the stream ends; the next watch opens another."""
    for n in range(4):
        told = Told()
        watch = store.watch("things/a", told)
        store.commit([Put(path="things/a", data={"n": n})])
        told.until({"n": n})
        watch.close()
    assert len([thread for thread in threading.enumerate() if thread.name == "sheaf-watches"]) == 1
