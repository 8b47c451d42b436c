"""Whether rules hold of a row: pure, and never an error, whatever the cells hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from sheaf.domain.checking import checked
from sheaf.domain.errors import InvalidInput
from sheaf.domain.expressions import (
    Arithmetic,
    Check,
    Comparison,
    Demand,
    Function,
    Literal,
    Name,
    Node,
    Search,
    bare_parts,
    names_in,
    pairs,
)
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.quantities import EXACT, Mixed, Quantity, Silent, Value, called, computed, holds, plain, shown
from sheaf.domain.record import record
from sheaf.domain.rows import MISSING, Cell, CellState
from sheaf.domain.rules import Rule, RuleKind, Violation

Cells = Mapping[str, Cell]

#: Lines of a table that a message names.
_MAX_LINES = 5
#: What to say of two numbers, texts or days that are not as they should be.
_UNLIKE = {"=": "is not", "!=": "is", "<": "is not less than", "<=": "is more than", ">": "is not more than", ">=": "is less than"}
_UNLIKE_DAYS = {**_UNLIKE, "<": "is not before", "<=": "is after", ">": "is not after", ">=": "is before"}


@record(frozen=True, slots=True)
class Judge:
    """The rules of a run, understood once for all of its rows."""

    checks: Sequence[tuple[Rule, Check, str]]

    @classmethod
    def of(cls, rules: Sequence[Rule], fields: Sequence[Field]) -> Judge:
        """The judge of these rules; one that the fields cannot answer is left out."""
        tables = {field.name for field in fields if field.type is FieldType.TABLE}
        found = [(rule, check, _lines_of(check, tables)) for rule in rules if (check := understood(rule, fields)) is not None]
        return cls(found)

    def violations(self, cells: Cells) -> tuple[Violation, ...]:
        """The rules that do not hold of a row with these cells, in the rules' order; those between rows are judged elsewhere."""
        found = []
        for rule, check, table in self.checks:
            broken = _broken_of_row(rule, check, table, cells)
            if broken is not None:
                fields = tuple(dict.fromkeys(name.field for name in names_in(check)))
                found.append(Violation(rule=rule.name, message=rule.message or broken, fields=fields))
        return tuple(found)


def _broken_of_row(rule: Rule, check: Check, table: str, cells: Cells) -> str | None:
    match check:
        case Demand():
            return _demanded(check, cells)
        case Comparison():
            return _compared(rule, check, table, cells)
        case Search():
            return None


def understood(rule: Rule, fields: Sequence[Field]) -> Check | None:
    """The check of a rule, None where the fields cannot answer it."""
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
        with localcontext(EXACT):
            tolerance = Decimal(str(rule.tolerance))
            for left, sign, right in pairs(check):
                one, other = looking.value(left), looking.value(right)
                if not holds(one, sign, other, tolerance):
                    return f"{shown(one)} {(_UNLIKE_DAYS if isinstance(one, date) else _UNLIKE)[sign]} {shown(other)}."
    except (Silent, ArithmeticError, ValueError, TypeError):
        return None
    except Mixed:
        return "The amounts are in different currencies."
    return None


@record(frozen=True, slots=True)
class _Looking:
    """Where a check's values come from: a row's cells, and one line of a table where it is meant line by line."""

    cells: Cells
    table: str = ""
    line: Mapping[str, Any] | None = None

    def value(self, node: Node) -> Value:
        """What a part of a check comes to; raises Silent, Mixed and whatever arithmetic does."""
        match node:
            case Literal(value):
                return Quantity(value) if isinstance(value, Decimal) else value
            case Name():
                return plain(self._named(node))
            case Function():
                return called(node.name, self.value(node.argument)) if node.name == "abs" else self._over_lines(node)
            case Arithmetic():
                return computed(node.operator, self.value(node.left), self.value(node.right))

    def _named(self, name: Name) -> Any:
        if name.part and name.field == self.table and self.line is not None:
            return self.line.get(name.part)
        cell = self.cells.get(name.field, MISSING)
        if not is_there(cell):
            raise Silent
        return getattr(cell.value, name.part, None) if name.part else cell.value

    def _over_lines(self, call: Function) -> Value:
        """A function of a table's column; lines that leave it empty are passed over, a column without any value says nothing."""
        column = call.argument
        if not isinstance(column, Name):
            raise Silent
        cell = self.cells.get(column.field, MISSING)
        if not is_there(cell) or not isinstance(cell.value, tuple):
            raise Silent
        values = [line.get(column.part) for line in cell.value if isinstance(line, Mapping)]
        there = [plain(value) for value in values if value is not None]
        if call.name == "count":
            return Quantity(Decimal(len(there)))
        if not there:
            raise Silent
        return called(call.name, *there)
