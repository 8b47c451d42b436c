"""A query's shape as SQL.

From its beginning a query is one range of one index. Behind a cursor it is several, one behind the other: the same keys and a later
address; the same first keys and a later one; …; a later first key. Each is a statement of its own, run until the page is full. The values
of ``in`` conditions are ranges beside each other, which SQLite merges in order as it reads them. So a page costs what it holds,
wherever it begins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sheaf.adapters.store import columns, sql, values
from sheaf.adapters.store.cursors import Position
from sheaf.adapters.store.indexes import Index
from sheaf.adapters.store.shape import Shape, class_of
from sheaf.domain.record import record

#: One term of a WHERE clause and what is bound in it.
Term = tuple[str, tuple[Any, ...]]
#: Terms that all hold.
Branch = tuple[Term, ...]

#: Where each class begins among the values of columns, and where the next one does; null is before all of them.
_CLASS_BOUNDS: dict[str, tuple[Term, Term | None]] = {
    "number": ((f"> {columns.NULL_SQL}", ()), ("< ''", ())),
    "boolean": ((">= ?", (values.BOOLEANS,)), ("< ?", (values.BOOLEANS[0] + "c",))),
    "datetime": ((">= ?", (values.DATETIMES,)), ("< ?", (values.DATETIMES[0] + "u",))),
    "text": ((">= ?", (values.TEXTS,)), None),
}
_LOWER, _UPPER = frozenset({">", ">="}), frozenset({"<", "<="})
_COLUMNS = "collection, id, CAST(data AS BLOB), version"
_FIRST_SORT_COLUMN = 5


@record(frozen=True, slots=True)
class _Fields:
    """How a statement speaks of fields: by their columns where it reads a declared index, else by what JSON says."""

    indexed: bool

    def sql(self, field: str) -> str:
        """The SQL of a field's value, NULL where there is none to compare with."""
        return columns.name(field) if self.indexed else columns.of_json(field)

    def bound(self, field: str, value: Any) -> Term:
        """The SQL of a value, which goes the same way as the stored one: so equal numbers stay equal to the last digit."""
        encoded = values.encode_field(field, value)
        if encoded is None:
            return columns.NULL_SQL, ()
        return ("?", (encoded,)) if self.indexed else ("json_extract(?, '$')", (values.dump(encoded).decode(),))

    def term(self, field: str, operator: str, value: Any) -> Term:
        """A comparison of a field with a value."""
        term, bound = self.bound(field, value)
        return f"{self.sql(field)} {operator} {term}", bound


@record(frozen=True, kw_only=True, slots=True)
class _Key:
    """One sort key: its SQL, its direction, and the conditions on it, told apart by which end they bound."""

    sql: str
    descending: bool
    lower: Branch
    upper: Branch


@record(frozen=True, kw_only=True, slots=True)
class _Way:
    """One range to read: what holds in it besides the query's equalities, and the keys that vary in it."""

    terms: Branch
    order: Sequence[_Key]


def select(shape: Shape, index: Index | None, position: Position | None) -> list[tuple[str, list[Any]]]:
    """Return the statements to run one after the other, with what is bound in them before the LIMIT, which comes last.

    Their columns are collection, id, data as bytes and version.
    """
    fields = _Fields(index is not None)
    keys = _keys(shape, fields)
    ways = [_Way(terms=_from_start(keys), order=keys)] if position is None else _later(keys, _position_values(shape, fields, position))
    return [_statement(shape, index, way) for way in ways]


def count(shape: Shape, index: Index | None) -> tuple[str, list[Any]]:
    """Return the statement for the number of matching documents; the most to count is bound last."""
    statement, bound = _union(
        f"SELECT 1 FROM documents {_hint(shape, index)}",
        _branches(shape, index, _from_start(_keys(shape, _Fields(index is not None)))),
    )
    return f"SELECT count(*) FROM ({statement} LIMIT ?)", bound


def _statement(shape: Shape, index: Index | None, way: _Way) -> tuple[str, list[Any]]:
    head = f"SELECT {', '.join([_COLUMNS, *(key.sql for key in way.order)])} FROM documents {_hint(shape, index)}"
    statement, bound = _union(head, _branches(shape, index, way.terms))
    order = ", ".join(f"{column}{' DESC' if key.descending else ''}" for column, key in enumerate(way.order, _FIRST_SORT_COLUMN))
    return f"{statement} ORDER BY {order} LIMIT ?", bound


def _hint(shape: Shape, index: Index | None) -> str:
    if index is not None:
        return f'INDEXED BY "{sql.index_name(index)}"'
    return f"INDEXED BY {sql.BY_KIND}" if shape.group else ""


