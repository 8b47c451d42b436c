"""A query's shape as one SQL statement.

It becomes one or more branches, each one range of one index, merged in order by SQLite as they are read: a branch for every
combination of ``in`` values, and behind a cursor one for every way of being later (a later first key; the same first key and a later
second; …; all keys the same and a later address). So a page costs what it holds, wherever it begins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
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


def select(shape: Shape, index: Index | None, position: Position | None) -> tuple[str, list[Any]]:
    """Return the statement for a page and one document more, and what is bound in it.

    Its columns are collection, id, data as bytes, version, and the sort keys.
    """
    keys = [_key(shape, number) for number in range(len(shape.sorts))] + [_address_key(shape)]
    head = f"SELECT {', '.join([_COLUMNS, *(key.sql for key in keys)])} FROM documents {_hint(shape, index)}"
    branches = _branches(shape, [_from_start(keys)] if position is None else _later(keys, _position_values(shape, position)))
    statement, bound = _union(head, branches)
    order = ", ".join(f"{column}{' DESC' if key.descending else ''}" for column, key in enumerate(keys, _FIRST_SORT_COLUMN))
    statement += f" ORDER BY {order}"
    return (statement, bound) if shape.limit is None else (f"{statement} LIMIT ?", [*bound, shape.limit + 1])


def count(shape: Shape, index: Index | None) -> tuple[str, list[Any]]:
    """Return the statement for the number of matching documents."""
    keys = [_key(shape, number) for number in range(len(shape.sorts))] + [_address_key(shape)]
    statement, bound = _union(f"SELECT count(*) AS n FROM documents {_hint(shape, index)}", _branches(shape, [_from_start(keys)]))
    return f"SELECT sum(n) FROM ({statement})", bound


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


def _branches(shape: Shape, ways: list[Branch]) -> Iterator[Branch]:
    common = _common(shape)
    for alternative, way in itertools.product(_alternatives(shape), ways):
        yield common + alternative + way


def _common(shape: Shape) -> Branch:
    terms: list[Term] = [(term, ()) for term in sql.membership(shape.kind, shape.fields)]
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


def _from_start(keys: list[_Key]) -> Branch:
    return tuple(itertools.chain.from_iterable(key.lower + key.upper for key in keys))


def _position_values(shape: Shape, position: Position) -> list[Term | None]:
    """What each key is compared with: None for null, else the SQL of the value and what is bound in it."""
    bound: list[Term | None] = [
        None if value is None else ("json_extract(?, '$')", (values.dump(values.encode_field(sort.field, value)).decode(),))
        for sort, value in zip(shape.sorts, position.values, strict=True)
    ]
    return [*bound, ("?", (sql.sort_key(position.path) if shape.group else position.path.rpartition("/")[2],))]


def _later(keys: list[_Key], position: list[Term | None]) -> list[Branch]:
    """The ways of being behind the position: apart, so that each is one range of the index."""
    ways: list[Branch] = []
    same: Branch = ()
    for key, value in zip(keys, position, strict=True):
        ways += [same + way for way in _strictly_later(key, value)]
        same += (_same(key, value),)
    return ways


def _strictly_later(key: _Key, value: Term | None) -> list[Branch]:
    if value is None:
        return [] if key.descending else [((f"{key.sql} IS NOT NULL", ()),)]
    term, bound = value
    if not key.descending:
        return [((f"{key.sql} > {term}", bound), *key.upper)]
    ways: list[Branch] = [((f"{key.sql} < {term}", bound), *key.lower)]
    return [*ways, ((f"{key.sql} IS NULL", ()),)] if key.nullable else ways


def _same(key: _Key, value: Term | None) -> Term:
    if value is None:
        return f"{key.sql} IS NULL", ()
    term, bound = value
    return f"{key.sql} = {term}", bound
