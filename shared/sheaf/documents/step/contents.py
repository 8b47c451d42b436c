"""From labelled values to a document: data, tables, and a page that a person could read."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.documents import tree
from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Document, Page
from sheaf.documents.step.header import metadata
from sheaf.documents.step.part21 import Exchange
from sheaf.documents.tree import Node


def document_of(format_: str, exchange: Exchange, nodes: Sequence[Node], limits: Limits, notes: Sequence[str] = ()) -> Document:
    """The document that ``nodes`` are the contents of; an instance that is named twice is one datum.

    Raises:
        FileProblem: ``too_large``.
    """
    root = Node("", "", "", children=[node for node in nodes if node.children])
    data, tables, more = tree.listed(root)
    if len(data) > limits.max_words:
        raise too_large("The file", len(data), limits.max_words, "values")
    page = tree.page_block(root).page(1, limits.max_words)
    pages = [Page(1, page.width, page.height, page.words, tables, grid=True)]
    once: dict[str, Datum] = {}
    for datum in data:
        once.setdefault(datum.path, datum)
    return Document(
        format=format_,
        pages=pages,
        data=list(once.values()),
        metadata=metadata(exchange),
        notes=[*exchange.notes, *_damage(exchange), *notes, *more],
    )


def _damage(exchange: Exchange) -> list[str]:
    return [f"{exchange.damaged} statements are damaged or doubled and were left out."] if exchange.damaged else []
