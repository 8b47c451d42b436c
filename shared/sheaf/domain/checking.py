"""Whether a check can be asked of a set of fields: every name is there, and what is compared can be."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sheaf.domain.errors import InvalidInput
from sheaf.domain.expressions import Arithmetic, Check, Comparison, Demand, Function, Literal, Name, Node, Pair, Search, bare_parts, pairs
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.grammar import parse, refuse
from sheaf.domain.rules import RuleKind


class Sort(StrEnum):
    """What a part of a check comes to."""

    NUMBER = "a number"
    DAY = "a date"
    TEXT = "a text"
    YES_NO = "a yes or no"


_SORTS = {
    **dict.fromkeys((FieldType.INTEGER, FieldType.NUMBER, FieldType.AMOUNT), Sort.NUMBER),
    **dict.fromkeys((FieldType.TEXT, FieldType.CHOICE, FieldType.IDENTIFIER), Sort.TEXT),
    FieldType.DATE: Sort.DAY,
    FieldType.BOOLEAN: Sort.YES_NO,
}
_LITERALS = {Decimal: Sort.NUMBER, date: Sort.DAY, str: Sort.TEXT}
_AT_LEAST = {RuleKind.TOGETHER: 2, RuleKind.ANY_OF: 2, RuleKind.LISTED: 1, RuleKind.UNIQUE: 1, RuleKind.UNIQUE_IN_JOB: 1}


def checked(text: str, fields: Sequence[Field]) -> Check:
    """The check of a rule over these fields; raises InvalidInput as :func:`sheaf.domain.rules.validate_rules` does."""
    check = parse(text)
    asked = _Asked({field.name: field for field in fields})
    match check:
        case Demand():
            asked.demand(check)
        case Search():
            asked.search(check)
        case Comparison():
            asked.comparison(check)
    return check


class _Asked:
    """A check beside the fields that it is asked of."""

    def __init__(self, fields: dict[str, Field]) -> None:
        self._fields = fields

    def comparison(self, check: Comparison) -> None:
        for left, operator, right in pairs(check):
            _comparable(self._sort(left), operator, self._sort(right), right.position)
        tables = {name.field for name in bare_parts(check) if self._field(name).type is FieldType.TABLE}
        if len(tables) > 1:
            refuse(f"it speaks of the lines of several tables at once: {', '.join(sorted(tables))}.", 1)

    def demand(self, check: Demand) -> None:
        for name in check.names:
            self._whole(name, check.kind)
        if len({name.field for name in check.names}) < _AT_LEAST[check.kind]:
            refuse(f"{check.kind} takes at least {_AT_LEAST[check.kind]} different fields.", 1)
        if (check.kind is RuleKind.LISTED) != bool(check.texts) or (check.texts and len(check.names) > 1):
            refuse("only listed takes texts, behind one field: listed(currency, 'EUR', 'USD').", 1)
        if check.texts and self._sort(check.names[0]) is not Sort.TEXT:
            refuse(f"{check.names[0].field} holds no text.", check.names[0].position)

    def search(self, check: Search) -> None:
        for pair in (*check.keys, *check.agree):
            self._alike(pair, check.kind)
        for name, _ in check.having:
            self._whole(name, check.kind)
            if self._sort(name) is not Sort.TEXT:
                refuse(f"{name.field} holds no text.", name.position)
        if not check.keys:
            refuse(f"{check.kind} takes the fields to be found first, then where: {check.kind}(order = number, 'orders*.csv').", 1)
        for pair in check.keys:
            if FieldType.AMOUNT in (types := {self._field(pair.mine).type, self._field(pair.theirs).type}) and len(types) > 1:
                refuse(f"an amount is found by an amount, and {pair.theirs.field} is none.", pair.theirs.position)

    def _alike(self, pair: Pair, kind: RuleKind) -> None:
        """That two fields, whole ones, can be compared."""
        for name in (pair.mine, pair.theirs):
            self._whole(name, kind)
        _comparable(self._sort(pair.mine), "=", self._sort(pair.theirs), pair.theirs.position)

    def _whole(self, name: Name, kind: RuleKind) -> None:
        self._field(name)
        if name.part:
            refuse(f"{kind} takes whole fields.", name.position)

    def _field(self, name: Name) -> Field:
        if name.field not in self._fields:
            raise _unknown(name.field, self._fields, name.position)
        return self._fields[name.field]

    def _sort(self, node: Node) -> Sort:
        match node:
            case Literal(value):
                return _LITERALS[type(value)]
            case Name():
                return self._sort_of_name(node)
            case Function():
                return self._sort_of_function(node)
            case Arithmetic():
                return _sort_of_sum(node, self._sort(node.left), self._sort(node.right))

    def _sort_of_name(self, name: Name) -> Sort:
        field = self._field(name)
        if field.type is FieldType.DATE_RANGE and name.part in {"start", "end"}:
            return Sort.DAY
        if field.type is FieldType.TABLE and name.part:
            columns = {column.name: column for column in field.columns}
            if name.part not in columns:
                raise _unknown(f"{name.field}.{name.part}", [f"{name.field}.{column}" for column in columns], name.position)
            field = columns[name.part]
        elif name.part:
            refuse(f"{name.field} has no {name.part}; tables have columns, and date ranges start and end.", name.position)
        if field.type not in _SORTS:
            refuse(f"a value of type {field.type} cannot be compared{_instead(field)}.", name.position)
        return _SORTS[field.type]

    def _sort_of_function(self, call: Function) -> Sort:
        if call.name == "abs":
            return _numeric(self._sort(call.argument), call.position)
        name = call.argument
        if not isinstance(name, Name) or self._field(name).type is not FieldType.TABLE or not name.part:
            refuse(f"{call.name} takes a column of a table, such as {call.name}(items.amount).", call.position)
        sort = self._sort_of_name(name)
        if call.name == "count":
            return Sort.NUMBER
        return sort if call.name != "sum" and sort is Sort.DAY else _numeric(sort, call.position)


def _instead(field: Field) -> str:
    if field.type is FieldType.DATE_RANGE:
        return f"; {field.name}.start and {field.name}.end can"
    return f"; its columns can, such as sum({field.name}.amount)" if field.type is FieldType.TABLE else ""


def _unknown(name: str, known: Sequence[str] | dict[str, Field], position: int) -> InvalidInput:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(known)}."
    return InvalidInput(
        f"at character {position}, there is no field {name[:80]!r}.{hint}", code="unknown_field", field="rules", position=position
    )


def _numeric(sort: Sort, position: int) -> Sort:
    if sort is not Sort.NUMBER:
        refuse(f"a number is needed here, and this is {sort}.", position)
    return sort


def _sort_of_sum(node: Arithmetic, left: Sort, right: Sort) -> Sort:
    """Days and numbers of days add up to days, two days are some days apart; all else is numbers."""
    days = (left, right).count(Sort.DAY)
    if node.operator == "-" and days == 2:  # noqa: PLR2004 - both sides
        return Sort.NUMBER
    if days == 1 and ((node.operator == "+" and Sort.NUMBER in {left, right}) or (node.operator == "-" and right is Sort.NUMBER)):
        return Sort.DAY
    _numeric(left, node.left.position)
    return _numeric(right, node.right.position)


def _comparable(left: Sort, operator: str, right: Sort, position: int) -> None:
    if left is not right:
        refuse(f"{left} cannot be compared with {right}.", position)
    if left in {Sort.TEXT, Sort.YES_NO} and operator not in {"=", "!="}:
        refuse(f"{left} has no order; compare it by = or !=.", position)
