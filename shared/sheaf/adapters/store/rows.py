"""What a transaction has changed, written out: one statement a document, setting no more than what differs."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection

from sheaf.adapters.store import addresses
from sheaf.adapters.store.columns import Columns, Scalar
from sheaf.adapters.store.commits import Address, Changes, Stored

_DELETE = "DELETE FROM documents WHERE collection = ? AND id = ?"


def save(connection: Connection, columns: Columns, before: Mapping[Address, Stored | None], changes: Changes) -> None:
    """Write out every change; ``before`` holds what was at the addresses that were looked at."""
    for address, stored in changes.items():
        if stored is None:
            connection.execute(_DELETE, address)
        elif (there := before.get(address)) is not None:
            _update(connection, columns, address, there, stored)
        else:
            _put(connection, columns, address, stored)


def _update(connection: Connection, columns: Columns, address: Address, there: Stored, stored: Stored) -> None:
    changed = columns.changed(addresses.kind_of(address[0]), there.fields, stored.fields)
    sets = "".join(f", {name} = ?" for name in changed)
    connection.execute(
        f"UPDATE documents SET data = ?, version = ?{sets} WHERE collection = ? AND id = ?",
        (stored.data.decode(), stored.version, *changed.values(), *address),
    )


def _put(connection: Connection, columns: Columns, address: Address, stored: Stored) -> None:
    kind = addresses.kind_of(address[0])
    row: dict[str, Scalar] = {"data": stored.data.decode(), "version": stored.version, **columns.whole(kind, stored.fields)}
    sets = ", ".join(f"{name} = excluded.{name}" for name in row)
    connection.execute(
        f"INSERT INTO documents (collection, id, kind, {', '.join(row)}) VALUES (?, ?, ?{', ?' * len(row)})"
        f" ON CONFLICT (collection, id) DO UPDATE SET {sets}",
        (*address, kind, *row.values()),
    )
