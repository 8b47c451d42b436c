"""Sheets of paper to print on: text, lines and boxes in points from the top left, page after page."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
MARGIN = 56.0


class Sheets:
    """A PDF being printed; ``y`` is how far down the page it is."""

    def __init__(self, path: Path, font: str) -> None:
        self._canvas = Canvas(str(path), pagesize=A4, invariant=1)
        self._font = font
        self.y = MARGIN

    def text(self, x: float, y: float, text: str, size: float = 10, *, bold: bool = False, align: str = "left") -> float:
        """Print ``text`` with its baseline at ``y`` and its left edge, middle or right edge at ``x``; its width is returned."""
        font = self._name(bold=bold)
        width = stringWidth(text, font, size)
        start = x - {"left": 0.0, "middle": width / 2, "right": width}[align]
        self._canvas.setFont(font, size)
        self._canvas.drawString(start, HEIGHT - y, text)
        return float(width)

    def _name(self, *, bold: bool) -> str:
        if self._font == "Times":
            return "Times-Bold" if bold else "Times-Roman"
        return f"{self._font}-Bold" if bold else self._font

    def width(self, text: str, size: float = 10, *, bold: bool = False) -> float:
        """How wide ``text`` prints."""
        return float(stringWidth(text, self._name(bold=bold), size))

    def line(self, x0: float, y0: float, x1: float, y1: float, weight: float = 0.5) -> None:
        """A rule."""
        self._canvas.setLineWidth(weight)
        self._canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A frame."""
        self._canvas.setLineWidth(0.5)
        self._canvas.rect(x0, HEIGHT - y1, x1 - x0, y1 - y0)

    def wrapped(self, text: str, width: float, size: float = 10) -> list[str]:
        """``text`` in lines no wider than ``width``."""
        lines, current = [], ""
        for word in text.split():
            longer = f"{current} {word}".strip()
            if current and self.width(longer, size) > width:
                lines.append(current)
                current = word
            else:
                current = longer
        return [*lines, current]

    def turn(self) -> None:
        """The next page."""
        self._canvas.showPage()
        self.y = MARGIN

    def save(self) -> None:
        """Write the file."""
        self._canvas.save()
