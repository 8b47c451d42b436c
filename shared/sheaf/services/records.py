"""Domain objects in and out of the document store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sheaf.domain.errors import NotFound, PreconditionFailed, SheafError, Unavailable
from sheaf.domain.record import record
from sheaf.ports.store import Document, DocumentStore, Page, Query, Update, Write, Written

T = TypeVar("T")

#: Guarded changes of one record tried again when another writer was first; more than that is a storm, not a race.
MAX_RACES = 12


@record(frozen=True, slots=True)
class Stored(Generic[T]):
    """A record as read, with the version to guard its change by."""

    value: T
    version: str


def dump(value: Any) -> Any:
    """The storable form of a domain object, or of any value of one.

    Of an object's own fields those that are None are left out: no query asks for them, and an index would hold them all the same.
    """
    import msgspec

    stored = msgspec.to_builtins(value, builtin_types=(datetime,))
    return {name: field for name, field in stored.items() if field is not None} if is_dataclass(value) else stored


def changes(value: Any, fields: Mapping[str, Any]) -> Any:
    """The storable form of those of the fields that the domain object has otherwise; for a change that is guarded by its version."""
    return dump({name: field for name, field in fields.items() if getattr(value, name) != field})


def load(document: Document, kind: type[T]) -> Stored[T]:
    """The domain object that a document holds."""
    import msgspec

    return Stored(msgspec.convert(document.data, kind), document.version)


def fetch(store: DocumentStore, path: str, kind: type[T], what: str) -> Stored[T]:
    """The record at ``path``; raises NotFound that names ``what`` was looked for."""
    document = store.get(path)
    if document is None:
        raise NotFound(f"There is no {what} {path.rpartition('/')[2]!r}.", what=what, id=path.rpartition("/")[2])
    return load(document, kind)


def tag(value: Any) -> str:
    """A digest of a record as it is: it changes with every change of it."""
    import msgspec

    return hashlib.blake2b(msgspec.json.encode(value), digest_size=12).hexdigest()


def check_tag(value: Any, expected: Container[str] | None) -> None:
    """Raise PreconditionFailed unless the record is one of those that the caller read before; None expects nothing."""
    if expected is not None and tag(value) not in expected:
        raise PreconditionFailed("It was changed since you read it. Read it again and repeat your change.", code="changed_since_read")


def pages(store: DocumentStore, query: Query) -> Iterator[Page]:
    """Every page of a query, each read when it is asked for; the query's limit is the page's size."""
    while True:
        page = store.query(query)
        yield page
        if page.cursor is None:
            return
        query = replace(query, after=page.cursor)


def commit_each(store: DocumentStore, each: Sequence[Sequence[Write]], *, lasting: bool = True) -> list[list[Written] | SheafError]:
    """What :meth:`DocumentStore.commit_each` answers; a commit that is alone goes the way of any other."""
    if len(each) != 1:
        return store.commit_each(each, lasting=lasting) if each else []
    try:
        return [store.commit(each[0])]
    except SheafError as error:
        return [error]


def change(
    store: DocumentStore,
    path: str,
    kind: type[T],
    decide: Callable[[T], Mapping[str, Any] | None],
    *,
    also: Callable[[T], Sequence[Write]] = lambda _: (),
) -> tuple[T, list[Written] | None]:
    """Change a record by ``decide``, which sees it and answers the fields to write, or None to leave it.

    ``also`` adds writes to the same commit. When another writer was first, both are asked again about the newer record.
    Returns the record that was decided on, and what was written.
    """
    for _ in range(MAX_RACES):
        stored = fetch(store, path, kind, kind.__name__.lower())
        fields = decide(stored.value)
        if fields is None:
            return stored.value, None
        try:
            return stored.value, store.commit([Update(path=path, fields=dump(fields), version=stored.version), *also(stored.value)])
        except PreconditionFailed:
            continue
    raise Unavailable(f"{path.rpartition('/')[2]} is being changed by many callers at once. Try again.")
