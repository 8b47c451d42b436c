"""How the embedded store lays documents out in SQLite: the table, and the indexes that ``firestore.indexes.json`` asks for.

One row a document, in the order of addresses: its data as JSON text, and a column for each field that an index of the list speaks of. An
index is a partial SQLite index over the columns of one kind of collection, holding only documents that have all its fields; a statement
repeats those terms, which is how SQLite knows that the index is enough (https://www.sqlite.org/partialindex.html, section 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from sqlite3 import Connection
from typing import Any

import orjson

from sheaf.adapters.store import columns
from sheaf.adapters.store.columns import Columns
from sheaf.adapters.store.indexes import Index, Indexes

_LAYOUT = 2
#: Without a rowid: rows lie by address, so that the tasks of one range of ids share pages, and a row is found by one search.
_TABLE = """
CREATE TABLE documents (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (collection, id)
) WITHOUT ROWID
"""
#: What the first layout, without columns, is brought over by.
_BRING_OVER = (
    "ALTER TABLE documents RENAME TO documents_before",
    _TABLE,
    "INSERT INTO documents SELECT collection, id, kind, data, version FROM documents_before ORDER BY collection, id",
    "DROP TABLE documents_before",
)

#: A document's address as it sorts: part by part, as Firestore sorts it, where plain text would put ``a-b/c`` before ``a/c``.
ADDRESS = "replace(collection || '/' || id, '/', char(1))"

#: The index that a collection group is read by when no field is asked for.
BY_KIND = "documents_by_kind"
_BY_KIND_DDL = f"CREATE INDEX IF NOT EXISTS {BY_KIND} ON documents (kind, {ADDRESS})"

_PREFIX = "declared_"
_OF_KIND = """
SELECT collection, id, CAST(data AS BLOB) FROM documents
WHERE kind = ? AND (collection, id) > (?, ?) ORDER BY collection, id LIMIT 1000
"""


def sort_key(path: str) -> str:
    """Return what :data:`ADDRESS` is for the document at ``path``."""
    return path.replace("/", "\x01")


def of_kind(kind: str) -> str:
    """Return the term that puts a document in a collection group; a literal, since a partial index is matched by literals only."""
    return "kind = '" + kind.replace("'", "''") + "'"


def index_name(index: Index) -> str:
    """Return the SQLite index's name; it changes with whatever the index is made of."""
    return f"{_PREFIX}{index.kind}_{hashlib.blake2b(_definition(index).encode(), digest_size=6).hexdigest()}"


def is_prepared(connection: Connection, indexes: Indexes) -> bool:
    """Whether :func:`prepare` has nothing to do."""
    wanted = {index_name(index) for index in indexes.declared()} | {BY_KIND}
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT GLOB 'sqlite_*'")
    return _layout(connection) == _LAYOUT and {name for (name,) in names} == wanted


def prepare(connection: Connection, indexes: Indexes) -> None:
    """Make the table and bring its columns and indexes in line with the list, in the transaction that is under way."""
    _make_table(connection)
    connection.execute(_BY_KIND_DDL)
    wanted = {index_name(index): index for index in indexes.declared()}
    there = set(_column(connection, "SELECT name FROM sqlite_master WHERE type = 'index' AND name GLOB ?", f"{_PREFIX}*"))
    for name in there - wanted.keys():
        connection.execute(f'DROP INDEX "{name}"')
    new = [wanted[name] for name in sorted(wanted.keys() - there)]
    _fill(connection, Columns.of(indexes), {index.kind for index in new})
    for index in new:
        connection.execute(f'CREATE INDEX "{index_name(index)}" {_definition(index)}')


def _make_table(connection: Connection) -> None:
    if _layout(connection) == _LAYOUT:
        return
    tables = set(_column(connection, "SELECT name FROM sqlite_master WHERE type = 'table'"))
    for statement in _BRING_OVER if "documents" in tables else (_TABLE,):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_LAYOUT}")


def _fill(connection: Connection, wanted: Columns, kinds: Iterable[str]) -> None:
    """Add the columns that are missing, and bring those of documents of these kinds in line."""
    there = set(_column(connection, "SELECT name FROM pragma_table_info('documents')"))
    for column in sorted(wanted.all_names() - there):
        connection.execute(f"ALTER TABLE documents ADD COLUMN {column}")
    for kind in sorted(kinds):
        if names := wanted.names(kind):
            _fill_kind(connection, wanted, kind, f"UPDATE documents SET {' = ?, '.join(names)} = ? WHERE collection = ? AND id = ?")


def _fill_kind(connection: Connection, wanted: Columns, kind: str, update: str) -> None:
    last = ("", "")
    while rows := connection.execute(_OF_KIND, (kind, *last)).fetchall():
        values = ((*wanted.whole(kind, orjson.loads(data)).values(), collection, id_) for collection, id_, data in rows)
        connection.executemany(update, values)
        last = rows[-1][:2]


def _layout(connection: Connection) -> int:
    return int(next(_column(connection, "PRAGMA user_version")))


def _column(connection: Connection, statement: str, *bound: str) -> Iterator[Any]:
    for (value,) in connection.execute(statement, bound).fetchall():
        yield value


def presence(fields: Iterable[str]) -> list[str]:
    """Return the terms that a document fulfils whose columns for all these fields hold something."""
    return [f"{columns.name(field)} IS NOT NULL" for field in sorted(set(fields))]


def _definition(index: Index) -> str:
    keys = [] if index.group else ["collection"]
    keys += [columns.name(key.field) + (" DESC" if key.descending else "") for key in index.keys]
    keys.append((ADDRESS if index.group else "id") + (" DESC" if index.id_descending else ""))
    keys.append("kind")  # SQLite looks at it although the index holds one kind alone; with it, counting needs nothing but the index
    terms = [of_kind(index.kind), *presence(key.field for key in index.keys)]
    return f"ON documents ({', '.join(keys)}) WHERE {' AND '.join(terms)}"
