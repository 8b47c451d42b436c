"""A query's shape as SQL.

From its beginning a query is one range of one index. Behind a cursor it is several, one behind the other: the same keys and a later
address; the same first keys and a later one; …; a later first key. Each is a statement of its own, run until the page is full. The values
of ``in`` conditions are ranges beside each other, which SQLite merges in order as it reads them. So a page costs what it holds,
wherever it begins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.adapters.store import sql, values
from sheaf.adapters.store.cursors import Position
from sheaf.adapters.store.indexes import Index
from sheaf.adapters.store.shape import Shape, class_of

#: One term of a WHERE clause and what is bound in it.
Term = tuple[str, tuple[Any, ...]]
#: Terms that all hold.
Branch = tuple[Term, ...]

#: The first and the first later value of each class among extracted values; numbers begin behind null, texts end the order.
_CLASS_BOUNDS: dict[str, tuple[str | None, str | None]] = {
    "number": (None, ""),
    "boolean": (values.BOOLEANS, values.BOOLEANS[0] + "c"),
    "datetime": (values.DATETIMES, values.DATETIMES[0] + "u"),
    "text": (values.TEXTS, None),
}
_LOWER, _UPPER = frozenset({">", ">="}), frozenset({"<", "<="})
_COLUMNS = "collection, id, CAST(data AS BLOB), version"
_FIRST_SORT_COLUMN = 5
#: What everything but null begins with; SQLite bounds a range by it, though not by IS NOT NULL.
_FIRST_NUMBER = "-9e999"
_NO_CONTAINER = "{} NOT IN ('array', 'object')"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Key:
    """One sort key: its SQL, its direction, and the conditions on it, told apart by which end they bound."""

    sql: str
    descending: bool
    lower: Branch
    upper: Branch
    #: Whether it can be null.
    nullable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """One range to read: what holds in it besides the query's equalities, and the keys that vary in it."""

    terms: Branch
    order: Sequence[_Key]


def select(shape: Shape, index: Index | None, position: Position | None) -> list[tuple[str, list[Any]]]:
    """Return the statements to run one after the other, with what is bound in them before the LIMIT, which comes last.

    Their columns are collection, id, data as bytes and version.
    """
    keys = _keys(shape)
    ways = [_Way(terms=_from_start(keys), order=keys)] if position is None else _later(keys, _position_values(shape, position))
    return [_statement(shape, index, way) for way in ways]


def count(shape: Shape, index: Index | None) -> tuple[str, list[Any]]:
    """Return the statement for the number of matching documents."""
    statement, bound = _union(
        f"SELECT count(*) AS n FROM documents {_hint(shape, index)}", _branches(shape, index, _from_start(_keys(shape)))
    )
    return f"SELECT sum(n) FROM ({statement})", bound


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
    for alternative in _alternatives(shape):
        yield common + alternative + terms


def _common(shape: Shape, index: Index | None) -> Branch:
    terms: list[Term] = [(term, ()) for term in sql.presence(shape.fields)]
    if shape.group or index is not None:
        terms.append((sql.of_kind(shape.kind), ()))
    if not shape.group:
        terms.append(("collection = ?", (shape.collection,)))
    for number, sort in enumerate(shape.sorts):
        if number or not shape.ranges or class_of(shape.ranges[0].value) == "text":
            terms.append((_NO_CONTAINER.format(sql.type_of(sort.field)), ()))
    return tuple(terms)


def _alternatives(shape: Shape) -> Iterator[Branch]:
    fields = [[_equal(field, value) for value in allowed] for field, allowed in shape.equals.items()]
    ids: list[Branch] = [()] if shape.ids is None else [(("id = ?", (value,)),) for value in shape.ids]
    for combination in itertools.product(*fields, ids):
        yield tuple(itertools.chain.from_iterable(combination))


def _equal(field: str, value: Any) -> Branch:
    extracted = sql.extracted(field)
    if value is None:
        return ((f"{extracted} IS NULL", ()),)
    same = _compare(extracted, "=", field, value)
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        return same, (_NO_CONTAINER.format(sql.type_of(field)), ())
    return (same,)


