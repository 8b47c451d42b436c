"""Trees of named values (XML, JSON) as data, tables and a page a person could read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

from sheaf.documents.grid import LAID_OUT_ROWS, TEXT_WIDTH, Block, GridCell, stacked, tabulated, text_block
from sheaf.documents.model import Datum, Place, Table, TableCell

#: Beyond so many values, those in tables are not listed as data too.
_MOST_LISTED = 20_000
_INDENT = 2
_CELL_WIDTH = 60


@dataclass(slots=True)
class Node:
    """One value or group of values; a list's items are its children, and ``is_list`` says so."""

    #: Its key or element name, which tells a list's columns apart.
    name: str
    #: The same in words.
    label: str
    path: str
    text: str | None = None
    value: object = None
    qualifier: str = ""
    #: Canonical meaning, as :attr:`sheaf.documents.model.Datum.role`.
    role: str = ""
    is_list: bool = False
    children: list[Node] = field(default_factory=list)


def listed(root: Node) -> tuple[list[Datum], list[Table], list[str]]:
    """The tree's values one by one, its tables, and notes: of very many values those in tables are only there."""
    tables = list(_tables(root))
    notes = [
        f"The page shows the first {LAID_OUT_ROWS} rows of {table.name or 'the list'}; its table has all {len(table.rows) - 1}."
        for table in tables
        if len(table.rows) > LAID_OUT_ROWS
    ]
    count = _count(root)
    if not tables or count <= _MOST_LISTED:
        return list(_data(root)), tables, notes
    notes.append(f"The file has {count} values; those in its tables are not listed one by one.")
    return list(_data(root, records=False)), tables, notes


def _count(node: Node) -> int:
    return (node.text is not None) + sum(map(_count, node.children))


def _data(node: Node, *, records: bool = True) -> Iterator[Datum]:
    """Every value of the tree, in order."""
    if node.text is not None:
        yield Datum(node.path, node.text, node.label, node.role, node.qualifier)
    if records or not is_records(node):
        for child in node.children:
            yield from _data(child, records=records)


def page_block(node: Node) -> Block:
    """The tree as lines of label and value, lists of groups as aligned columns."""
    return stacked(_blocks(node, 0))


def _tables(node: Node) -> Iterator[Table]:
    """A table for each outermost list of groups: a header of labels, then a row per group."""
    if is_records(node):
        yield _table(node)
        return
    for child in node.children:
        yield from _tables(child)


def is_records(node: Node) -> bool:
    """Is this a list of groups of values?"""
    return node.is_list and any(item.children and not item.is_list for item in node.children)


def _blocks(node: Node, depth: int) -> Iterator[Block]:
    if is_records(node):
        yield text_block(node.label, Place(path=node.path), bold=True).moved(depth * _INDENT, 0)
        yield _columns(node)
        return
    if node.text is not None:
        yield _line(node, depth)
    elif node.label and node.children:
        yield text_block(node.label, Place(path=node.path), bold=True).moved(depth * _INDENT, 0)
    for child in node.children:
        yield from _blocks(child, depth + 1 if node.label else depth)


def _line(node: Node, depth: int) -> Block:
    """The label, a colon, the value: one row of two cells."""
    place = Place(path=node.path)
    label = text_block(f"{node.label}:" if node.label else "", place).moved(depth * _INDENT, 0)
    label.width += depth * _INDENT
    value = text_block(node.text or "", place, width=TEXT_WIDTH)
    return tabulated([[GridCell(label, node.label), GridCell(value, node.text or "")]], keep=False)


def _columns(node: Node) -> Block:
    labels, items = _records(node)
    rows = [dict(_keyed(item)) for item in items[:LAID_OUT_ROWS]]
    header = [GridCell(text_block(label, None, width=_CELL_WIDTH, bold=True), label) for label in labels.values()]
    body = [[_grid_cell(row.get(key)) for key in labels] for row in rows]
    return tabulated([header, *body], keep=False)


def _grid_cell(leaf: Node | None) -> GridCell | None:
    if leaf is None or not leaf.text:
        return None
    place = Place(path=leaf.path)
    return GridCell(text_block(leaf.text, place, width=_CELL_WIDTH), leaf.text, place)


def _table(node: Node) -> Table:
    return Table(_Records(node), header_rows=1, name=node.label)


class _Records(Sequence[Sequence[TableCell | None]]):
    """A header of labels, then a row per item of a list; cells are made when asked for."""

    def __init__(self, node: Node) -> None:
        self._labels, self._items = _records(node)

    def __len__(self) -> int:
        return len(self._items) + 1

    @overload
    def __getitem__(self, index: int) -> Sequence[TableCell | None]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Sequence[TableCell | None]]: ...

    def __getitem__(self, index: int | slice) -> Sequence[TableCell | None] | Sequence[Sequence[TableCell | None]]:
        if isinstance(index, slice):
            return [self._row(i) for i in range(*index.indices(len(self)))]
        return self._row(range(len(self))[index])

    def _row(self, index: int) -> Sequence[TableCell | None]:
        if index == 0:
            return [TableCell(label) for label in self._labels.values()]
        leaves = dict(_keyed(self._items[index - 1]))
        return [_table_cell(leaves.get(key)) for key in self._labels]


def _table_cell(leaf: Node | None) -> TableCell | None:
    if leaf is None or not leaf.text:
        return None
    return TableCell(leaf.text, None, Place(path=leaf.path), value=leaf.value)


def _records(node: Node) -> tuple[dict[str, str], Sequence[Node]]:
    """Labels by column key in order of first appearance, and the items they are columns of."""
    labels: dict[str, str] = {}
    for item in node.children:
        for key, label, _leaf in _leaves(item, "", ""):
            labels.setdefault(key, label)
    return labels, node.children


def _keyed(item: Node) -> Iterator[tuple[str, Node]]:
    return ((key, leaf) for key, _label, leaf in _leaves(item, "", ""))


def _leaves(node: Node, key: str, label: str) -> Iterator[tuple[str, str, Node]]:
    """Column key, label and leaf of everything in a group; a list of plain values makes one cell, lists of groups none."""
    if node.text is not None:
        yield key or ".", label or node.label, node
    if node.is_list:
        texts = [item.text for item in node.children if item.text]
        if texts and not is_records(node):
            yield key, label, Node(node.name, node.label, node.path, "\n".join(texts))
        return
    for child in node.children:
        yield from _leaves(child, f"{key}/{child.name}", f"{label} {child.label}" if label else child.label)
