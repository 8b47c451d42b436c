"""Whether rules hold of a row: pure, and never an error, whatever the cells hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any

from sheaf.domain.checking import checked
from sheaf.domain.errors import InvalidInput
from sheaf.domain.expressions import Arithmetic, Check, Comparison, Demand, Function, Literal, Name, Node, bare_parts, names_in, pairs
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.paths import digest
from sheaf.domain.rows import MISSING, Amount, Cell, CellState
from sheaf.domain.rules import Rule, RuleKind, Violation
from sheaf.domain.texts import decimal_text
from sheaf.domain.values import to_json

Cells = Mapping[str, Cell]

#: Digits that arithmetic keeps; more than any amount has, and few enough that no number takes long.
_EXACT = Context(prec=50, Emax=999_999, Emin=-999_999, traps=[InvalidOperation, DivisionByZero, Overflow])
#: Lines of a table that a message names.
_MAX_LINES = 5
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
#: What to say of two numbers, texts or days that are not as they should be.
_UNLIKE = {"=": "is not", "!=": "is", "<": "is not less than", "<=": "is more than", ">": "is not more than", ">=": "is less than"}
_UNLIKE_DAYS = {**_UNLIKE, "<": "is not before", "<=": "is after", ">": "is not after", ">=": "is before"}
_COMPUTED: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class _Silent(Exception):
    """A value is missing or unreadable, or cannot be computed: the rule says nothing."""


class _Mixed(Exception):
    """Amounts of two currencies are related as if they were one."""


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number, with its currency where it is an amount that names one."""

    number: Decimal
    currency: str | None = None

    def __str__(self) -> str:
        return f"{decimal_text(self.number)} {self.currency or ''}".strip()


_Value = _Quantity | date | str | bool


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules of a run, understood once for all of its rows."""

    checks: Sequence[tuple[Rule, Check, str]]

    @classmethod
    def of(cls, rules: Sequence[Rule], fields: Sequence[Field]) -> Judge:
        """The judge of these rules; one that the fields cannot answer is left out."""
        tables = {field.name for field in fields if field.type is FieldType.TABLE}
        found = [(rule, check, _lines_of(check, tables)) for rule in rules if (check := _understood(rule, fields)) is not None]
        return cls(found)

    def violations(self, cells: Cells) -> tuple[Violation, ...]:
        """The rules that do not hold of a row with these cells, in the rules' order; those between rows are judged elsewhere."""
        found = []
        for rule, check, table in self.checks:
            broken = _demanded(check, cells) if isinstance(check, Demand) else _compared(rule, check, table, cells)
            if broken is not None:
                fields = tuple(dict.fromkeys(name.field for name in names_in(check)))
                found.append(Violation(rule=rule.name, message=rule.message or broken, fields=fields))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Unique:
    """A rule that fields' values together are in one row alone."""

    rule: Rule
    names: tuple[str, ...]
    #: Of the run, or of all runs of its job up to it.
    in_job: bool

    def key(self, cells: Cells) -> bytes | None:
        """A digest of the values; None where one is missing: what is not known is no repetition."""
        values = [cells.get(name, MISSING) for name in self.names]
        if not all(map(is_there, values)):
            return None
        return bytes.fromhex(digest("unique", *(_told_apart(cell.value) for cell in values)))


def uniques(rules: Sequence[Rule], fields: Sequence[Field]) -> list[Unique]:
    """The rules among these that need other rows to be judged."""
    found = [(rule, check) for rule in rules if isinstance(check := _understood(rule, fields), Demand) and check.kind.between_rows]
    return [Unique(rule, tuple(name.field for name in check.names), check.kind is RuleKind.UNIQUE_IN_JOB) for rule, check in found]


def _told_apart(value: Any) -> str:
    """What two values have in common that are the same to people: neither case, blanks nor closing zeros."""
    match value:
        case str():
            return " ".join(value.casefold().split())
        case Decimal():
            return format(value.normalize(_EXACT), "f") if value.is_finite() and abs(value.adjusted()) < _EXACT.prec else str(value)
        case Amount():
            return f"{_told_apart(value.amount)} {value.currency or ''}"
        case _:
            return repr(to_json(value))


def _understood(rule: Rule, fields: Sequence[Field]) -> Check | None:
    try:
        return checked(rule.check, fields)
    except InvalidInput:
        return None


def _lines_of(check: Check, tables: set[str]) -> str:
    """The table that a check is meant line by line of; "" for none."""
    return next((name.field for name in bare_parts(check) if name.field in tables), "")


def is_there(cell: Cell) -> bool:
    """Whether a cell has a value, be it by default."""
    return cell.value is not None and cell.state is not CellState.UNREADABLE


def _demanded(check: Demand, cells: Cells) -> str | None:
    there = [name.field for name in check.names if is_there(cells.get(name.field, MISSING))]
    absent = [name.field for name in check.names if name.field not in there]
    if any(cells.get(name, MISSING).state is CellState.UNREADABLE for name in absent):
        return None
    match check.kind:
        case RuleKind.TOGETHER if there and absent:
            return f"{', '.join(there)} without {', '.join(absent)}."
        case RuleKind.ANY_OF if not there:
            return f"None of {', '.join(absent)} is there."
        case RuleKind.LISTED if there:
            return _listed(str(cells[there[0]].value), check.texts)
        case _:
            return None


def _listed(value: str, texts: Sequence[str]) -> str | None:
    known = {" ".join(text.casefold().split()) for text in texts}
    return None if " ".join(value.casefold().split()) in known else f"{value[:80]!r} is none of {', '.join(texts)[:200]}."


