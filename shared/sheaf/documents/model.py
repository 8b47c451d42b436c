"""The page model: the one shape every format is read into and every engine reads from.

A document is pages of words with boxes, tables, machine-readable data found inside, and members (attachments, archive entries).
Formats without a fixed layout (HTML, text, word processing, sheets) are laid out on a character grid, so that geometry means the same
everywhere: reading order runs top to bottom, a value right of its label is right of it. Their pages have ``grid=True`` and their
words carry a ``place`` to cite instead of the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sheaf.domain.rows import Box

#: Size of one character cell of a grid page, in its units.
GRID_WIDTH = 6.0
GRID_HEIGHT = 12.0


@dataclass(frozen=True, slots=True)
class Place:
    """What to cite for a word of a format without fixed layout: exactly one of these."""

    cell: str | None = None
    line: int | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a space, where it stands, and how surely it was recognised (1 for text that was not)."""

    text: str
    box: Box
    place: Place | None = None
    confidence: float = 1.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a table; ``colspan`` and ``rowspan`` count the grid cells it covers, the covered ones are absent from the grid."""

    text: str
    box: Box | None = None
    place: Place | None = None
    colspan: int = 1
    rowspan: int = 1
    #: The typed value where the format has one (int, float, Decimal, date, datetime, bool), else None.
    value: object = None


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells as found: ``rows[i][j]`` is row i, column j, None where empty or covered by a span."""

    rows: Sequence[Sequence[TableCell | None]]
    page: int = 1
    #: Leading rows that name the columns; 0 where the source does not say and the reader did not decide.
    header_rows: int = 0
    #: The sheet's or the table's own name, where it has one.
    name: str = ""
    #: True when it goes on with the table before it, on the page before; its header rows then repeat that one's, or it has none.
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture of a page was laid straight: what is at (x, y) there is at (ax + by + c, dx + ey + f) on the page as it is shown."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def back(self, box: Box) -> Box:
        """The smallest rectangle of the page as it is shown around one of the page laid straight."""
        corners = [(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        across = [self.a * x + self.b * y + self.c for x, y in corners]
        down = [self.d * x + self.e * y + self.f for x, y in corners]
        return Box(*(round(value, 2) for value in (min(across), min(down), max(across), max(down))))


@dataclass(frozen=True, slots=True)
class Page:
    """One page (sheet, message body): its words in reading order and its tables."""

    number: int
    width: float
    height: float
    words: Sequence[Word] = ()
    tables: Sequence[Table] = ()
    #: True when the layout was made up by the reader; see the module's docstring.
    grid: bool = False
    #: True when the page holds (almost) no text but something to see: it waits for recognition.
    needs_recognition: bool = False
    #: For a picture that lay askew or sideways: the way from here, where lines are level, to the page as it is shown.
    turn: Turn | None = None

    def shown(self, box: Box) -> Box:
        """Where a rectangle among the page's words is on the page as it is shown; what is cited is cited there."""
        return self.turn.back(box) if self.turn is not None else box


@dataclass(frozen=True, slots=True)
class Datum:
    """One machine-readable value inside a file: an XML element, a JSON member, a form field, a property."""

    #: XPath, JSON pointer, form field name or property path; unique within the document.
    path: str
    text: str
    #: What the value is called, in words where the source gives them (``Invoice issue date``), else the last part of the path.
    label: str = ""
    #: Canonical meaning where a standard defines one, such as ``invoice.number`` or ``seller.name``; "" elsewhere.
    role: str = ""
    #: Currency, unit or scheme attribute that belongs to the value.
    qualifier: str = ""
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read."""

    #: Name of the format module that read it, such as ``pdf``.
    format: str
    pages: Sequence[Page] = ()
    data: Sequence[Datum] = ()
    #: True for inputs that are tables by nature (CSV, sheets): their tables are complete and are never guessed at.
    tabular: bool = False
    #: Title, author, subject, sender … as the format names them.
    metadata: dict[str, str] = field(default_factory=dict)
    #: What was left out or repaired on reading, for people.
    notes: Sequence[str] = ()

    @property
    def tables(self) -> list[Table]:
        """Every table of every page, in order."""
        return [table for page in self.pages for table in page.tables]
