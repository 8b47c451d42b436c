"""Small files of every format, made on the spot, and ways to look at what was read from them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
from reportlab.pdfgen.canvas import Canvas

from sheaf import bootstrap
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page, Table
from sheaf.documents.reading_order import lines_of

_WORD_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def read(folder: Path, content: bytes | str, name: str, limits: Limits | None = None) -> Document:
    """Write the content to a file whose own name tells nothing, and read it as ``name``."""
    path = folder / "input"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return bootstrap.formats(limits or Limits()).read(path, name=name)


def lines(page: Page) -> list[str]:
    """The page's lines of words."""
    return [" ".join(word.text for word in line) for line in lines_of(page.words)]


def texts(table: Table) -> list[list[str]]:
    """The table's texts, "" where a cell is absent."""
    return [[cell.text if cell else "" for cell in row] for row in table.rows]


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """An archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A word-processing document of this body (elements prefixed ``w:``)."""
    document = f"<w:document {_WORD_NAMESPACE}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": _TYPES, "word/document.xml": document, **(parts or {})})


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def pdf(draw: Callable[[Canvas], None], size: tuple[float, float] = (300, 200), **options: Any) -> bytes:
    """A PDF drawn by ``draw``; its last page is ended here."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, **options)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def changed(content: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    """A PDF after ``change`` has been at it; options are those of saving."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        change(document)
        document.save(buffer, **options)
    return buffer.getvalue()