def _union(head: str, branches: Iterator[Branch]) -> tuple[str, list[Any]]:
    selects, bound = [], []
    for branch in branches:
        selects.append(f"{head} WHERE {' AND '.join(term for term, _ in branch)}")
        bound += [value for _, parameters in branch for value in parameters]
    return " UNION ALL ".join(selects), bound


def _branches(shape: Shape, index: Index | None, terms: Branch) -> Iterator[Branch]:
    common = _common(shape, index)
    for alternative in _alternatives(shape, _Fields(index is not None)):
        yield common + alternative + terms


def _common(shape: Shape, index: Index | None) -> Branch:
    fields = _Fields(index is not None)
    # What is compared with is there; an index, though, is only taken where each of its terms is repeated.
    needed = shape.fields if fields.indexed else [sort.field for sort in shape.sorts]
    terms: list[Term] = [(f"{fields.sql(field)} IS NOT NULL", ()) for field in sorted(needed)]
    if shape.group or index is not None:
        terms.append((sql.of_kind(shape.kind), ()))
    if not shape.group:
        terms.append(("collection = ?", (shape.collection,)))
    return tuple(terms)


def _alternatives(shape: Shape, fields: _Fields) -> Iterator[Branch]:
    equals: list[list[Branch]] = [[(fields.term(field, "=", value),) for value in allowed] for field, allowed in shape.equals.items()]
    ids: list[Branch] = [()] if shape.ids is None else [(("id = ?", (value,)),) for value in shape.ids]
    for combination in itertools.product(*equals, ids):
        yield tuple(itertools.chain.from_iterable(combination))


def _keys(shape: Shape, fields: _Fields) -> list[_Key]:
    return [*(_key(shape, fields, number) for number in range(len(shape.sorts))), _address_key(shape)]


def _key(shape: Shape, fields: _Fields, number: int) -> _Key:
    sort = shape.sorts[number]
    lower, upper = _range_terms(shape, fields) if number == 0 and shape.ranges else ((), ())
    return _Key(sql=fields.sql(sort.field), descending=sort.descending, lower=lower, upper=upper)


def _range_terms(shape: Shape, fields: _Fields) -> tuple[Branch, Branch]:
    """The range conditions by the end they bound; an open end is bounded by the class that is compared in."""
    name = fields.sql(shape.ranges[0].field)
    first, behind = (bound and (f"{name} {bound[0]}", bound[1]) for bound in _CLASS_BOUNDS[class_of(shape.ranges[0].value)])
    lower = tuple(fields.term(where.field, where.op, where.value) for where in shape.ranges if where.op in _LOWER)
    upper = tuple(fields.term(where.field, where.op, where.value) for where in shape.ranges if where.op in _UPPER)
    return lower or _branch(first), upper or _branch(behind)


def _branch(term: Term | None) -> Branch:
    return () if term is None else (term,)


def _address_key(shape: Shape) -> _Key:
    return _Key(
        sql=sql.ADDRESS if shape.group else "id",
        descending=shape.id_descending,
        lower=tuple((f"id {where.op} ?", (where.value,)) for where in shape.id_ranges if where.op in _LOWER),
        upper=tuple((f"id {where.op} ?", (where.value,)) for where in shape.id_ranges if where.op in _UPPER),
    )


def _from_start(keys: Sequence[_Key]) -> Branch:
    return tuple(itertools.chain.from_iterable(key.lower + key.upper for key in keys))


def _position_values(shape: Shape, fields: _Fields, position: Position) -> list[Term]:
    """The SQL of what each key is compared with, and what is bound in it."""
    bound = [fields.bound(sort.field, value) for sort, value in zip(shape.sorts, position.values, strict=True)]
    return [*bound, ("?", (sql.sort_key(position.path) if shape.group else position.path.rpartition("/")[2],))]


def _later(keys: Sequence[_Key], position: Sequence[Term]) -> list[_Way]:
    """The ways of being behind the position, in order: first those that share the most keys with it."""
    ways: list[_Way] = []
    same: Branch = ()
    for number, (key, (term, bound)) in enumerate(zip(keys, position, strict=True)):
        strictly: Term = (f"{key.sql} {'<' if key.descending else '>'} {term}", bound)
        ways.insert(0, _Way(terms=(*same, strictly, *(key.lower if key.descending else key.upper)), order=[key, *keys[number + 1 :]]))
        same += ((f"{key.sql} = {term}", bound),)
    return ways
