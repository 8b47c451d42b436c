"""How the embedded store lays documents out in SQLite: the table, and the indexes that ``firestore.indexes.json`` asks for.

One row a document, its data as JSON text. An index of the list is a partial SQLite index over the extracted fields of one kind of
collection, holding only documents that have all its fields; a statement repeats those terms, which is how SQLite knows that the index
is enough (https://www.sqlite.org/partialindex.html, section 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from sqlite3 import Connection

from sheaf.adapters.store.indexes import Index, Indexes

TABLE = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (collection, id)
)
"""

#: A document's address as it sorts: part by part, as Firestore sorts it, where plain text would put ``a-b/c`` before ``a/c``.
ADDRESS = "replace(collection || '/' || id, '/', char(1))"

#: The index that a collection group is read by when no field is asked for.
BY_KIND = "documents_by_kind"
_BY_KIND_DDL = f"CREATE INDEX IF NOT EXISTS {BY_KIND} ON documents (kind, {ADDRESS})"

_PREFIX = "declared_"


def sort_key(path: str) -> str:
    """Return what :data:`ADDRESS` is for the document at ``path``."""
    return path.replace("/", "\x01")


def extracted(field: str) -> str:
    """Return the SQL of a field's value; ``field`` holds letters, digits and ``_`` only."""
    return f"json_extract(data, '$.{field}')"


def type_of(field: str) -> str:
    """Return the SQL of a field's JSON type, NULL where the document has no such field."""
    return f"json_type(data, '$.{field}')"


def of_kind(kind: str) -> str:
    """Return the term that puts a document in a collection group; a literal, since a partial index is matched by literals only."""
    return "kind = '" + kind.replace("'", "''") + "'"


def presence(fields: Iterable[str]) -> list[str]:
    """Return the terms that a document fulfils which has all these fields."""
    return [f"{type_of(field)} IS NOT NULL" for field in sorted(set(fields))]


def index_name(index: Index) -> str:
    """Return the SQLite index's name; it changes with whatever the index is made of."""
    return f"{_PREFIX}{index.kind}_{hashlib.blake2b(_definition(index).encode(), digest_size=6).hexdigest()}"


def prepare(connection: Connection, indexes: Indexes) -> None:
    """Make the table and bring its indexes in line with the list, in the transaction that is under way."""
    connection.execute(TABLE)
    connection.execute(_BY_KIND_DDL)
    wanted = {index_name(index): _definition(index) for index in indexes.declared()}
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name GLOB ?", [f"{_PREFIX}*"])}
    for name in there - wanted.keys():
        connection.execute(f'DROP INDEX "{name}"')
    for name in wanted.keys() - there:
        connection.execute(f'CREATE INDEX "{name}" {wanted[name]}')


def is_prepared(connection: Connection, indexes: Indexes) -> bool:
    """Whether :func:`prepare` has nothing to do."""
    wanted = {index_name(index) for index in indexes.declared()} | {BY_KIND}
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT GLOB 'sqlite_*'")
    return {name for (name,) in names} == wanted


def _definition(index: Index) -> str:
    columns = [] if index.group else ["collection"]
    columns += [extracted(key.field) + (" DESC" if key.descending else "") for key in index.keys]
    columns.append((ADDRESS if index.group else "id") + (" DESC" if index.id_descending else ""))
    terms = [of_kind(index.kind), *presence(key.field for key in index.keys)]
    return f"ON documents ({', '.join(columns)}) WHERE {' AND '.join(terms)}"
