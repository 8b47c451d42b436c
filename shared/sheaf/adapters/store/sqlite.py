"""The embedded document store: one SQLite file, used by many threads of many processes at once."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from sheaf.adapters.folders import private_folder
from sheaf.adapters.sqlite.database import Database, Durability, durability_of
from sheaf.adapters.sqlite.grouping import Grouping
from sheaf.adapters.store import addresses, commits, cursors, indexes, rows, sql, statements, values
from sheaf.adapters.store.columns import Columns
from sheaf.adapters.store.commits import Address, Changes, Prepared, Stored
from sheaf.adapters.store.indexes import Indexes
from sheaf.adapters.store.shape import normalise
from sheaf.adapters.store.watch import Changed
from sheaf.adapters.store.watching import Watching
from sheaf.domain.errors import InvalidInput, PreconditionFailed, SheafError
from sheaf.ports.clock import Clock
from sheaf.ports.store import Document, Page, Query, Watch, Write, Written
from sheaf.settings import Settings

_GET = "SELECT CAST(data AS BLOB), version FROM documents WHERE collection = ? AND id = ?"
_GET_MANY = "SELECT id, CAST(data AS BLOB), version FROM documents WHERE collection = ? AND id IN (SELECT value FROM json_each(?))"
_VERSION_BITS = 62
_NO_LIMIT = 2**62

_Commit = Sequence[Prepared]
_Answer = list[Written] | SheafError


class _Asked(NamedTuple):
    """Commits of one caller, and whether they must survive a power cut."""

    commits: Sequence[_Commit]
    lasting: bool


def opened(settings: Settings, clock: Clock) -> SqliteStore:
    """The document store of an embedded installation."""
    del clock  # versions are counted
    return SqliteStore(private_folder(settings.data_dir) / "store.sqlite3", durability=durability_of(settings))


class SqliteStore:
    """Documents in one SQLite file; the contract is :class:`sheaf.ports.store.DocumentStore`.

    Commits of several threads share one transaction and one write to the disk. A version is a random number: never one that a document
    of that address had before, whatever was deleted in between. ``durability`` below FULL is for data that can be made again.
    """

    def __init__(self, path: Path, *, declared: Indexes | None = None, durability: Durability = "FULL") -> None:
        self._indexes = declared or indexes.load()
        self._columns = Columns.of(self._indexes)
        self._database = Database(
            path,
            durability=durability,
            is_prepared=lambda connection: sql.is_prepared(connection, self._indexes),
            prepare=lambda connection: sql.prepare(connection, self._indexes),
        )
        self._commits: Grouping[_Asked, list[_Answer]] = Grouping(self._write)
        self._watching = Watching(self._database.reading, _read)

    def get(self, path: str) -> Document | None:
        """The document as of the last finished commit, or None."""
        addresses.split(path)
        with self._database.reading() as connection:
            return _read(connection, path)

    def get_many(self, paths: Sequence[str]) -> list[Document | None]:
        """The documents in the order asked, read at one moment."""
        asked: dict[str, list[str]] = {}
        for collection, id_ in map(addresses.split, paths):
            asked.setdefault(collection, []).append(id_)
        with self._database.reading_at_one_moment() as connection:
            found = {path: row for collection, ids in asked.items() for path, row in _rows_of(connection, collection, ids)}
        return [_document(path, found.get(path)) for path in paths]

    def query(self, query: Query) -> Page:
        """Matching documents in order, at one moment; raises MissingIndex when no index covers it."""
        shape = normalise(query)
        found = self._rows(statements.select(shape, self._indexes.cover(shape), cursors.read(shape)), shape.limit)
        documents = [Document(f"{row[0]}/{row[1]}", values.load(row[2]), str(row[3])) for row in found[: shape.limit]]
        return Page(documents, cursors.write(shape, documents[-1]) if len(found) > len(documents) else None)

    def count(self, query: Query, *, up_to: int | None = None) -> int:
        """How many documents match, without reading them, and no more than ``up_to``; ``order``, ``limit`` and ``after`` do not count."""
        shape = normalise(Query(collection=query.collection, where=query.where, group=query.group))
        statement, bound = statements.count(shape, self._indexes.cover(shape))
        with self._database.reading() as connection:
            (total,) = connection.execute(statement, [*bound, _NO_LIMIT if up_to is None else up_to]).fetchone()
        return int(total)

    def commit(self, writes: Sequence[Write]) -> list[Written]:
        """All writes or none, in order, durable when it returns; errors as the contract names them."""
        (answer,) = self.commit_each([writes])
        if isinstance(answer, SheafError):
            raise answer
        return answer

    def commit_each(self, each: Sequence[Sequence[Write]], *, lasting: bool = True) -> list[list[Written] | SheafError]:
        """Several commits in one transaction, each all or none by itself; what :meth:`commit` answers or raises for each."""
        prepared = [_prepare(writes) for writes in each]
        waiting = [commit for commit in prepared if not isinstance(commit, SheafError) and commit]
        answers = iter(self._commits.submit(_Asked(waiting, lasting)) if waiting else [])
        return [commit if isinstance(commit, SheafError) else next(answers) if commit else [] for commit in prepared]

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

    def _write(self, group: Sequence[_Asked]) -> list[list[_Answer]]:
        """Run the commits of several callers, one after the other, as one transaction."""
        with self._database.writing(lasting=any(asked.lasting for asked in group)) as connection:
            transaction = _Transaction(connection)
            answers = [[transaction.run(commit) for commit in asked.commits] for asked in group]
            rows.save(connection, self._columns, transaction.before, transaction.changes)
        self._watching.ring()
        return answers


class _Transaction:
    """What the commits of one transaction come to, before any of it is written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: The next document's version.
        self._version = secrets.randbits(_VERSION_BITS)
        #: What was at each address that was looked at.
        self.before: Changes = {}
        self.changes: Changes = {}

    def run(self, commit: _Commit) -> _Answer:
        """Add what a commit changes to what those before it did, or return the error that keeps it from happening."""
        try:
            changes, answers = commits.plan(commit, self._look, self._version)
        except (PreconditionFailed, InvalidInput) as error:
            return error
        self._version += len(commit)
        self.changes |= changes
        return answers

    def _look(self, address: Address) -> Stored | None:
        if address in self.changes:
            return self.changes[address]
        if address not in self.before:
            row = self._connection.execute(_GET, address).fetchone()
            self.before[address] = None if row is None else Stored(orjson.loads(row[0]), *row)
        return self.before[address]


def _prepare(writes: Sequence[Write]) -> _Commit | InvalidInput:
    try:
        return commits.prepare(writes)
    except InvalidInput as error:
        return error


def _rows_of(connection: sqlite3.Connection, collection: str, ids: Sequence[str]) -> Iterator[tuple[str, tuple[bytes, int]]]:
    """Documents of one collection by their paths: one statement, however many there are."""
    for id_, data, version in connection.execute(_GET_MANY, (collection, orjson.dumps(ids).decode())):
        yield f"{collection}/{id_}", (data, version)


def _read(connection: sqlite3.Connection, path: str) -> Document | None:
    return _document(path, connection.execute(_GET, addresses.split(path)).fetchone())


def _document(path: str, row: tuple[bytes, int] | None) -> Document | None:
    return None if row is None else Document(path, values.load(row[0]), str(row[1]))
