"""Rules between rows: what is kept of every row so that others can be found by it, and what is said of those found or not.

A row is kept by a digest of its values and, for a lookup, together with the values that have to agree.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

from sheaf.domain.errors import InvalidInput
from sheaf.domain.expressions import Demand, Pair, Search
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.judging import Cells, is_there, understood
from sheaf.domain.paths import digest
from sheaf.domain.quantities import EXACT, Mixed, Silent, Value, holds, plain, shown
from sheaf.domain.record import record
from sheaf.domain.rows import MISSING, Amount
from sheaf.domain.rules import Rule
from sheaf.domain.values import from_json, to_json

#: Bytes kept of a value that has to agree; of a longer one, its digest.
_KEPT = 64
_WHOLE, _DIGEST = b"=", b"#"
#: Characters of a value, or of the names of files, that a message shows.
_SHOWN = 80


#: Says how a value is unlike another: most of those that are compared are told to nobody.
Told: TypeAlias = Callable[[], str]


class Entry(NamedTuple):
    """What a row is found by, and what is kept of it beside that."""

    key: bytes
    kept: bytes = b""


@record(frozen=True, slots=True)
class Unique:
    """A rule that fields' values together are in one row alone."""

    rule: Rule
    #: The fields that rows are found by.
    names: tuple[str, ...]
    #: Whether rows of the job's earlier runs count as well.
    in_job: bool

    @property
    def width(self) -> int:
        """Bytes kept of each row beside its key."""
        return 0

    @property
    def scope(self) -> tuple[str, ...]:
        """What tells rows kept for this rule from those kept for another, beside the fields."""
        return ()

    def entry(self, filename: str, cells: Cells) -> Entry | None:
        """What a row of that file is found by; None for one that lacks a value: what is not known is no repetition."""
        del filename
        key = _key(self.names, cells)
        return None if key is None else Entry(key)


