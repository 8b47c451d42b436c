"""Every adapter that the contract suites run over; another one is one more entry of its list.

An adapter is opened in a directory, which stands for one installation: opened there again, in another thread or another process, it
finds what was left. ``raw`` looks past it at its medium.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sheaf.adapters.blobs.disk import DiskBlobs
from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.adapters.sqlite.database import Durability
from sheaf.adapters.store.firestore import FirestoreStore
from sheaf.adapters.store.indexes import Indexes, parse
from sheaf.adapters.store.sqlite import SqliteStore
from sheaf.ports.blobs import BlobStore
from sheaf.ports.clock import Clock
from sheaf.ports.queue import QueueRule, TaskQueue
from sheaf.ports.store import DocumentStore
from tests import services
from tests.contract import buckets

KEY = b"a key of thirty-two bytes or more"

#: No test can cut the power; what the death of a process leaves is the same, and a slow disk holds up nobody.
DURABILITY: Durability = "NORMAL"

#: One urgent and quick queue, one slow one, one that delivers a single message at a time.
RULES = (
    QueueRule(
        name="files", priority=1, max_per_second=1_000_000, max_concurrent=1_000_000, deadline_s=60, min_backoff_s=2, max_backoff_s=30
    ),
    QueueRule(name="steps", priority=0, max_per_second=1_000_000, max_concurrent=1_000_000, deadline_s=20),
    QueueRule(name="paced", priority=2, max_per_second=10, max_concurrent=1_000_000),
    QueueRule(name="single", priority=3, max_per_second=1_000_000, max_concurrent=1),
)


def suite_indexes() -> Indexes:
    """The indexes that the store's suite queries by."""
    return parse(json.loads(Path(__file__).with_name("indexes.json").read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class StoreAdapter:
    """One kind of document store."""

    name: str
    open: Callable[[Path], DocumentStore]
    #: The addresses of all documents on the medium.
    raw: Callable[[Path], set[str]]
    #: Whether booleans sort before numbers; else behind them.
    booleans_first: bool = False
    #: What repetitions are divided by, where each call goes over a wire.
    thrift: int = 1
    #: Why what is run here cannot show that readers of several documents see commits whole, where it cannot.
    torn: str = ""


@dataclass(frozen=True, slots=True)
class BlobAdapter:
    """One kind of object store."""

    name: str
    open: Callable[[Path, Clock], BlobStore]
    #: The bytes of all objects on the medium, and nothing but objects: what is half done, or left over, fails.
    raw: Callable[[Path], list[bytes]]
    #: Whether it is a service beside this process: with a clock of its own, and with answers that take a while.
    remote: bool = False


@dataclass(frozen=True, slots=True)
class QueueAdapter:
    """One kind of task queue that brings its own consumers."""

    name: str
    open: Callable[[Path, Clock], EmbeddedQueue]
    #: The names of all messages on the medium that are not done.
    raw: Callable[[Path], set[str]]


@dataclass(frozen=True, slots=True)
class Sending:
    """The sender's side of a task queue that delivers nothing, and the names of all messages on its medium."""

    queue: TaskQueue
    raw: Callable[[], set[str]]


@dataclass(frozen=True, slots=True)
class SenderAdapter:
    """One kind of task queue, whoever consumes it."""

    name: str
    open: Callable[[Path, Clock], AbstractContextManager[Sending]]


def open_sqlite(root: Path) -> DocumentStore:
    """The embedded store of an installation."""
    return SqliteStore(root / "store.sqlite3", declared=suite_indexes(), durability=DURABILITY)


def raw_sqlite(root: Path) -> set[str]:
    """What the file itself holds, after SQLite found it sound."""
    with closing(sound(root / "store.sqlite3")) as connection:
        return {f"{collection}/{id_}" for collection, id_ in connection.execute("SELECT collection, id FROM documents")}


def open_firestore(root: Path) -> DocumentStore:
    """A project of its own in the emulator stands for the installation."""
    return FirestoreStore(_project(root), emulator=services.firestore(), declared=suite_indexes())


def raw_firestore(root: Path) -> set[str]:
    """What the emulator's other interface tells, without Google's client."""
    documents = f"projects/{_project(root)}/databases/(default)/documents"
    query = {"structuredQuery": {"from": [{"allDescendants": True}]}}
    answer = httpx.post(f"http://{services.firestore()}/v1/{documents}:runQuery", json=query, headers={"Authorization": "Bearer owner"})
    found = answer.raise_for_status().json()
    return {each["document"]["name"].removeprefix(f"{documents}/") for each in found if "document" in each}


def _project(root: Path) -> str:
    return f"test-{hashlib.blake2b(bytes(root), digest_size=8).hexdigest()}"


def open_disk(root: Path, clock: Clock | None = None) -> DiskBlobs:
    """The embedded object store of an installation."""
    return DiskBlobs(root / "objects", key=KEY, clock=clock or SystemClock())


def raw_disk(root: Path) -> list[bytes]:
    """What lies in the folder tree."""
    files = [Path(folder, name) for folder, _, names in os.walk(root / "objects") for name in names]
    assert [file for file in files if file.parent.name == ".incoming"] == []
    return sorted(file.read_bytes() for file in files if not file.is_symlink())


def open_queue(root: Path, clock: Clock | None = None) -> EmbeddedQueue:
    """The embedded queue of an installation."""
    return EmbeddedQueue(root / "queue.sqlite3", RULES, clock=clock or SystemClock(), durability=DURABILITY)


def raw_queue(root: Path) -> set[str]:
    """What the file itself holds, after SQLite found it sound."""
    with closing(sound(root / "queue.sqlite3")) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM messages WHERE spent IS NULL")}


@contextmanager
def send_embedded(root: Path, clock: Clock) -> Iterator[Sending]:
    """The embedded queue, without consumers."""
    with closing(open_queue(root, clock)) as queue:
        yield Sending(queue, lambda: raw_queue(root))


@contextmanager
def send_cloud_tasks(_: Path, clock: Clock) -> Iterator[Sending]:
    """Cloud Tasks as the double has it, its queues paused."""
    from tests.contract.tasks import by_hand

    with by_hand(clock=clock) as bench, closing(bench.sender(RULES, clock)) as queue:
        names = [f"{bench.location}/queues/{rule.name}" for rule in RULES]
        for name in names:
            bench.client.pause_queue(name=name)
        yield Sending(queue, lambda: {task for name in names for task in bench.left(name)})


def sound(path: Path) -> sqlite3.Connection:
    """A connection to a file that SQLite finds sound."""
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return connection


_EMULATOR_TEARS = "Firestore's emulator shows a commit document by document while it is made, which Firestore does not (docs/traps.md)"

STORES = {
    adapter.name: adapter
    for adapter in (
        StoreAdapter("sqlite", open_sqlite, raw_sqlite),
        StoreAdapter("firestore", open_firestore, raw_firestore, booleans_first=True, thrift=8, torn=_EMULATOR_TEARS),
    )
}
BLOBS = {
    "disk": BlobAdapter("disk", open_disk, raw_disk),
    "gcs": BlobAdapter("gcs", buckets.open_gcs, buckets.raw_gcs, remote=True),
}
SENDERS = {adapter.name: adapter for adapter in (SenderAdapter("embedded", send_embedded), SenderAdapter("cloud_tasks", send_cloud_tasks))}
QUEUES = {adapter.name: adapter for adapter in (QueueAdapter("embedded", open_queue, raw_queue),)}
