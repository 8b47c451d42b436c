"""JSON, JSON lines and JSON-LD: every value as a datum; lists of objects as tables, complete however long."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sheaf.documents import tree
from sheaf.documents.bounds import MAX_TREE_BYTES, read_bytes, too_large
from sheaf.documents.encoding import decoded
from sheaf.documents.jsonld import is_jsonld, with_roles
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.tree import Node
from sheaf.documents.values import escaped, labelled, shown
from sheaf.domain.errors import FailureCategory, FileProblem

#: Longer whole numbers are kept exactly, but not as int: converting them takes time that grows with the square.
_LONGEST_INT = 300
_MAX_NAMED_LINES = 5


def read(path: Path, limits: Limits) -> Document:
    """Read the value, or the values a line each.

    Raises:
        FileProblem: ``empty``, ``corrupt``, ``too_large``, or ``unsafe`` when it nests too deeply.
    """
    data = read_bytes(path, limits)
    if len(data) > MAX_TREE_BYTES:
        raise too_large("The JSON", len(data), MAX_TREE_BYTES)
    text = decoded(data).strip("\ufeff \t\r\n")
    if not text:
        raise FileProblem(FailureCategory.EMPTY, "The file holds no text.")
    value, notes = _parsed(text)
    return _document(value, notes, limits)


def _document(value: Any, notes: list[str], limits: Limits) -> Document:
    root = _node(value, limits.max_depth)
    data, tables, more = tree.listed(root)
    if is_jsonld(value):
        data = list(with_roles(data, value))
    if len(data) > limits.max_words:
        raise too_large("The file", len(data), limits.max_words, "values")
    page = tree.page_block(root).page(1, limits.max_words)
    pages = [Page(1, page.width, page.height, page.words, tables, grid=True)]
    return Document(format="json", pages=pages, data=data, tabular=tree.is_records(root), notes=[*notes, *more])


def _parsed(text: str) -> tuple[Any, list[str]]:
    try:
        return _loaded(text), []
    except ValueError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2:
            raise FileProblem(FailureCategory.CORRUPT, f"The file is not JSON: {error}.") from error
        return _lines(lines)
    except RecursionError as error:
        raise _too_deep() from error


def _lines(lines: list[str]) -> tuple[list[Any], list[str]]:
    """The values of JSON lines; a file with most lines damaged is none."""
    values, damaged = [], []
    for number, line in enumerate(lines, start=1):
        try:
            values.append(_loaded(line))
        except (ValueError, RecursionError):
            damaged.append(number)
    if len(damaged) * 2 > len(lines):
        raise FileProblem(FailureCategory.CORRUPT, f"The file is not JSON, nor are its lines; the first that is none is line {damaged[0]}.")
    named = ", ".join(map(str, damaged[:_MAX_NAMED_LINES]))
    return values, [f"{len(damaged)} lines are not JSON and were left out: {named}."] if damaged else []


def _loaded(text: str) -> Any:
    return json.loads(text, parse_float=_decimal, parse_int=_integer, parse_constant=str)


def _decimal(text: str) -> Decimal | str:
    """The number as written, trailing zeros and all; one beyond what Decimal holds stays text."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INT else Decimal(text)


def _node(value: Any, depth: int, *, name: str = "", label: str = "", path: str = "") -> Node:
    """The value as a node, nested at most ``depth`` levels."""
    if depth < 0:
        raise _too_deep()
    node = Node(name, label, path or "/")
    if isinstance(value, dict):
        steps = ((key, labelled(key, label), f"{path}/{escaped(key)}", item) for key, item in value.items())
        node.children = [_node(item, depth - 1, name=key, label=words, path=at) for key, words, at, item in steps]
    elif isinstance(value, list):
        node.is_list = True
        node.children = [_node(item, depth - 1, name=name, label=label, path=f"{path}/{i}") for i, item in enumerate(value)]
    else:
        node.text = shown(value)
        node.value = value if isinstance(value, (bool, int, Decimal)) else None
    return node


def _too_deep() -> FileProblem:
    return FileProblem(FailureCategory.UNSAFE, "The JSON nests deeper than real files do.")
