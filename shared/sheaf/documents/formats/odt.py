"""ODT: OpenDocument text as a person reads it, headers and footers included; form fields as data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sheaf.documents.grid import Block, stacked
from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Document, Page
from sheaf.documents.odf.body import Body
from sheaf.documents.odf.forms import data_of
from sheaf.documents.odf.package import Package, body_of, package
from sheaf.documents.odf.styles import Styles
from sheaf.domain.errors import FailureCategory, FileProblem


def read(path: Path, limits: Limits) -> Document:
    """Read the text; pages are cut where its styles break them.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with package(path, limits) as found:
        blocks, data = _read(found, limits)
        metadata = found.metadata()
    pages = _pages(blocks, limits)
    if not any(page.words for page in pages) and not data:
        raise FileProblem(FailureCategory.EMPTY, "The document holds no text.")
    return Document(format="odt", pages=pages, data=data, metadata=metadata)


def _read(found: Package, limits: Limits) -> tuple[list[Block], list[Datum]]:
    content, shared = found.content(), found.styles()
    styles = Styles()
    styles.add(content)
    styles.add(shared)
    blocks = [block for text in body_of(content, "text") for block in Body(styles, limits).pages(text)] or [Block()]
    above, below = (list(_around(shared, kind, styles, limits)) for kind in ("header", "footer"))
    blocks[0] = stacked([*above, blocks[0]])
    blocks[-1] = stacked([blocks[-1], *below])
    return blocks, list(data_of(content))


def _around(shared: Any | None, kind: str, styles: Styles, limits: Limits) -> Iterator[Block]:
    """What stands at every page's head or foot, each text once."""
    seen: set[str] = set()
    for number, element in enumerate(shared.iter(f"{{*}}{kind}") if shared is not None else (), start=1):
        block = stacked(Body(styles, limits, f"{kind}[{number}]").pages(element))
        text = block.text
        if text and text not in seen:
            seen.add(text)
            yield block


def _pages(blocks: list[Block], limits: Limits) -> list[Page]:
    pages: list[Page] = []
    left = limits.max_words
    for number, block in enumerate(blocks, start=1):
        pages.append(block.page(number, left))
        left -= len(pages[-1].words)
    return pages