def _compare(extracted: str, operator: str, field: str, value: Any) -> Term:
    """The value goes the same way as the stored one, through SQLite's JSON parser: so equal numbers stay equal to the last digit."""
    return f"{extracted} {operator} json_extract(?, '$')", (values.dump(values.encode_field(field, value)).decode(),)


def _keys(shape: Shape) -> list[_Key]:
    return [*(_key(shape, number) for number in range(len(shape.sorts))), _address_key(shape)]


def _key(shape: Shape, number: int) -> _Key:
    sort = shape.sorts[number]
    extracted = sql.extracted(sort.field)
    lower, upper = _range_terms(shape, extracted) if number == 0 and shape.ranges else ((), ())
    return _Key(sql=extracted, descending=sort.descending, lower=lower, upper=upper, nullable=not (lower or upper))


def _range_terms(shape: Shape, extracted: str) -> tuple[Branch, Branch]:
    """The range conditions by the end they bound; an open end is bounded by the class that is compared in."""
    first, behind = _CLASS_BOUNDS[class_of(shape.ranges[0].value)]
    lower = tuple(_compare(extracted, where.op, where.field, where.value) for where in shape.ranges if where.op in _LOWER)
    upper = tuple(_compare(extracted, where.op, where.field, where.value) for where in shape.ranges if where.op in _UPPER)
    if not lower and first is not None:
        lower = ((f"{extracted} >= ?", (first,)),)
    if not upper and behind is not None:
        upper = ((f"{extracted} < ?", (behind,)),)
    return lower, upper


def _address_key(shape: Shape) -> _Key:
    return _Key(
        sql=sql.ADDRESS if shape.group else "id",
        descending=shape.id_descending,
        lower=tuple((f"id {where.op} ?", (where.value,)) for where in shape.id_ranges if where.op in _LOWER),
        upper=tuple((f"id {where.op} ?", (where.value,)) for where in shape.id_ranges if where.op in _UPPER),
        nullable=False,
    )


def _from_start(keys: Sequence[_Key]) -> Branch:
    return tuple(itertools.chain.from_iterable(key.lower + key.upper for key in keys))


def _position_values(shape: Shape, position: Position) -> list[Term | None]:
    """What each key is compared with: None for null, else the SQL of the value and what is bound in it."""
    bound: list[Term | None] = [
        None if value is None else ("json_extract(?, '$')", (values.dump(values.encode_field(sort.field, value)).decode(),))
        for sort, value in zip(shape.sorts, position.values, strict=True)
    ]
    return [*bound, ("?", (sql.sort_key(position.path) if shape.group else position.path.rpartition("/")[2],))]


def _later(keys: Sequence[_Key], position: Sequence[Term | None]) -> list[_Way]:
    """The ways of being behind the position, in order: first those that share the most keys with it."""
    ways: list[_Way] = []
    same: Branch = ()
    for number, (key, value) in enumerate(zip(keys, position, strict=True)):
        rest = keys[number + 1 :]
        found = [_Way(terms=same + terms, order=[key, *rest]) for terms in _strictly_later(key, value)]
        if key.descending and key.nullable and value is not None:
            found.append(_Way(terms=(*same, _same(key, None)), order=rest))
        ways = found + ways
        same += (_same(key, value),)
    return ways


def _strictly_later(key: _Key, value: Term | None) -> list[Branch]:
    """The range of values behind this one; null, the last when the key descends, is not in it."""
    if value is None:
        return [] if key.descending else [((f"{key.sql} >= {_FIRST_NUMBER}", ()),)]
    term, bound = value
    return [((f"{key.sql} < {term}", bound), *key.lower) if key.descending else ((f"{key.sql} > {term}", bound), *key.upper)]


def _same(key: _Key, value: Term | None) -> Term:
    if value is None:
        return f"{key.sql} IS NULL", ()
    term, bound = value
    return f"{key.sql} = {term}", bound
