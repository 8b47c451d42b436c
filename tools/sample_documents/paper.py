"""A sheet of paper to draw on: points from the top left, fixed fonts, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

INK = "#1f2328"
GREY = "#667079"
SANS = ("Helvetica", "Helvetica-Bold")
SERIF = ("Times-Roman", "Times-Bold")
MONO = ("Courier", "Courier-Bold")
#: Fonts that travel inside the file, as PDF/A asks.
EMBEDDED = ("Vera", "VeraBd")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: its heading, the left edge (or right edge when aligned right) and the room for its text."""

    title: str
    x: float
    width: float = 400
    align: str = "left"


class Paper:
    """Pages under construction; ``y`` grows downwards, and every method that prints lines returns the next free ``y``."""

    def __init__(self, *, title: str, author: str, size: tuple[float, float] = A4, fonts: tuple[str, str] = SANS, lang: str = "en") -> None:
        self.width, self.height = size
        self._fonts = fonts
        self._bytes = io.BytesIO()
        if fonts is EMBEDDED:
            _register_embedded()
        self.canvas = Canvas(self._bytes, pagesize=size, invariant=1, pageCompression=1, lang=lang, initialFontName=fonts[0])
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def text(self, x: float, y: float, text: str, *, size: float = 9, bold: bool = False, align: str = "left", colour: str = INK) -> float:
        """Print one line with its baseline at ``y``."""
        draw = {"left": self.canvas.drawString, "right": self.canvas.drawRightString, "centre": self.canvas.drawCentredString}[align]
        self.canvas.setFont(self._fonts[bold], size)
        self.canvas.setFillColor(HexColor(colour))
        draw(x, self.height - y, text)
        return y + size * 1.35

    def lines(
        self, x: float, y: float, lines: Iterable[str], *, size: float = 9, align: str = "left", colour: str = INK, bold: bool = False
    ) -> float:
        """Print lines under each other."""
        for line in lines:
            y = self.text(x, y, line, size=size, align=align, colour=colour, bold=bold)
        return y

    def wrap(self, x: float, y: float, text: str, width: float, *, size: float = 9, bold: bool = False, colour: str = INK) -> float:
        """Print a paragraph broken to ``width``."""
        return self.lines(x, y, simpleSplit(text, self._fonts[bold], size, width), size=size, bold=bold, colour=colour)

    def pairs(self, x: float, y: float, pairs: Sequence[tuple[str, str]], *, gap: float, size: float = 9, right: bool = False) -> float:
        """Print labels with their values ``gap`` points to the right (the right edge of the values when ``right``)."""
        for label, value in pairs:
            self.text(x, y, label, size=size, colour=GREY)
            y = self.text(x + gap, y, value, size=size, align="right" if right else "left") + size * 0.25
        return y

    def rule(self, x0: float, y: float, x1: float, *, width: float = 0.6, colour: str = INK) -> None:
        """Draw a horizontal line."""
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.height - y, x1, self.height - y)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str | None = None, stroke: str | None = None, radius: float = 0
    ) -> None:
        """Draw a rectangle whose top left corner is at ``x, y``."""
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
            self.canvas.setLineWidth(0.6)
        self.canvas.roundRect(x, self.height - y - height, width, height, radius, stroke=int(bool(stroke)), fill=int(bool(fill)))

    def heading(self, y: float, columns: Sequence[Column], *, size: float = 8.5, colour: str = INK) -> float:
        """Print the headings of a table."""
        for column in columns:
            self.text(column.x, y, column.title, size=size, bold=True, align=column.align, colour=colour)
        return y + size * 1.35

    def row(
        self, y: float, columns: Sequence[Column], values: Sequence[str], *, size: float = 9, leading: float = 5, bold: bool = False
    ) -> float:
        """Print one row, its cells wrapped within their columns."""
        bottom = y
        for column, value in zip(columns, values, strict=True):
            broken = simpleSplit(value, self._fonts[bold], size, column.width)
            bottom = max(bottom, self.lines(column.x, y, broken, size=size, align=column.align, bold=bold))
        return bottom + leading

    def page(self) -> None:
        """Start the next page."""
        self.canvas.showPage()

    def pdf(self) -> bytes:
        """Finish and return the file."""
        self.canvas.save()
        return self._bytes.getvalue()


def _register_embedded() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in EMBEDDED:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
