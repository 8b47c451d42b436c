"""PPTX: slides as pages, shapes and tables where they stand, speaker's notes below."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sheaf.documents.archives import check_parts, opened
from sheaf.documents.bounds import too_large
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.opc import Package
from sheaf.documents.pptx.geometry import Layouts, Moved, find, points
from sheaf.documents.pptx.slide import SlideReader
from sheaf.documents.slides import Slide
from sheaf.domain.errors import FailureCategory, FileProblem

_OFF = frozenset({"0", "false"})
#: A slide of usual size, in points, where the file names none.
_WIDTH, _HEIGHT = 960.0, 540.0
#: The longest side a slide may have: 56 inches, with room to spare.
_LONGEST = 14_400.0


def read(path: Path, limits: Limits) -> Document:
    """Read every slide as a page.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with opened(path, limits) as archive:
        check_parts(archive)
        reading = _Reading(Package(archive, limits, "ppt/presentation.xml"), limits)
        pages = reading.pages()
        metadata = reading.package.metadata()
    if not any(page.words for page in pages):
        raise FileProblem(FailureCategory.EMPTY, "The slides hold no text.")
    return Document(format="pptx", pages=pages, metadata=metadata, notes=reading.notes)


class _Reading:
    """One pass over a presentation's slides."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self.package, self._limits = package, limits
        self._main = package.main()
        self._layouts: dict[str, Layouts] = {}
        self.notes: list[str] = []

    def pages(self) -> list[Page]:
        """The slides in the order in which they are shown."""
        names = list(self._slides())
        if len(names) > self._limits.max_pages:
            raise too_large("The presentation", len(names), self._limits.max_pages, "slides")
        pages: list[Page] = []
        left = self._limits.max_words
        for number, name in enumerate(names, start=1):
            pages.append(self._page(number, name, left))
            left -= len(pages[-1].words)
        return pages

    def _slides(self) -> Iterator[str]:
        related = self.package.by_id(self.package.main_name)
        for item in self._main.iter("{*}sldId"):
            identity = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            if identity in related:
                yield related[identity]

    def _page(self, number: int, name: str, left: int) -> Page:
        root = self.package.part(name)
        width, height = self._size()
        slide = Slide(width, height)
        if root is None:
            self.notes.append(f"Slide {number} is not in the file and was left out.")
            return Page(number, width, height)
        if root.get("show") in _OFF:
            self.notes.append(f"Slide {number} is hidden; it was read all the same.")
        reader = SlideReader(f"slide[{number}]", self._layouts_of(name), slide, self._limits)
        reader.read(find(root, "cSld", "spTree"), Moved())
        for notes in filter(_is_there, map(self.package.part, self.package.related(name, "notesSlide"))):
            reader.notes(notes)
        return slide.page(number, left)

    def _size(self) -> tuple[float, float]:
        size = find(self._main, "sldSz")
        sides = (points(size, "cx"), points(size, "cy")) if size is not None else (_WIDTH, _HEIGHT)
        return sides if all(0 < side <= _LONGEST for side in sides) else (_WIDTH, _HEIGHT)

    def _layouts_of(self, slide: str) -> Layouts:
        """Placeholders of the slide's layout and its master, read once for all slides that share them."""
        layout = next(self.package.related(slide, "slideLayout"), "")
        if layout not in self._layouts:
            master = next(self.package.related(layout, "slideMaster"), "") if layout else ""
            self._layouts[layout] = Layouts(list(filter(_is_there, map(self.package.part, (layout, master)))))
        return self._layouts[layout]


def _is_there(root: Any | None) -> bool:
    return root is not None
