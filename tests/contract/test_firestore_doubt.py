"""Commits to Firestore whose answers are lost: written once or not at all, and never told as not written when they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from sheaf.adapters.firestore.retrying import Persistence
from sheaf.adapters.store.firestore import FirestoreStore
from sheaf.domain.errors import PreconditionFailed, Unavailable
from sheaf.ports.store import Create, Delete, Increment, Put, Update, Write
from tests.contract.adapters import open_firestore


class Lost(grpc.RpcError):  # type: ignore[misc]  # gRPC's errors have no types
    """The connection broke."""

    def code(self) -> grpc.StatusCode:
        """As every such error has it."""
        return grpc.StatusCode.UNAVAILABLE

    def details(self) -> str:
        """What is said of it."""
        return "the connection broke"


class Breaking:
    """A wire whose commits lose their call before they are sent, or their answer after they were made."""

    def __init__(self, wire: Any, breaks: Callable[[], str]) -> None:
        self._wire = wire
        self._breaks = breaks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)

    def commit(self, request: Any, timeout: float) -> Any:
        """Send a commit, and break off where it is asked for."""
        breaks = self._breaks()
        if breaks == "before":
            raise Lost
        answer = self._wire.commit(request, timeout)
        if breaks == "after":
            raise Lost
        return answer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FirestoreStore]:
    """A store in a project of its own, with one document and one counter, which does not wait between attempts."""
    opened = open_firestore(tmp_path)
    assert isinstance(opened, FirestoreStore)
    opened._persistence = Persistence(sleep=lambda _: None)
    opened.commit([Create(path="things/a", data={"state": "open"}), Create(path="counters/a", data={"n": 0})])
    yield opened
    opened.close()


def broken(store: FirestoreStore, *breaks: str) -> None:
    """Break the next commits, one after the other, and none after them."""
    coming = itertools.chain(breaks, itertools.repeat(""))
    store._opened = Breaking(store._wire(), lambda: next(coming))  # type: ignore[assignment]


def counted(store: FirestoreStore) -> int:
    """What the counter stands at."""
    found = store.get("counters/a")
    assert found is not None
    return int(found.data["n"])


ADD = Update(path="counters/a", fields={"n": Increment(1)})


def guarded(store: FirestoreStore) -> list[list[Write]]:
    """Commits of which each can be written once: the guard of each is broken by its own writing, also where it changes no value."""
    found = store.get("things/a")
    assert found is not None
    return [
        [Create(path="things/new", data={}), ADD],
        [Update(path="things/a", fields={"state": "done"}, version=found.version), ADD],
        [Update(path="things/a", fields={"state": "open"}, version=found.version), ADD],
        [Update(path="things/a", fields={}, version=found.version), ADD],
        [Delete(path="things/a", version=found.version), ADD],
        [Delete(path="things/a", version=found.version), Create(path="things/a", data={"state": "open"}), ADD],
    ]


@pytest.mark.parametrize("which", range(6))
def test_a_lost_call_is_made_again(store: FirestoreStore, which: int) -> None:
    """A guarded commit that never arrived is written by the next attempt, and answered."""
    writes = guarded(store)[which]
    broken(store, "before", "before")
    assert store.commit(writes)[-1].sums == {"n": 1}
    assert counted(store) == 1


@pytest.mark.parametrize("which", range(6))
def test_a_lost_answer_counts_once(store: FirestoreStore, which: int) -> None:
    """A guarded commit that was written is not written again, and not told as refused: what became of it is not known."""
    writes = guarded(store)[which]
    broken(store, "after")
    with pytest.raises(Unavailable, match="not known"):
        store.commit(writes)
    assert counted(store) == 1
    with pytest.raises(PreconditionFailed):
        store.commit(writes)
    assert counted(store) == 1


@pytest.mark.parametrize("which", range(3))
def test_a_lost_answer_is_found_again(store: FirestoreStore, which: int) -> None:
    """What a guarded commit that adds nothing wrote tells whose it is: its writer goes on as if it had been answered."""
    found = store.get("things/a")
    assert found is not None
    update, create = Update(path="things/a", fields={"state": "held"}, version=found.version), Create(path="things/new", data={})
    cases: list[list[Write]] = [[update], [create], [create, update]]
    writes = cases[which]
    broken(store, "after")
    answered = store.commit(writes)
    assert [each.version for each in answered] == [document.version for document in store.get_many([w.path for w in writes]) if document]
    store.commit([Update(path=writes[-1].path, fields={"state": "done"}, version=answered[-1].version)])


def test_a_lost_answer_to_what_another_has_changed_since(store: FirestoreStore) -> None:
    """What was written is not there any more: it is not known what became of it."""
    found, elsewhere = store.get("things/a"), store._wire()
    assert found is not None
    changes = iter(["after", "changed"])

    def breaks() -> str:
        breaking, next_ = store._opened, next(changes, "")
        if next_ == "changed":
            store._opened = elsewhere
            store.commit([Update(path="things/a", fields={"state": "another's"})])
            store._opened = breaking
        return next_

    store._opened = Breaking(elsewhere, breaks)  # type: ignore[assignment]
    with pytest.raises(Unavailable, match="not known"):
        store.commit([Update(path="things/a", fields={"state": "held"}, version=found.version)])


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_what_only_adds_is_not_sent_again(store: FirestoreStore, breaks: str) -> None:
    """Without such a guard an addition whose answer is missing is Unavailable: written or not, but never twice."""
    broken(store, breaks)
    with pytest.raises(Unavailable):
        store.commit([ADD])
    assert counted(store) == {"before": 0, "after": 1}[breaks]


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_what_sets_values_is_sent_again(store: FirestoreStore, breaks: str) -> None:
    """A commit that overwrites whatever is there is answered in the end."""
    broken(store, breaks)
    store.commit([Put(path="things/a", data={"state": "put"}), Update(path="counters/a", fields={"n": 7}), Delete(path="things/none")])
    assert counted(store) == 7


def test_counts_stay_exact_on_a_bad_connection(store: FirestoreStore) -> None:
    """Threads that complete tasks over a wire that breaks every few calls, each until it knows: every task is counted once."""
    tasks = [f"tasks/{n}" for n in range(40)]
    store.commit([Create(path=path, data={"status": "open"}) for path in tasks])
    calls = itertools.count(1)
    store._opened = Breaking(store._wire(), lambda: ("", "after", "", "before")[next(calls) % 4])  # type: ignore[assignment]

    def complete(path: str) -> None:
        while True:
            found = store.get(path)
            assert found is not None
            if found.data["status"] == "done":
                return
            try:
                store.commit([Update(path=path, fields={"status": "done"}, version=found.version), ADD])
            except (Unavailable, PreconditionFailed):
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(complete, tasks * 2))
    assert counted(store) == len(tasks)
