"""DOCX: paragraphs, tables, text boxes, headers and footers as a person reads them; content controls as data."""

from __future__ import annotations

from pathlib import Path

from sheaf.documents.archives import check_parts, opened
from sheaf.documents.docx.body import Body
from sheaf.documents.grid import Block, stacked
from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Document, Page
from sheaf.documents.opc import Package
from sheaf.domain.errors import FailureCategory, FileProblem


def read(path: Path, limits: Limits) -> Document:
    """Read the text; pages are cut where it has explicit page breaks.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with opened(path, limits) as archive:
        check_parts(archive)
        package = Package(archive, limits, "word/document.xml")
        body = Body()
        blocks = _main_pages(body, package)
        above, above_data = _around(package, "header")
        below, below_data = _around(package, "footnotes", "endnotes", "footer")
        metadata = package.metadata()
    blocks[0] = stacked([*above, blocks[0]])
    blocks[-1] = stacked([blocks[-1], *below])
    data = [*body.data, *above_data, *below_data]
    pages = _pages(blocks, limits)
    if not any(page.words for page in pages) and not data:
        raise FileProblem(FailureCategory.EMPTY, "The document holds no text.")
    return Document(format="docx", pages=pages, data=data, metadata=metadata)


def _main_pages(body: Body, package: Package) -> list[Block]:
    root = next(package.main().iter("{*}body"), None)
    return (body.pages(root) if root is not None else []) or [Block()]


def _around(package: Package, *kinds: str) -> tuple[list[Block], list[Datum]]:
    """What stands at every page's edge or foot, each text once, and the data in it."""
    blocks: list[Block] = []
    data: list[Datum] = []
    seen: set[str] = set()
    for name, root in (part for kind in kinds for part in package.parts(kind)):
        body = Body(name)
        block = stacked(body.pages(root))
        text = " ".join(token.text for token in block.tokens)
        if text and text not in seen:
            seen.add(text)
            blocks.append(block)
            data += body.data
    return blocks, data


def _pages(blocks: list[Block], limits: Limits) -> list[Page]:
    pages: list[Page] = []
    left = limits.max_words
    for number, block in enumerate(blocks, start=1):
        pages.append(block.page(number, left))
        left -= len(pages[-1].words)
    return pages
