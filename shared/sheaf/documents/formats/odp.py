"""ODP: OpenDocument slides as pages, frames and tables where they stand, speaker's notes below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.odf.elements import attribute, elements, points
from sheaf.documents.odf.package import body_of, package
from sheaf.documents.odf.slides import SlideReader
from sheaf.documents.odf.styles import Styles
from sheaf.documents.slides import Slide
from sheaf.domain.errors import FailureCategory, FileProblem

#: A slide of usual size, in points, where the file names none; and the longest side that one may have.
_WIDTH, _HEIGHT, _LONGEST = 793.7, 446.5, 14_400.0


def read(path: Path, limits: Limits) -> Document:
    """Read every slide as a page.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with package(path, limits) as found:
        content, shared, metadata = found.content(), found.styles(), found.metadata()
    pages = _pages(content, shared, limits)
    if not any(page.words for page in pages):
        raise FileProblem(FailureCategory.EMPTY, "The slides hold no text.")
    return Document(format="odp", pages=pages, metadata=metadata)


def _pages(content: Any, shared: Any | None, limits: Limits) -> list[Page]:
    sources = [child for body in body_of(content, "presentation") for child, name in elements(body) if name == "page"]
    if len(sources) > limits.max_pages:
        raise too_large("The presentation", len(sources), limits.max_pages, "slides")
    styles = Styles()
    styles.add(content)
    styles.add(shared)
    sizes = _sizes(shared)
    pages: list[Page] = []
    left = limits.max_words
    for number, source in enumerate(sources, start=1):
        slide = Slide(*sizes.get(attribute(source, "master-page-name"), (_WIDTH, _HEIGHT)))
        SlideReader(f"slide[{number}]", styles, slide, limits).read(source)
        pages.append(slide.page(number, left))
        left -= len(pages[-1].words)
    return pages


def _sizes(shared: Any | None) -> dict[str, tuple[float, float]]:
    """Width and height of each master page's slides."""
    if shared is None:
        return {}
    layouts = {attribute(layout, "name"): _size(layout) for layout in shared.iter("{*}page-layout")}
    masters = {attribute(master, "name"): layouts.get(attribute(master, "page-layout-name")) for master in shared.iter("{*}master-page")}
    return {name: size for name, size in masters.items() if size is not None}


def _size(layout: Any) -> tuple[float, float] | None:
    for child, name in elements(layout):
        if name == "page-layout-properties":
            width, height = points(attribute(child, "page-width")), points(attribute(child, "page-height"))
            return (width, height) if 0 < width <= _LONGEST and 0 < height <= _LONGEST else None
    return None
