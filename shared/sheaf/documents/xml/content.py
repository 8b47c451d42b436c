"""What an XML file says: its values with their meaning, its tables, and a page to show them on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.documents import tree
from sheaf.documents.grid import CELL_WIDTH, LAID_OUT_ROWS, Block, GridCell, stacked, tabulated, text_block
from sheaf.documents.model import Datum, Place, Table, TableCell
from sheaf.documents.tree import Node
from sheaf.documents.values import in_words, labelled
from sheaf.documents.xml import cii, ubl
from sheaf.documents.xml.einvoice import Invoice, Standard, line_table, shown, understood
from sheaf.documents.xml.parsing import children, local, text_of
from sheaf.documents.xml.terms import LABELS, label_of

#: The standard by the root element's local name.
_STANDARDS: dict[str, Standard] = {
    "CrossIndustryInvoice": cii.INVOICE,
    "CrossIndustryDocument": cii.INVOICE,
    "SCRDMCCBDACIOMessageStructure": cii.ORDER,
}
#: UBL's root elements are called like many others', so its namespace has to agree.
_UBL_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_UBL: dict[str, Standard] = {"Invoice": ubl.INVOICE, "CreditNote": ubl.INVOICE, "Order": ubl.ORDER}
#: Attributes that say what a value is in, rather than being values themselves.
_QUALIFIERS = ("currencyID", "unitCode", "schemeID")


@dataclass(frozen=True, slots=True)
class Content:
    """An XML file's values, tables and the block that shows them."""

    data: Sequence[Datum]
    tables: Sequence[Table]
    notes: Sequence[str]
    block: Block


def standard_of(root: Any) -> Standard | None:
    """The invoice standard that a root element belongs to, or None."""
    name = local(root)
    if name in _UBL and (root.tag.startswith(f"{{{_UBL_NAMESPACE}")):
        return _UBL[name]
    return _STANDARDS.get(name)


def content_of(root: Any, prefix: str = "") -> Content:
    """Read a parsed file; its values' paths begin with ``prefix``, which names the file when it is inside another."""
    standard = standard_of(root)
    start = f"{prefix}/{local(root)}"
    if standard is None:
        node = _node(root, start)
        return Content(*tree.listed(node), tree.page_block(node))
    return _invoice_content(root, start, understood(root, standard))


def _invoice_content(root: Any, start: str, invoice: Invoice) -> Content:
    known = dict(_values(root, start, invoice))
    lines = line_table(invoice, known)
    data = [*known.values(), *(inner for element, datum in known.items() for inner in _attributes(element, datum.path))]
    return Content(data, [lines] if lines else [], (), stacked(_invoice_blocks(data, lines)))


def _values(root: Any, start: str, invoice: Invoice) -> Iterator[tuple[Any, Datum]]:
    """Each element that has a text of its own or is an address, in document order, with its datum."""
    currency = next((text_of(element) for element, role in invoice.roles.items() if role == "invoice.currency"), "")
    stack = [(root, start)]
    while stack:
        element, path = stack.pop()
        inner = list(children(element, path))
        stack += reversed(inner)
        text = invoice.addresses.get(element) or (shown(element) if not inner else text_of(element))
        if text or not inner:
            role = invoice.roles.get(element, "")
            yield element, Datum(path, text, label_of(role) if role else _label(element), role, _qualifier(element, currency))


def _qualifier(element: Any, currency: str) -> str:
    found = next((element.get(name) for name in _QUALIFIERS if element.get(name)), "")
    # CII names an amount's currency only where it is not the document's.
    return found or (currency if local(element).endswith("Amount") else "")


def _label(element: Any) -> str:
    outer = element.getparent()
    return labelled(local(element), local(outer) if outer is not None else "")


def _attributes(element: Any, path: str) -> Iterator[Datum]:
    for name, text in element.attrib.items():
        inner = name.rpartition("}")[2]
        if inner not in _QUALIFIERS and not name.startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            yield Datum(f"{path}/@{inner}", text, in_words(inner))


def _invoice_blocks(data: Sequence[Datum], lines: Table | None) -> Iterator[Block]:
    """Label and value of everything with a role outside the lines, then the lines."""
    rows = [datum for role in LABELS for datum in data if datum.role == role and datum.text and not role.startswith("lines[]")]
    yield tabulated([_label_and_value(datum) for datum in rows], keep=False)
    yield Block(height=1)
    if lines is not None:
        yield tabulated([[_grid_cell(cell) for cell in row] for row in lines.rows[:LAID_OUT_ROWS]], keep=False)


def _label_and_value(datum: Datum) -> list[GridCell | None]:
    place = Place(path=datum.path)
    value = (
        f"{datum.text} {datum.qualifier}" if datum.role.startswith(("totals.", "taxes[].")) and datum.qualifier.isalpha() else datum.text
    )
    return [GridCell(text_block(f"{datum.label}:", place), datum.label), GridCell(text_block(value, place), value)]


def _grid_cell(cell: TableCell | None) -> GridCell | None:
    return GridCell(text_block(cell.text, cell.place, width=CELL_WIDTH), cell.text, cell.place) if cell is not None else None


def _node(element: Any, path: str) -> Node:
    """An element as a node: attributes first, then the elements inside, those of one name together where there are several."""
    node = Node(local(element), _label(element), path, text_of(element) or None)
    node.children = [Node(f"@{datum.label}", datum.label, datum.path, datum.text) for datum in _attributes(element, path)]
    groups: dict[str, list[Node]] = {}
    for child, inner in children(element, path):
        groups.setdefault(local(child), []).append(_node(child, inner))
    for name, nodes in groups.items():
        node.children += nodes if len(nodes) == 1 else [Node(name, in_words(name), f"{path}/{name}", is_list=True, children=nodes)]
    if node.text is None and not node.children:
        node.text = ""
    node.qualifier = next((element.get(name) for name in _QUALIFIERS if element.get(name)), "")
    return node
