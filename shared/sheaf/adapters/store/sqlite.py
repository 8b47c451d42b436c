"""The embedded document store: one SQLite file, used by many threads of many processes at once."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sheaf.adapters.folders import private_folder
from sheaf.adapters.sqlite.database import Database, Durability
from sheaf.adapters.sqlite.grouping import Grouping
from sheaf.adapters.store import addresses, commits, cursors, indexes, sql, statements, values
from sheaf.adapters.store.commits import Address, Changes, Prepared, Stored
from sheaf.adapters.store.indexes import Indexes
from sheaf.adapters.store.shape import normalise
from sheaf.adapters.store.watch import Changed
from sheaf.adapters.store.watching import Watching
from sheaf.domain.errors import InvalidInput, PreconditionFailed
from sheaf.ports.clock import Clock
from sheaf.ports.store import Document, Page, Query, Watch, Write, Written
from sheaf.settings import Settings

_GET = "SELECT CAST(data AS BLOB), version FROM documents WHERE collection = ? AND id = ?"
_UPSERT = """
INSERT INTO documents (collection, id, kind, data, version) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (collection, id) DO UPDATE SET data = excluded.data, version = excluded.version
"""
_DELETE = "DELETE FROM documents WHERE collection = ? AND id = ?"
_VERSION_BITS = 62
_NO_LIMIT = 2**62


def opened(settings: Settings, clock: Clock) -> SqliteStore:
    """The document store of an embedded installation."""
    del clock  # versions are counted
    return SqliteStore(private_folder(settings.data_dir) / "store.sqlite3")


class SqliteStore:
    """Documents in one SQLite file; the contract is :class:`sheaf.ports.store.DocumentStore`.

    Commits of several threads share one transaction and one write to the disk. A version is a random number: never one that a document
    of that address had before, whatever was deleted in between. ``durability`` below FULL is for data that can be made again.
    """

    def __init__(self, path: Path, *, declared: Indexes | None = None, durability: Durability = "FULL") -> None:
        self._indexes = declared or indexes.load()
        self._database = Database(
            path,
            durability=durability,
            is_prepared=lambda connection: sql.is_prepared(connection, self._indexes),
            prepare=lambda connection: sql.prepare(connection, self._indexes),
        )
        self._commits: Grouping[Sequence[Prepared], list[Written]] = Grouping(self._write)
        self._watching = Watching(self._database.reading, _read)

    def get(self, path: str) -> Document | None:
        """The document as of the last finished commit, or None."""
        addresses.split(path)
        with self._database.reading() as connection:
            return _read(connection, path)

    def get_many(self, paths: Sequence[str]) -> list[Document | None]:
        """The documents in the order asked, read at one moment."""
        asked = [(path, addresses.split(path)) for path in paths]
        with self._database.reading_at_one_moment() as connection:
            return [_document(path, _look(connection, address)) for path, address in asked]

    def query(self, query: Query) -> Page:
        """Matching documents in order, at one moment; raises MissingIndex when no index covers it."""
        shape = normalise(query)
        rows = self._rows(statements.select(shape, self._indexes.cover(shape), cursors.read(shape)), shape.limit)
        documents = [Document(f"{row[0]}/{row[1]}", values.load(row[2]), str(row[3])) for row in rows[: shape.limit]]
        return Page(documents, cursors.write(shape, documents[-1]) if len(rows) > len(documents) else None)

    def count(self, query: Query) -> int:
        """How many documents match, without reading them; ``order``, ``limit`` and ``after`` do not count."""
        shape = normalise(Query(collection=query.collection, where=query.where, group=query.group))
        statement, bound = statements.count(shape, self._indexes.cover(shape))
        with self._database.reading() as connection:
            (total,) = connection.execute(statement, bound).fetchone()
        return int(total)

    def commit(self, writes: Sequence[Write]) -> list[Written]:
        """All writes or none, in order, durable when it returns; errors as the contract names them."""
        prepared = commits.prepare(writes)
        return self._commits.submit(prepared) if prepared else []

    def watch(self, path: str, changed: Changed) -> Watch:
        """Call ``changed``, always from a thread of the store's own, with the document as it is now and after commits that change it."""
        return self._watching.add(path, changed)

    def close(self) -> None:
        """End the watches and let go of the file; the store must not be used afterwards."""
        self._watching.close()
        self._database.close()

    def _rows(self, selects: Sequence[tuple[str, list[Any]]], limit: int | None) -> list[tuple[Any, ...]]:
        """Run statements until there is one row more than the limit."""
        rows: list[tuple[Any, ...]] = []
        wanted = _NO_LIMIT if limit is None else limit + 1
        with self._database.reading_at_one_moment() as connection:
            for statement, bound in selects:
                if len(rows) < wanted:
                    rows += connection.execute(statement, [*bound, wanted - len(rows)])
        return rows

    def _write(self, group: Sequence[Sequence[Prepared]]) -> list[list[Written] | Exception]:
        """Run a group of commits, one after the other, as one transaction."""
        with self._database.writing() as connection:
            changes: Changes = {}
            answers = [_run(connection, writes, changes) for writes in group]
            _save(connection, changes)
        self._watching.ring()
        return answers


def _run(connection: sqlite3.Connection, writes: Sequence[Prepared], earlier: Changes) -> list[Written] | Exception:
    """Add what one commit changes to what ``earlier`` ones of its group did, or return the error that keeps it from happening."""

    def look(address: Address) -> Stored | None:
        return earlier[address] if address in earlier else _look(connection, address)

    try:
        changes, answers = commits.plan(writes, look, secrets.randbits(_VERSION_BITS))
    except (PreconditionFailed, InvalidInput) as error:
        return error
    earlier |= changes
    return answers


def _look(connection: sqlite3.Connection, address: Address) -> Stored | None:
    row = connection.execute(_GET, address).fetchone()
    return None if row is None else Stored(*row)


def _read(connection: sqlite3.Connection, path: str) -> Document | None:
    return _document(path, _look(connection, addresses.split(path)))


def _save(connection: sqlite3.Connection, changes: Changes) -> None:
    gone = [address for address, stored in changes.items() if stored is None]
    rows = [
        (collection, document_id, addresses.kind_of(collection), stored.data.decode(), stored.version)
        for (collection, document_id), stored in changes.items()
        if stored is not None
    ]
    connection.executemany(_DELETE, gone)
    connection.executemany(_UPSERT, rows)


def _document(path: str, stored: Stored | None) -> Document | None:
    return None if stored is None else Document(path, values.load(stored.data), str(stored.version))
