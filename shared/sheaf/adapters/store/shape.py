"""A query checked and put in one form, from which indexes are chosen, statements are written and cursors are made.

The form is what every store can run: any number of equalities, a range over one field that is then the first sort key, sort keys, and
at last the address. It is the part of Firestore's query language that needs exactly one index.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sheaf.adapters.store import addresses, values
from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.ports.store import Order, Query, Where

#: The name by which conditions and sort keys speak of the document's own id.
ID = "__id__"
#: Most combinations of the values of all ``in`` conditions (Firestore's limit on disjunctions).
MAX_ALTERNATIVES = 30

#: Names that a query can speak of.
FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_MAX_FIELD_CHARACTERS = 200


@record(frozen=True, kw_only=True, slots=True)
class Shape:
    """A query in its one form."""

    collection: str
    #: Name of the collection group: the last part of ``collection``.
    kind: str
    group: bool
    #: The values allowed for each field that is compared with ``==`` (one) or ``in`` (several, all different).
    equals: dict[str, tuple[Any, ...]]
    #: Conditions on the first sort key.
    ranges: tuple[Where, ...]
    sorts: tuple[Order, ...]
    #: Ids allowed, or None for any; and conditions on the id.
    ids: tuple[str, ...] | None
    id_ranges: tuple[Where, ...]
    #: The direction in which the address, the last sort key, runs.
    id_descending: bool
    limit: int | None
    after: str | None

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that must be there for a document to be found, once each."""
        return tuple(dict.fromkeys([*self.equals, *(order.field for order in self.sorts)]))


def normalise(query: Query) -> Shape:
    """Return the query's shape; raises InvalidInput for what no store runs."""
    if query.limit is not None and query.limit < 1:
        raise InvalidInput("The limit of a query is at least 1.", field="limit")
    conditions = [where for where in query.where if where.field != ID]
    by_id = [where for where in query.where if where.field == ID]
    equals = _equals(conditions)
    ranges = _ranges(conditions, equals)
    sorts, id_descending = _sorts(query.order, equals, ranges)
    ids, id_ranges = _by_id(by_id, sorts, group=query.group)
    _check_alternatives(equals, ids)
    return Shape(
        collection=addresses.check_collection(query.collection, group=query.group),
        kind=addresses.kind_of(query.collection),
        group=query.group,
        equals=equals,
        ranges=ranges,
        sorts=sorts,
        ids=ids,
        id_ranges=id_ranges,
        id_descending=id_descending,
        limit=query.limit,
        after=query.after,
    )


