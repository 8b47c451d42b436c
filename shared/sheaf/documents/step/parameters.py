"""Parameter lists of ISO 10303-21 (clause 6.4): text to typed values, with neither recursion nor more time than the text is long."""

from __future__ import annotations

import re
from typing import NamedTuple

from sheaf.documents.step.strings import decoded


class Ref(NamedTuple):
    """A reference to the instance of that number: ``#12``."""

    number: int


class Number(NamedTuple):
    """A number as written: ``1.``, ``-2.5E-3``."""

    text: str


class Word(NamedTuple):
    """An enumeration's member, such as ``MILLI`` for ``.MILLI.``."""

    text: str


class Typed(NamedTuple):
    """A value that names its type, ``LENGTH_MEASURE(5.)``, or a part of a complex instance."""

    name: str
    values: tuple[Value, ...]


#: None stands for what is left out (``$``) or derived (``*``).
Value = str | Ref | Number | Word | Typed | tuple["Value", ...] | None

_TOKEN = re.compile(
    r"""\s*+(?:/\*.*?\*/\s*+)*+(?:
        '((?:[^']++|'')*+)'                            # a string
      | \#(\d{1,18}+)                                  # a reference
      | ([-+]?\d++(?:\.\d*+)?(?:[Ee][-+]?\d++)?)       # a number
      | \.([A-Za-z0-9_]++)\.                           # an enumeration's member
      | ([A-Za-z!][\w-]*+)\s*+\(                       # a typed value begins
      | "([0-9A-Fa-f]*+)"                              # bits, of which nobody here knows the meaning
      | ([(),$*])
    )""",
    re.VERBOSE | re.DOTALL,
)
#: Lists nest by two or three levels in real files.
MAX_DEPTH = 64


class Malformed(ValueError):
    """A parameter list that is none."""


def parsed(text: str) -> tuple[Value, ...]:
    """The values of a parameter list with its brackets off, or the parts of a complex instance one after the other.

    Raises:
        Malformed: it is no parameter list, or nests too deeply.
    """
    stack: list[tuple[str | None, list[Value]]] = [(None, [])]
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise Malformed(text[position : position + 40])
        position = match.end()
        _take(match, stack)
    if len(stack) != 1:
        raise Malformed("a bracket is left open")
    return tuple(stack[0][1])


def _take(match: re.Match[str], stack: list[tuple[str | None, list[Value]]]) -> None:
    values = stack[-1][1]
    match match.lastindex:
        case 1:
            values.append(decoded(match[1]))
        case 2:
            values.append(Ref(int(match[2])))
        case 3:
            values.append(Number(match[3]))
        case 4:
            values.append(Word(match[4]))
        case 5:
            _open(stack, match[5].upper())
        case 6:
            values.append(None)
        case _:
            _punctuate(match[7], stack)


def _punctuate(mark: str, stack: list[tuple[str | None, list[Value]]]) -> None:
    if mark == "(":
        _open(stack, None)
    elif mark == ")":
        if len(stack) == 1:
            raise Malformed("a bracket too many")
        name, values = stack.pop()
        stack[-1][1].append(tuple(values) if name is None else Typed(name, tuple(values)))
    elif mark != ",":
        stack[-1][1].append(None)


def _open(stack: list[tuple[str | None, list[Value]]], name: str | None) -> None:
    if len(stack) > MAX_DEPTH:
        raise Malformed("lists nest too deeply")
    stack.append((name, []))
