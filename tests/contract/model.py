"""The document store's contract once more, as plainly as it can be said: a dict, sorted and filtered in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sheaf.domain.errors import PreconditionFailed
from sheaf.ports.store import Create, Delete, Increment, Order, Put, Query, Update, Where, Write

_RANKS = ((type(None), 0), (bool, 3), (int, 2), (float, 2), (datetime, 4), (str, 5))
_BOOLEANS_FIRST = 1


def rank(value: Any, *, booleans_first: bool = False) -> int:
    """The place of a value's type among the types."""
    return (
        _BOOLEANS_FIRST if booleans_first and isinstance(value, bool) else next(place for kind, place in _RANKS if isinstance(value, kind))
    )


def key(value: Any, *, booleans_first: bool = False) -> tuple[int, Any]:
    """What a value sorts by: null, numbers, datetimes, text, and booleans before or behind the numbers."""
    return rank(value, booleans_first=booleans_first), 0 if value is None else value


class Model:
    """Documents in a dict; ``run`` answers a query without its limit and cursor."""

    def __init__(self, *, booleans_first: bool = False) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self._booleans_first = booleans_first

    def commit(self, writes: Sequence[Write], versions: Mapping[str, str]) -> list[dict[str, float]]:
        """Do all writes and return their sums, or none and raise; ``versions`` are the true ones before the commit."""
        before = self.documents
        self.documents = dict(before)
        written: set[str] = set()
        try:
            sums = []
            for write in writes:
                sums.append(self._write(write, versions if write.path not in written else {}))
                written.add(write.path)
        except PreconditionFailed:
            self.documents = before
            raise
        return sums

    def run(self, query: Query) -> list[str]:
        """The addresses of all documents that match, in order."""
        found = [path for path in self.documents if self._inside(path, query) and self._matches(path, query)]
        order = list(query.order)
        ranges = [where for where in query.where if where.op not in {"==", "in"} and where.field != "__id__"]
        if not order and ranges:
            order = [Order(ranges[0].field)]
        found = [path for path in found if all(sort.field in self.documents[path] for sort in order if sort.field != "__id__")]
        found.sort(key=lambda path: path.split("/"), reverse=bool(order) and order[-1].descending)
        for sort in reversed([sort for sort in order if sort.field != "__id__"]):
            found.sort(key=self._by(sort.field), reverse=sort.descending)
        return found

    def _by(self, field: str) -> Callable[[str], tuple[int, Any]]:
        return lambda path: key(self.documents[path][field], booleans_first=self._booleans_first)

    def _write(self, write: Write, versions: Mapping[str, str]) -> dict[str, float]:
        there = self.documents.get(write.path)
        match write:
            case Create():
                if there is not None:
                    raise PreconditionFailed("there")
                self.documents[write.path] = dict(write.data)
            case Put():
                self.documents[write.path] = dict(write.data)
            case Delete():
                if write.version is not None and versions.get(write.path) != write.version:
                    raise PreconditionFailed("version")
                self.documents.pop(write.path, None)
            case Update():
                if there is None or (write.version is not None and versions.get(write.path) != write.version):
                    raise PreconditionFailed("absent or version")
                sums = {name: _sum(there.get(name), value.by) for name, value in write.fields.items() if isinstance(value, Increment)}
                self.documents[write.path] = {**there, **write.fields, **sums}
                return sums
        return {}

    def _inside(self, path: str, query: Query) -> bool:
        collection = path.rpartition("/")[0]
        return collection.rpartition("/")[2] == query.collection if query.group else collection == query.collection

    def _matches(self, path: str, query: Query) -> bool:
        data = {**self.documents[path], "__id__": path.rpartition("/")[2]}
        return all(where.field in data and _holds(where, data[where.field]) for where in query.where)


def _sum(there: Any, by: float) -> float:
    return there + by if isinstance(there, int | float) and not isinstance(there, bool) else by


def _holds(where: Where, value: Any) -> bool:
    if where.op == "in":
        return any(key(value) == key(allowed) for allowed in where.value)
    if rank(value) != rank(where.value):
        return False
    left, right = key(value)[1], key(where.value)[1]
    return bool({"==": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[where.op])


def moment(second: int) -> datetime:
    """Some time or other, ``second`` seconds after another."""
    return datetime(2026, 11, 22, tzinfo=UTC).replace(second=second % 60, microsecond=second)