def class_of(value: Any) -> str:
    """Return the class a value sorts and compares in: null, number, boolean, datetime or text; raises InvalidInput for any other."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case datetime():
            return "datetime"
        case str():
            return "text"
        case _:
            raise InvalidInput(f"A condition compares with text, numbers, booleans, datetimes and null, not with a {type(value).__name__}.")


def _equals(conditions: Sequence[Where]) -> dict[str, tuple[Any, ...]]:
    equals: dict[str, tuple[Any, ...]] = {}
    for where in conditions:
        _check_field(where.field)
        if where.op not in {"==", "in"}:
            continue
        if where.field in equals:
            raise InvalidInput(f"{where.field!r} is compared with == or in twice.", field=where.field)
        equals[where.field] = _alternatives(where)
    return equals


def _alternatives(where: Where) -> tuple[Any, ...]:
    if where.op == "==":
        return (_checked(where.field, where.value),)
    if not isinstance(where.value, list | tuple | set | frozenset) or not where.value:
        raise InvalidInput(f"The condition on {where.field!r} with in needs a list of at least one value.", field=where.field)
    distinct = {(class_of(value), value): value for value in where.value}
    return tuple(_checked(where.field, value) for value in distinct.values())


def _ranges(conditions: Sequence[Where], equals: dict[str, tuple[Any, ...]]) -> tuple[Where, ...]:
    ranges = tuple(where for where in conditions if where.op not in {"==", "in"})
    for where in ranges:
        _check_range(where)
        if where.field != ranges[0].field or where.field in equals:
            raise InvalidInput("A query has ranges over one field only, and no other condition on that field.", field=where.field)
    _check_one_class(ranges)
    return ranges


def _check_one_class(ranges: Sequence[Where]) -> None:
    classes = {class_of(where.value) for where in ranges}
    if len(classes) > 1:
        raise InvalidInput(f"No value of {ranges[0].field!r} is both {' and '.join(sorted(classes))}.", field=ranges[0].field)


def _check_range(where: Where) -> None:
    if where.op not in {"<", "<=", ">", ">="}:
        raise InvalidInput(f"There is no comparison {where.op!r}.", field=where.field)
    if class_of(where.value) == "null":
        raise InvalidInput(f"{where.field!r} cannot be compared with null by {where.op}; use ==.", field=where.field)
    _checked(where.field, where.value)


def _sorts(order: Sequence[Order], equals: dict[str, tuple[Any, ...]], ranges: Sequence[Where]) -> tuple[tuple[Order, ...], bool]:
    """Sort keys without those that an equality fixes, and the direction of the address behind them."""
    named = [key.field for key in order]
    if len(set(named)) != len(named) or ID in named[:-1]:
        raise InvalidInput("A query sorts by each field once, and by __id__ last.", field="order")
    for key in order:
        _check_sort(key, equals)
    sorts = tuple(key for key in order if key.field not in equals and key.field != ID)
    if ranges and not order:
        sorts = (Order(ranges[0].field),)
    if order and order[-1].descending and not sorts and not equals:
        raise InvalidInput("Addresses alone are listed upwards only; Firestore reads no keys downwards.", field="order")
    if ranges and (not sorts or sorts[0].field != ranges[0].field):
        raise InvalidInput(f"A query with a range over {ranges[0].field!r} sorts by that field first.", field="order")
    return sorts, order[-1].descending if order else False


def _check_sort(key: Order, equals: dict[str, tuple[Any, ...]]) -> None:
    if key.field == ID:
        return
    _check_field(key.field)
    if len(equals.get(key.field, ())) > 1:
        raise InvalidInput(f"A query cannot sort by {key.field!r}, which it compares with in.", field=key.field)


def _by_id(conditions: Sequence[Where], sorts: Sequence[Order], *, group: bool) -> tuple[tuple[str, ...] | None, tuple[Where, ...]]:
    if not conditions:
        return None, ()
    if group or sorts:
        raise InvalidInput("Conditions on __id__ stand inside one collection, and without a sort by another field.", field=ID)
    ranges = tuple(where for where in conditions if where.op not in {"==", "in"})
    exact = [where for where in conditions if where not in ranges]
    if len(exact) + bool(ranges) > 1:
        raise InvalidInput("A query has one kind of condition on __id__.", field=ID)
    for where in ranges:
        _check_range(where)
        addresses.check_id(where.value)
    ids = tuple(addresses.check_id(value) for value in _alternatives(exact[0])) if exact else None
    return ids, ranges


def _check_alternatives(equals: dict[str, tuple[Any, ...]], ids: tuple[str, ...] | None) -> None:
    product = len(ids) if ids else 1
    for alternatives in equals.values():
        product *= len(alternatives)
    if product > MAX_ALTERNATIVES:
        raise InvalidInput(f"The values of all in conditions combine to {product}, of at most {MAX_ALTERNATIVES}.", field="where")


def _check_field(field: str) -> None:
    if not FIELD.fullmatch(field) or len(field) > _MAX_FIELD_CHARACTERS:
        raise InvalidInput(f"No query speaks of a field {field[:80]!r}: letters, digits and _ make up its name.", field=field[:80])
    values.check_name(field)


def _checked(field: str, value: Any) -> Any:
    class_of(value)
    values.dump([values.encode_field(field, value)])
    return value
