"""A query in Firestore's terms (https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#structuredquery)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sheaf.adapters.firestore import encoding
from sheaf.adapters.store.cursors import Position
from sheaf.adapters.store.shape import Shape
from sheaf.ports.store import Operator, Where

#: What a count is answered under.
COUNT: Final = "count"

_NAME = "__name__"
_AND, _OR = 1, 2
_IS_NULL = 3
_ASCENDING, _DESCENDING = 1, 2
_OPERATORS: dict[Operator, int] = {"<": 1, "<=": 2, ">": 3, ">=": 4, "==": 5, "in": 8}


def fill(request: Any, documents: str, shape: Shape, position: Position | None) -> None:
    """Write a query into a ``RunQueryRequest``: it asks for one document more than the limit, which tells whether something follows."""
    request.parent = _parent(documents, shape)
    query = request.structured_query
    _fill_where(query, documents, shape)
    for sort in shape.sorts:
        _order(query.order_by.add(), sort.field, descending=sort.descending)
    _order(query.order_by.add(), _NAME, descending=shape.id_descending)
    if position is not None:
        _fill_start(query.start_at, documents, position)
    if shape.limit is not None:
        query.limit.value = shape.limit + 1


def fill_count(request: Any, documents: str, shape: Shape, up_to: int | None) -> None:
    """Write the counting of a query's documents, of no more than ``up_to``, into a ``RunAggregationQueryRequest``."""
    request.parent = _parent(documents, shape)
    aggregation = request.structured_aggregation_query
    _fill_where(aggregation.structured_query, documents, shape)
    total = aggregation.aggregations.add()
    total.alias = COUNT
    total.count.SetInParent()
    if up_to is not None:
        total.count.up_to.value = up_to


def _parent(documents: str, shape: Shape) -> str:
    above = "" if shape.group else shape.collection.rpartition("/")[0]
    return f"{documents}/{above}" if above else documents


def _fill_where(query: Any, documents: str, shape: Shape) -> None:
    source = query.from_.add()
    source.collection_id = shape.kind
    source.all_descendants = shape.group
    conditions = query.where.composite_filter
    conditions.op = _AND
    for field, allowed in shape.equals.items():
        _fill_allowed(conditions.filters.add(), field, allowed)
    for where in shape.ranges:
        _fill_comparison(conditions.filters.add(), where)
    if shape.ids is not None:
        _fill_ids(conditions.filters.add(), [f"{documents}/{shape.collection}/{id_}" for id_ in shape.ids])
    for where in shape.id_ranges:
        _fill_ids(conditions.filters.add(), [f"{documents}/{shape.collection}/{where.value}"], where.op)
    if not conditions.filters:
        query.ClearField("where")


def _fill_allowed(into: Any, field: str, allowed: Sequence[Any]) -> None:
    """Null is asked for by an operator of its own: Firestore's other comparisons never find it."""
    proper = [value for value in allowed if value is not None]
    if len(proper) == len(allowed):
        _fill_values(into, field, proper)
    elif not proper:
        _fill_null(into, field)
    else:
        into.composite_filter.op = _OR
        _fill_null(into.composite_filter.filters.add(), field)
        _fill_values(into.composite_filter.filters.add(), field, proper)


def _fill_values(into: Any, field: str, allowed: Sequence[Any]) -> None:
    if len(allowed) == 1:
        _fill_comparison(into, Where(field, "==", allowed[0]))
    else:
        _fill_comparison(into, Where(field, "in", allowed))


def _fill_comparison(into: Any, where: Where) -> None:
    into.field_filter.field.field_path = where.field
    into.field_filter.op = _OPERATORS[where.op]
    encoding.encode(where.value, into.field_filter.value)


def _fill_null(into: Any, field: str) -> None:
    into.unary_filter.field.field_path = field
    into.unary_filter.op = _IS_NULL


def _fill_ids(into: Any, names: Sequence[str], op: Operator = "==") -> None:
    into.field_filter.field.field_path = _NAME
    if len(names) == 1:
        into.field_filter.op = _OPERATORS[op]
        into.field_filter.value.reference_value = names[0]
    else:
        into.field_filter.op = _OPERATORS["in"]
        for name in names:
            into.field_filter.value.array_value.values.add().reference_value = name


def _order(into: Any, field: str, *, descending: bool) -> None:
    into.field.field_path = field
    into.direction = _DESCENDING if descending else _ASCENDING


def _fill_start(into: Any, documents: str, position: Position) -> None:
    """The cursor stands behind the position: ``before`` would put it on it."""
    for value in position.values:
        encoding.encode(value, into.values.add())
    into.values.add().reference_value = f"{documents}/{position.path}"
    into.before = False
