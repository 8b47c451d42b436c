"""RTF: paragraphs, tables, text boxes, headers and footers as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sheaf.documents.bounds import read_bytes
from sheaf.documents.grid import Block, stacked
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.rtf.body import Body
from sheaf.documents.rtf.reader import ASIDE, Reader, whole
from sheaf.domain.errors import FailureCategory, FileProblem

_METADATA = ("title", "author", "subject")
_START = b"{\\rtf"


def read(path: Path, limits: Limits) -> Document:
    """Read the text; pages are cut where it has explicit page breaks.

    Raises:
        FileProblem: ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    source = read_bytes(path, limits)
    if not source.lstrip().startswith(_START):
        raise FileProblem(FailureCategory.CORRUPT, "The file does not begin as RTF does.")
    blocks, metadata = blocks_of(source, limits)
    pages: list[Page] = []
    left = limits.max_words
    for number, block in enumerate(blocks, start=1):
        pages.append(block.page(number, left))
        left -= len(pages[-1].words)
    if not any(page.words for page in pages):
        raise FileProblem(FailureCategory.EMPTY, "The document holds no text.")
    return Document(format="rtf", pages=pages, metadata=metadata)


def blocks_of(source: bytes, limits: Limits) -> tuple[list[Block], dict[str, str]]:
    """A block for each page, at least one, and title, author and subject.

    Raises:
        FileProblem: ``too_large`` or ``unsafe``.
    """
    main = Body(limits)
    asides: dict[tuple[str, int], Body] = {}
    metadata = dict.fromkeys(_METADATA, "")
    for piece in Reader(source).pieces():
        if piece.aside in metadata:
            metadata[piece.aside] += piece.text
        elif piece.aside:
            key = (piece.aside, piece.place)
            asides.setdefault(key, Body(limits, f"{piece.aside}[{piece.place}]")).add(piece)
        else:
            main.add(piece)
    blocks = main.pages() or [Block()]
    around = {kind: _once(body for (name, _place), body in asides.items() if name == kind) for kind in set(ASIDE.values())}
    blocks[0] = stacked([*around["header"], blocks[0]])
    blocks[-1] = stacked([blocks[-1], *around["box"], *around["footnote"], *around["footer"]])
    return blocks, {key: whole(text).strip() for key, text in metadata.items() if text.strip()}


def _once(bodies: Iterable[Body]) -> list[Block]:
    """Each text once: a first page's header often is all pages'."""
    found: dict[str, Block] = {}
    for body in bodies:
        block = stacked(body.pages())
        if block.tokens:
            found.setdefault(block.text, block)
    return list(found.values())
