"""What :class:`sheaf.ports.store.DocumentStore` says of watches, sentence by sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from sheaf.domain.errors import InvalidInput
from sheaf.ports.store import Create, Delete, Document, DocumentStore, Increment, Put, Update, Watch
from tests.contract import children
from tests.contract.adapters import StoreAdapter

#: A wait that ends by a call; only a call that never comes lasts this long.
PATIENCE_S = 60.0


class Told:
    """What a watch told, in order."""

    def __init__(self) -> None:
        self.calls: Queue[Document | None] = Queue()

    def __call__(self, document: Document | None) -> None:
        """Keep it."""
        self.calls.put(document)

    def next(self) -> Any:
        """The data told next."""
        document = self.calls.get(timeout=PATIENCE_S)
        return None if document is None else document.data

    def until(self, last: Any) -> list[Any]:
        """All data told up to this."""
        found = [self.next()]
        while found[-1] != last:
            found.append(self.next())
        return found


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    """Watches that are closed after the test."""
    opened: list[Watch] = []
    yield opened
    for watch in opened:
        watch.close()


def test_a_watch_begins_with_what_is_there(store: DocumentStore, watches: list[Watch]) -> None:
    """The first call has the document as any reader finds it, or None where there is none."""
    store.commit([Create(path="things/a", data={"n": 1})])
    there, absent = Told(), Told()
    watches += [store.watch("things/a", there), store.watch("things/b", absent)]
    assert there.calls.get(timeout=PATIENCE_S) == store.get("things/a")
    assert absent.next() is None


def test_every_kind_of_write_is_told(store: DocumentStore, watches: list[Watch]) -> None:
    """A creation, an update, a sum, a put, a deletion and another creation are told one after the other."""
    told = Told()
    watches.append(store.watch("things/a", told))
    found = [told.next()]
    for write in (
        Create(path="things/a", data={"n": 1}),
        Update(path="things/a", fields={"m": [1]}),
        Update(path="things/a", fields={"n": Increment(2)}),
        Put(path="things/a", data={}),
        Delete(path="things/a"),
        Create(path="things/a", data={"n": 9}),
    ):
        store.commit([write])
        found.append(told.next())
    assert found == [None, {"n": 1}, {"n": 1, "m": [1]}, {"n": 3, "m": [1]}, {}, None, {"n": 9}]


def test_the_last_state_is_told_and_none_goes_back(store: DocumentStore, watches: list[Watch]) -> None:
    """Of many commits by many threads some may be told as one; what is told only ever grows, up to the last."""
    store.commit([Create(path="things/a", data={"n": 0})])
    told = Told()
    watches.append(store.watch("things/a", told))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.commit([Update(path="things/a", fields={"n": Increment(1)})]), range(80)))
    counts = [data["n"] for data in told.until({"n": 80})]
    assert counts == sorted(set(counts))


def test_calls_come_one_at_a_time(store: DocumentStore, watches: list[Watch]) -> None:
    """No call of a watch begins before the last one has returned, however slow it is."""
    store.commit([Create(path="things/a", data={"n": 0})])
    busy, overlaps, done = threading.Lock(), [], threading.Event()

    def slow(document: Document | None) -> None:
        if not busy.acquire(blocking=False):
            overlaps.append(document)
            return
        threading.Event().wait(0.01)
        busy.release()
        if document is not None and document.data["n"] == 30:
            done.set()

    watches.append(store.watch("things/a", slow))
    for _ in range(30):
        store.commit([Update(path="things/a", fields={"n": Increment(1)})])
    assert done.wait(PATIENCE_S)
    assert overlaps == []


def test_a_watch_is_on_one_document(store: DocumentStore, watches: list[Watch]) -> None:
    """Watches side by side, two of them on one document, are each told of their own document and of nothing else."""
    told = [Told() for _ in range(3)]
    watches += [store.watch(path, each) for path, each in zip(("things/a", "things/a", "things/b"), told, strict=True)]
    assert [each.next() for each in told] == [None] * 3
    store.commit([Create(path="things/a/things/a", data={}), Create(path="things/aa", data={}), Create(path="things/b", data={"n": 2})])
    store.commit([Create(path="things/a", data={"n": 1})])
    assert [each.next() for each in told] == [{"n": 1}, {"n": 1}, {"n": 2}]
    assert all(each.calls.empty() for each in told)


def test_commits_of_other_stores_are_told(store: DocumentStore, watches: list[Watch], store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """What another store on the same medium commits, and what another process does, is told too."""
    told = Told()
    watches.append(store.watch("counters/a", told))
    other = store_adapter.open(tmp_path)
    other.commit([Create(path="counters/a", data={"n": 0})])
    assert told.until({"n": 0})
    other.close()
    children.together(children.increment, [(store_adapter.name, tmp_path, 3)])
    assert told.until({"n": 3})


def test_an_error_of_the_callers_ends_nothing(store: DocumentStore, watches: list[Watch], caplog: pytest.LogCaptureFixture) -> None:
    """What the call raises is logged; the next change is told all the same, to this watch and to others."""
    told, beside = Told(), Told()

    def fails(document: Document | None) -> None:
        told(document)
        raise ValueError("the caller's own")

    watches += [store.watch("things/a", fails), store.watch("things/a", beside)]
    assert (told.next(), beside.next()) == (None, None)
    store.commit([Create(path="things/a", data={"n": 1})])
    assert (told.next(), beside.next()) == ({"n": 1}, {"n": 1})
    assert "the caller's own" in caplog.text


def test_a_closed_watch_is_silent(store: DocumentStore, watches: list[Watch]) -> None:
    """After close, a change that another watch is told of is not told to this one; closing twice is no error."""
    told, beside = Told(), Told()
    watch = store.watch("things/a", told)
    watches.append(store.watch("things/a", beside))
    assert (told.next(), beside.next()) == (None, None)
    watch.close()
    watch.close()
    for n in range(3):
        store.commit([Put(path="things/a", data={"n": n})])
        beside.until({"n": n})
    assert told.calls.empty()


def test_a_watch_can_be_closed_by_its_own_call(store: DocumentStore, watches: list[Watch]) -> None:
    """The call itself may close its watch, and is not made again."""
    store.commit([Create(path="things/a", data={"n": 0})])
    told, beside = Told(), Told()

    def once(document: Document | None) -> None:
        told(document)
        if document is not None and document.data["n"] == 1:
            watches[0].close()

    watches += [store.watch("things/a", once), store.watch("things/a", beside)]
    assert (told.next(), beside.next()) == ({"n": 0}, {"n": 0})
    for n in (1, 2):
        store.commit([Put(path="things/a", data={"n": n})])
        beside.until({"n": n})
    assert told.next() == {"n": 1}
    assert told.calls.empty()


def test_closing_the_store_closes_its_watches(store_adapter: StoreAdapter, tmp_path: Path) -> None:
    """After the store is closed no watch of it is told anything, and no thread of it is left."""
    before = set(threading.enumerate())
    store, told = store_adapter.open(tmp_path), Told()
    watch = store.watch("things/a", told)
    assert told.next() is None
    store.close()
    other, beside = store_adapter.open(tmp_path), Told()
    other.watch("things/a", beside)
    other.commit([Create(path="things/a", data={"n": 1})])
    beside.until({"n": 1})
    other.close()
    assert told.calls.empty()
    watch.close()
    assert [thread for thread in threading.enumerate() if thread not in before and thread.name.startswith("sheaf-")] == []


@pytest.mark.parametrize("path", ["", "things", "things/a/b", "a/."])
def test_only_an_address_is_watched(store: DocumentStore, path: str) -> None:
    """What is no document's address is InvalidInput."""
    with pytest.raises(InvalidInput):
        store.watch(path, Told())