@record(frozen=True, slots=True)
class Lookup:
    """A rule that values of a row are found in rows of other files, or of another kind."""

    rule: Rule
    search: Search
    #: The fields that the rows looked in are found by, chosen by, and have to agree in; by name, with their types.
    theirs: dict[str, FieldType]
    in_job: bool

    @property
    def names(self) -> tuple[str, ...]:
        """See :class:`Unique`."""
        return tuple(self.theirs)

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields of a row that are looked up."""
        return tuple(dict.fromkeys(pair.mine.field for pair in self.search.keys))

    @property
    def width(self) -> int:
        """See :class:`Unique`."""
        return _KEPT * len(self.search.agree)

    @property
    def scope(self) -> tuple[str, ...]:
        """See :class:`Unique`."""
        parts = (_theirs(self.search.keys), self.search.files, [(name.field, text) for name, text in self.search.having])
        return ("lookup", *(json.dumps(part) for part in (*parts, _theirs(self.search.agree))))

    def entry(self, filename: str, cells: Cells) -> Entry | None:
        """What a row of that file is found by; None for one that is not looked in, or lacks a value."""
        if not self.looks_in(filename, cells):
            return None
        key = _key(_theirs(self.search.keys), cells)
        return None if key is None else Entry(key, b"".join(_packed(cells, name) for name in _theirs(self.search.agree)))

    def looks_in(self, filename: str, cells: Cells) -> bool:
        """Whether a row is one of those looked in."""
        named = not self.search.files or any(_is_named(filename, pattern) for pattern in self.search.files)
        return named and all(_has(cells, name.field, self._texts(name.field)) for name, _ in self.search.having)

    def _texts(self, field: str) -> set[str]:
        return {_folded(text) for name, text in self.search.having if name.field == field}

    def asks(self, filename: str, cells: Cells) -> bytes | None:
        """The key to look for; None for a row that says nothing of the kind, or is itself one of those looked in."""
        if (self.search.files or self.search.having) and self.looks_in(filename, cells):
            return None
        return _key([pair.mine.field for pair in self.search.keys], cells)

    def disagreement(self, cells: Cells, kept: bytes) -> tuple[str, Told] | None:
        """The first field of a row that is not as in a row found, and what says how; None where all agree, as far as they are known."""
        for number, pair in enumerate(self.search.agree):
            told = self._unlike(cells, pair, kept[number * _KEPT : (number + 1) * _KEPT])
            if told is not None:
                return pair.mine.field, told
        return None

    def _unlike(self, cells: Cells, pair: Pair, kept: bytes) -> Told | None:
        cell = cells.get(pair.mine.field, MISSING)
        if not is_there(cell) or not kept.strip(b"\0"):
            return None
        if kept.startswith(_DIGEST):
            return None if kept == _digested(cell.value) else _is_another
        return self._not_the_same(cell.value, _unpacked(kept, self.theirs[pair.theirs.field]))

    def _not_the_same(self, value: Any, other: Any) -> Told | None:
        try:
            one, two = plain(value), plain(other)
            with localcontext(EXACT):
                return None if holds(one, "=", two, _decimal(self.rule.tolerance)) else partial(_is_not, one, two)
        except (Silent, ArithmeticError, ValueError, TypeError):
            return None
        except Mixed:
            return _is_in_another_currency

    def unfound(self, cells: Cells, *, anywhere: bool) -> str:
        """What to say where no row was found; ``anywhere``: there are rows to look in at all."""
        if not anywhere:
            return f"There are no rows{self._where()} to look in{self._of_job()}."
        sought = ", ".join(f"{pair.theirs.field} {_told(cells[pair.mine.field].value)}" for pair in self.search.keys)
        return f"No {'' if self._where() else 'other '}row{self._where()} has {sought}{self._of_job()}."

    def _of_job(self) -> str:
        return ", in this run or the job's earlier ones" if self.in_job else ""

    def _where(self) -> str:
        files = f" of {' or '.join(self.search.files)[:_SHOWN]}" if self.search.files else ""
        having = " and ".join(f"{name.field} {text!r}" for name, text in self.search.having)
        return files + (f" with {having[:_SHOWN]}" if having else "")


Sought: TypeAlias = Unique | Lookup


def between(rules: Sequence[Rule], fields: Sequence[Field]) -> list[Sought]:
    """The rules among these that need other rows to be judged."""
    types = {field.name: field.type for field in fields}
    found = [_sought(rule, types, understood(rule, fields)) for rule in rules]
    return [sought for sought in found if sought is not None]


def _sought(rule: Rule, types: dict[str, FieldType], check: object) -> Sought | None:
    match check:
        case Demand(kind, names) if kind.between_rows:
            return Unique(rule, tuple(name.field for name in names), kind.in_job)
        case Search(kind):
            theirs = [*_theirs(check.keys), *(name.field for name, _ in check.having), *_theirs(check.agree)]
            return Lookup(rule, check, {name: types[name] for name in theirs}, kind.in_job)
        case _:
            return None


def _theirs(pairs: Sequence[Pair]) -> list[str]:
    return [pair.theirs.field for pair in pairs]


def _key(names: Sequence[str], cells: Cells) -> bytes | None:
    """A digest of a row's values; None where one is missing."""
    values = [cells.get(name, MISSING) for name in names]
    if not all(map(is_there, values)):
        return None
    return bytes.fromhex(digest("unique", *(_told_apart(cell.value) for cell in values)))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _told_apart(value: Any) -> str:
    """What two values have in common that are the same to people: neither case, blanks nor closing zeros."""
    match value:
        case str():
            return _folded(value)
        case Decimal():
            return format(value.normalize(EXACT), "f") if value.is_finite() and abs(value.adjusted()) < EXACT.prec else str(value)
        case Amount():
            return f"{_told_apart(value.amount)} {value.currency or ''}"
        case _:
            return repr(to_json(value))


def _is_named(filename: str, pattern: str) -> bool:
    """Whether a file's name, or the last part of it within a folder or an archive, is as the pattern has it, whatever the case."""
    name, pattern = filename.casefold(), pattern.casefold()
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(name.rpartition("/")[2], pattern)


def _has(cells: Cells, name: str, texts: set[str]) -> bool:
    cell = cells.get(name, MISSING)
    return is_there(cell) and _folded(str(cell.value)) in texts


def _packed(cells: Cells, name: str) -> bytes:
    """A value in :data:`_KEPT` bytes: as JSON, or its digest where that is longer; zeros where there is none."""
    cell = cells.get(name, MISSING)
    if not is_there(cell):
        return bytes(_KEPT)
    text = json.dumps(to_json(cell.value)).encode()
    return _digested(cell.value) if len(text) >= _KEPT else (_WHOLE + text).ljust(_KEPT, b"\0")


def _digested(value: Any) -> bytes:
    return (_DIGEST + digest("agree", _told_apart(value)).encode()).ljust(_KEPT, b"\0")


@lru_cache(maxsize=4_096)
def _unpacked(kept: bytes, kind: FieldType) -> Any:
    """A value as it was kept; rows that have much in common are compared with the same ones again and again."""
    try:
        return from_json(kind, json.loads(kept[1:].rstrip(b"\0")))
    except (InvalidInput, ValueError):
        return None


@lru_cache(maxsize=64)
def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _is_another() -> str:
    return "is another than"


def _is_in_another_currency() -> str:
    return "is in another currency than"


def _is_not(one: Value, other: Value) -> str:
    return f"is {shown(one)}, not {shown(other)} as"


def _told(value: Any) -> str:
    try:
        return shown(plain(value))
    except Silent:
        return str(value)[:_SHOWN]
