"""How many records a list has in all."""

from __future__ import annotations

from sheaf.ports.store import DocumentStore, Query

#: Records are counted up to here: what a page says of the whole list costs it no more, among however many.
MAX_COUNTED = 1_000


def how_many(store: DocumentStore, query: Query) -> int:
    """How many records match; :data:`MAX_COUNTED` stands for that many or more."""
    return store.count(query, up_to=MAX_COUNTED)
