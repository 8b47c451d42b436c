"""Every adapter that the contract suites run over; another one is one more entry of its list.

An adapter is opened in a directory, which stands for one installation: opened there again, in another thread or another process, it
finds what was left. ``raw`` looks past it at its medium.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sheaf.adapters.store.indexes import Indexes, parse
from sheaf.adapters.store.sqlite import SqliteStore
from sheaf.ports.store import DocumentStore

_STORE_FILE = "store.sqlite3"


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


def open_sqlite(root: Path) -> DocumentStore:
    """The embedded store of an installation."""
    return SqliteStore(root / _STORE_FILE, declared=suite_indexes())


def raw_sqlite(root: Path) -> set[str]:
    """What the file itself holds, after SQLite found it sound."""
    with closing(sqlite3.connect(root / _STORE_FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {f"{collection}/{id_}" for collection, id_ in connection.execute("SELECT collection, id FROM documents")}


STORES = {adapter.name: adapter for adapter in (StoreAdapter("sqlite", open_sqlite, raw_sqlite),)}