def _compared(rule: Rule, check: Comparison, table: str, cells: Cells) -> str | None:
    """What to say of a comparison that does not hold, of one line of ``table`` at least where there is one."""
    if not table:
        return _broken(rule, check, _Looking(cells))
    lines = cells.get(table, MISSING).value
    if not isinstance(lines, tuple):
        return None
    broken = [
        (number, told)
        for number, line in enumerate(lines, 1)
        if isinstance(line, Mapping) and (told := _broken(rule, check, _Looking(cells, table, line))) is not None
    ]
    if not broken:
        return None
    more = f" and {len(broken) - _MAX_LINES} more" if len(broken) > _MAX_LINES else ""
    named = ", ".join(str(number) for number, _ in broken[:_MAX_LINES])
    return f"In line{'s' if len(broken) > 1 else ''} {named}{more} of {table}: {broken[0][1]}"


def _broken(rule: Rule, check: Comparison, looking: _Looking) -> str | None:
    try:
        with localcontext(_EXACT):
            tolerance = Decimal(str(rule.tolerance))
            for left, sign, right in pairs(check):
                one, other = looking.value(left), looking.value(right)
                if not _holds(one, sign, other, tolerance):
                    return f"{_shown(one)} {(_UNLIKE_DAYS if isinstance(one, date) else _UNLIKE)[sign]} {_shown(other)}."
    except (_Silent, ArithmeticError, ValueError, TypeError):
        return None
    except _Mixed:
        return "The amounts are in different currencies."
    return None


@dataclass(frozen=True, slots=True)
class _Looking:
    """Where a check's values come from: a row's cells, and one line of a table where it is meant line by line."""

    cells: Cells
    table: str = ""
    line: Mapping[str, Any] | None = None

    def value(self, node: Node) -> _Value:
        """What a part of a check comes to; raises _Silent, _Mixed and whatever arithmetic does."""
        match node:
            case Literal(value):
                return _Quantity(value) if isinstance(value, Decimal) else value
            case Name():
                return _plain(self._named(node))
            case Function():
                return _called(node.name, self.value(node.argument)) if node.name == "abs" else self._over_lines(node)
            case Arithmetic():
                return _computed(node.operator, self.value(node.left), self.value(node.right))

    def _named(self, name: Name) -> Any:
        if name.part and name.field == self.table and self.line is not None:
            return self.line.get(name.part)
        cell = self.cells.get(name.field, MISSING)
        if not is_there(cell):
            raise _Silent
        return getattr(cell.value, name.part, None) if name.part else cell.value

    def _over_lines(self, call: Function) -> _Value:
        """A function of a table's column; lines that leave it empty are passed over, a column without any value says nothing."""
        column = call.argument
        if not isinstance(column, Name):
            raise _Silent
        cell = self.cells.get(column.field, MISSING)
        if not is_there(cell) or not isinstance(cell.value, tuple):
            raise _Silent
        values = [line.get(column.part) for line in cell.value if isinstance(line, Mapping)]
        there = [_plain(value) for value in values if value is not None]
        if call.name == "count":
            return _Quantity(Decimal(len(there)))
        if not there:
            raise _Silent
        return _called(call.name, *there)


def _plain(value: Any) -> _Value:
    if isinstance(value, Amount):
        return _Quantity(value.amount, value.currency)
    if isinstance(value, Decimal):
        return _Quantity(value)
    if isinstance(value, bool | date | str):
        return value
    raise _Silent


def _called(name: str, first: _Value, *rest: _Value) -> _Value:
    if name == "abs":
        return _Quantity(abs(_quantity(first).number), _quantity(first).currency)
    for value in rest:
        if name == "sum":
            first = _computed("+", first, value)
        else:
            sides = _sides(first, value)
            first = first if (sides[0] <= sides[1]) == (name == "min") else value
    return first


def _quantity(value: _Value) -> _Quantity:
    if not isinstance(value, _Quantity):
        raise _Silent
    return value


def _computed(sign: str, left: _Value, right: _Value) -> _Value:
    if isinstance(left, date) or isinstance(right, date):
        return _of_days(sign, left, right)
    one, other = _quantity(left), _quantity(right)
    number = _COMPUTED[sign](one.number, other.number)
    if sign == "/" and one.currency == other.currency:
        return _Quantity(number)
    return _Quantity(number, _currency(one, other))


def _of_days(sign: str, left: _Value, right: _Value) -> _Value:
    if isinstance(left, date) and isinstance(right, date):
        return _Quantity(Decimal((left - right).days))
    day, days = (left, right) if isinstance(left, date) else (right, left)
    if not isinstance(day, date):
        raise _Silent
    span = timedelta(days=int(_quantity(days).number))
    return day + span if sign == "+" else day - span


def _currency(one: _Quantity, other: _Quantity) -> str | None:
    if one.currency and other.currency and one.currency != other.currency:
        raise _Mixed
    return one.currency or other.currency


def _sides(left: _Value, right: _Value) -> tuple[Any, Any]:
    """Two values as they are compared; raises _Mixed for amounts of two currencies."""
    if isinstance(left, _Quantity) and isinstance(right, _Quantity):
        _currency(left, right)
        return left.number, right.number
    if isinstance(left, str) and isinstance(right, str):
        return " ".join(left.casefold().split()), " ".join(right.casefold().split())
    if type(left) is not type(right):
        raise _Silent
    return left, right


def _holds(left: _Value, sign: str, right: _Value, tolerance: Decimal) -> bool:
    one, other = _sides(left, right)
    if sign in _COMPARED:
        return _COMPARED[sign](one, other)
    same: bool = abs(one - other) <= tolerance if isinstance(one, Decimal) else one == other
    return same == (sign == "=")


def _shown(value: _Value) -> str:
    return repr(value[:80]) if isinstance(value, str) else value.isoformat() if isinstance(value, date) else str(value)
