"""Sheaf itself: parser, text recognition and embedded engine, as a worker uses them, in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bench.extract.work import FIELDS, Found, Reading, Work, Works
from sheaf import bootstrap
from sheaf.documents.model import Document
from sheaf.domain.fields import Field
from sheaf.domain.rows import Amount, Value
from sheaf.extraction.spec import parse_fields
from sheaf.settings import Settings

ABOUT = "words with boxes, ruled tables and form fields of every page; any fields and tables by the embedded engine; text recognition"

_ITEMS = "items:table(description;quantity:number;unit_price:number;amount:number)"


def _document(path: Path) -> Document:
    return bootstrap.formats().read(path, name=path.name)


def _words() -> Reading:
    def read(path: Path) -> Found:
        pages = _document(path).pages
        return Found(words=sum(len(page.words) for page in pages))

    return read


def _cells(path: Path, fields: Sequence[Field]) -> Mapping[str, Value | None]:
    rows = bootstrap.engine("embedded", Settings()).extract(_document(path), fields).rows
    return {name: cell.value for row in rows for name, cell in row.cells.items()}


def _tables() -> Reading:
    fields = parse_fields(_ITEMS)

    def read(path: Path) -> Found:
        items = _cells(path, fields)["items"]
        rows = items if isinstance(items, tuple) else ()
        return Found(rows=[[_text(value) for value in row.values()] for row in rows if isinstance(row, Mapping)])

    return read


def _fields() -> Reading:
    fields = parse_fields(FIELDS)

    def read(path: Path) -> Found:
        return Found(fields={name: _text(value) for name, value in _cells(path, fields).items() if value is not None})

    return read


def _text(value: object) -> str:
    match value:
        case Amount():
            return f"{value.amount:.2f}"
        case date():
            return value.isoformat()
        case _:
            return "" if value is None else str(value)


def _picture() -> Reading:
    def read(path: Path) -> Found:
        words = [word.text for page in _document(path).pages for word in page.words]
        return Found(words=len(words), text=" ".join(words))

    return read


WORKS: Works = {Work.WORDS: _words, Work.TABLES: _tables, Work.FIELDS: _fields, Work.PHOTOGRAPH: _picture, Work.SCAN: _picture}
