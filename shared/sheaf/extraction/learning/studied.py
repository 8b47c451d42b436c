"""What is learned from of a document, as bytes: its words and tables, read in one process and learned from in another."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import msgspec

from sheaf.documents.model import Document, Page, Table, TableCell
from sheaf.domain.errors import FailureCategory, FileProblem

#: Bytes of one document, which are some hundreds of pages: a hundred of them are held at once to be learned from.
MAX_BYTES = 16 * 2**20
#: Rows of one table; what is said of later ones teaches nothing.
MAX_ROWS = 200


def studied(document: Document, *, tables: bool = False) -> bytes:
    """A document's words, packed, and with ``tables`` the first rows of those too.

    Raises FileProblem for one that teaches nothing: a table by nature where tables are not asked for, or one that is too long.
    """
    if document.tabular and not tables:
        raise FileProblem(FailureCategory.UNSUPPORTED, "It is a table, which is read as one; its values teach nothing.")
    pages = tuple(_page(page, tables=tables, words=not document.tabular) for page in document.pages)
    data = msgspec.msgpack.encode(Document(format=document.format, pages=pages, tabular=document.tabular))
    if len(data) > MAX_BYTES:
        raise FileProblem(FailureCategory.TOO_LARGE, "It is too long to be learned from.")
    return data


def _page(page: Page, *, tables: bool, words: bool) -> Page:
    """What is kept of a page; the words of a table by nature stand in its cells."""
    return replace(page, words=page.words if words else (), tables=tuple(map(_table, page.tables)) if tables else ())


def _table(table: Table) -> Table:
    rows = islice(table.rows, table.header_rows + MAX_ROWS)
    return replace(table, rows=tuple(tuple(_cell(cell) for cell in row) for row in rows))


def _cell(cell: TableCell | None) -> TableCell | None:
    """A cell as it is written; its typed value has a type that bytes do not keep."""
    return None if cell is None else replace(cell, value=None, place=None)


def document_of(data: bytes) -> Document:
    """The document that :func:`studied` packed; raises msgspec.DecodeError for anything else."""
    return msgspec.msgpack.decode(data, type=Document)
