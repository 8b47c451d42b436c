"""Reads exchange structures of ISO 10303-21 (https://www.iso.org/standard/63141.html): the header, and every instance on demand.

A file is cut into statements by one pattern at the speed of the regular expression engine; an instance's parameters are parsed when it
is first asked for, so that the geometry, which is nearly all of a file, costs next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sheaf.documents.bounds import read_bytes, too_large
from sheaf.documents.encoding import decoded
from sheaf.documents.limits import Limits
from sheaf.documents.step.parameters import Malformed, Ref, Typed, Value, parsed
from sheaf.domain.errors import FailureCategory, FileProblem

#: Cuts behind the semicolon that ends a statement, which may stand in strings and comments too. Possessive: it never looks back.
_STATEMENT = re.compile(r"(?:[^'/;]++|'[^']*+'|/\*(?:[^*]++|\*(?!/))*+\*/|/(?!\*))*+;")
_COMMENT = re.compile(r"'[^']*+'|(/\*(?:[^*]++|\*(?!/))*+\*/)")
_INSTANCE = re.compile(r"\s*+#(\d{1,18})\s*+=\s*+(?:([A-Za-z!][\w-]*+)\s*+)?\((.*)\)\s*+;", re.DOTALL)
_HEADER = re.compile(r"\s*+(FILE_\w+)\s*+\((.*)\)\s*+;", re.DOTALL)
_NAME = re.compile(r"([A-Za-z!][\w-]*+)\s*+\(")
#: Instances that a file may have; the largest models of buildings have some tens of millions, of which nobody wants a table.
MAX_INSTANCES = 5_000_000


@dataclass(slots=True)
class Exchange:
    """One exchange structure: its header and its instances by number and by type."""

    header: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    #: Numbers of the instances of each type, in the file's order; a complex instance is of each of its types.
    by_type: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    damaged: int = 0
    _raw: dict[int, tuple[str, str]] = field(default_factory=dict)
    _parts: dict[int, dict[str, tuple[Value, ...]]] = field(default_factory=dict)

    def add(self, number: int, name: str, parameters: str) -> None:
        """Take an instance in; of two of one number the first counts, as in any other reader."""
        if number in self._raw:
            self.damaged += 1
            return
        self._raw[number] = (name, parameters)
        for each in [name] if name else dict.fromkeys(match[1].upper() for match in _NAME.finditer(parameters)):
            self.by_type.setdefault(each, []).append(number)

    def __len__(self) -> int:
        return len(self._raw)

    def of(self, *types: str) -> Iterator[int]:
        """Numbers of the instances of these types."""
        for name in types:
            yield from self.by_type.get(name, ())

    def type_of(self, value: Value) -> str:
        """The type of the instance referred to; "" for a complex one, or none."""
        return self._raw.get(value.number, ("", ""))[0] if isinstance(value, Ref) else ""

    def parts(self, number: int) -> dict[str, tuple[Value, ...]]:
        """Parameters by type: one entry for a simple instance, several for a complex one, none for one that is damaged or missing."""
        if number not in self._parts:
            self._parts[number] = self._parsed(number)
        return self._parts[number]

    def _parsed(self, number: int) -> dict[str, tuple[Value, ...]]:
        name, text = self._raw.get(number, ("", ""))
        try:
            values = parsed(text)
        except Malformed:
            self.damaged += 1
            return {}
        return {name: values} if name else {part.name: part.values for part in values if isinstance(part, Typed)}

    def values(self, number: int, name: str = "") -> tuple[Value, ...]:
        """The parameters of an instance, or of its part of that type."""
        parts = self.parts(number)
        return parts.get(name, ()) if name else next(iter(parts.values()), ())


def at(values: Sequence[Value], index: int) -> Value:
    """The value at a place, None where a list is too short."""
    return values[index] if index < len(values) else None


def text_at(values: Sequence[Value], index: int) -> str:
    """The string at a place, "" where there is none."""
    value = at(values, index)
    return value.strip() if isinstance(value, str) else ""


def refs(value: Value) -> Iterator[int]:
    """The numbers that a value, or a list of values, refers to."""
    for one in value if isinstance(value, tuple) and not isinstance(value, (Ref, Typed)) else (value,):
        if isinstance(one, Ref):
            yield one.number


def ref_at(values: Sequence[Value], index: int) -> int:
    """The number referred to at a place, 0 where there is no reference (numbers begin at 1)."""
    return next(refs(at(values, index)), 0)


def read_exchange(path: Path, limits: Limits) -> Exchange:
    """Read a file.

    Raises:
        FileProblem: ``empty``, ``too_large``, or ``corrupt`` when it holds no instance.
    """
    text = decoded(read_bytes(path, limits))
    found = exchange_of(text)
    if not len(found) and not found.header:
        raise FileProblem(FailureCategory.CORRUPT, "The file is damaged: no statement of ISO 10303-21 is whole in it.")
    return found


def exchange_of(text: str) -> Exchange:
    """The header and instances of a text.

    Raises:
        FileProblem: ``too_large``.
    """
    exchange = Exchange()
    position = 0
    ended = False
    while (match := _STATEMENT.match(text, position)) is not None:
        position = match.end()
        statement = match[0] if "/*" not in match[0] else _COMMENT.sub(_kept, match[0])
        ended = statement.strip().upper() == "END-ISO-10303-21;"
        _take(exchange, statement)
        if len(exchange) > MAX_INSTANCES:
            raise too_large("The file", len(exchange), MAX_INSTANCES, "instances")
    if not ended:
        exchange.notes.append("The file ends early; what stands before was read.")
    return exchange


def _kept(match: re.Match[str]) -> str:
    return " " if match[1] else match[0]


def _take(exchange: Exchange, statement: str) -> None:
    match = _INSTANCE.match(statement)
    if match is not None:
        exchange.add(int(match[1]), (match[2] or "").upper(), match[3])
    elif (head := _HEADER.match(statement)) is not None:
        try:
            exchange.header.setdefault(head[1].upper(), parsed(head[2]))
        except Malformed:
            exchange.damaged += 1
