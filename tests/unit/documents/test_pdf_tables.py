"""Ruled tables of PDF pages: lines part cells, missing ones merge them, pages break them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sheaf.documents.model import Table
from sheaf.documents.pdf.lattice import joined
from sheaf.documents.pdf.rules import Rule
from tests.unit.documents.making import changed, pdf, read, texts

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_WIDE, _TALL = 60, 20
_ITEMS = [["Item", "Count", "Sum"], ["Bolt", "3", "6.00"], ["Nut", "4", "8.00"]]


def _texts(canvas: Canvas, rows: Sequence[Sequence[str]], top: float = 180) -> None:
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            canvas.drawString(23 + j * _WIDE, top - i * _TALL - 14, text)


def _lines(canvas: Canvas, rows: int, columns: int, top: float = 180) -> None:
    for i in range(rows + 1):
        canvas.line(20, top - i * _TALL, 20 + columns * _WIDE, top - i * _TALL)
    for j in range(columns + 1):
        canvas.line(20 + j * _WIDE, top, 20 + j * _WIDE, top - rows * _TALL)


def _boxes(canvas: Canvas, rows: int, columns: int) -> None:
    for i in range(rows):
        for j in range(columns):
            canvas.rect(20 + j * _WIDE, 180 - (i + 1) * _TALL, _WIDE, _TALL)


def _bars(canvas: Canvas, rows: int, columns: int) -> None:
    for i in range(rows + 1):
        canvas.rect(20, 180 - i * _TALL - 0.4, columns * _WIDE, 0.8, stroke=0, fill=1)
    for j in range(columns + 1):
        canvas.rect(20 + j * _WIDE - 0.4, 180 - rows * _TALL, 0.8, rows * _TALL, stroke=0, fill=1)


def _in_a_form(canvas: Canvas, rows: int, columns: int) -> None:
    canvas.beginForm("frame")
    _lines(canvas, rows, columns, top=80)
    canvas.endForm()
    canvas.translate(0, 100)
    canvas.doForm("frame")


def _header_line_alone(canvas: Canvas, rows: int, columns: int) -> None:
    for y in (180, 160, 180 - rows * _TALL):
        canvas.line(20, y, 20 + columns * _WIDE, y)
    for j in range(1, columns):
        canvas.line(20 + j * _WIDE, 180, 20 + j * _WIDE, 180 - rows * _TALL)


@pytest.mark.parametrize("draw", [_lines, _boxes, _bars, _in_a_form, _header_line_alone])
@pytest.mark.parametrize("turn", [0, 90])
def test_however_lines_are_drawn_they_part_cells(tmp_path: Path, draw: Callable[[Canvas, int, int], None], turn: int) -> None:
    """Strokes, boxes, bars, lines in a form of their own, with or without sides, upright or turned, make the same table."""

    def page(canvas: Canvas) -> None:
        if turn:
            canvas.translate(200, 0)
            canvas.rotate(90)
        _texts(canvas, _ITEMS)
        draw(canvas, 3, 3)

    content = pdf(page, size=(200, 300) if turn else (300, 200))
    content = changed(content, lambda document: document.pages[0].rotate(turn, relative=False))
    (table,) = read(tmp_path, content, "a").tables
    assert (texts(table), table.header_rows) == (_ITEMS, 1)
    bolt = table.rows[1][0]
    assert bolt is not None
    assert bolt.box is not None
    assert (bolt.box.x0, bolt.box.x1) == pytest.approx((20, 80), abs=1)
    assert 39 <= bolt.box.y0 < bolt.box.y1 <= 61


def test_missing_lines_merge_cells(tmp_path: Path) -> None:
    """A name over two columns spans them and groups their headers; a cell keeps its lines."""

    def page(canvas: Canvas) -> None:
        _texts(canvas, [["Goods", "Figures"], ["Name", "Count", "Price"], ["Bolt", "3", "1.5"], ["Nut", "4", "2.5"]])
        canvas.setFontSize(6)
        canvas.drawString(23, 122, "galvanised")
        for i in range(5):
            canvas.line(20, 180 - i * _TALL, 200, 180 - i * _TALL)
        for j, top in enumerate((180, 180, 160, 180)):
            canvas.line(20 + j * _WIDE, top, 20 + j * _WIDE, 100)

    (table,) = read(tmp_path, pdf(page), "a").tables
    assert (texts(table)[0], table.header_rows) == (["Goods", "Figures", ""], 2)
    assert texts(table)[2] == ["Bolt\ngalvanised", "3", "1.5"]
    figures = table.rows[0][1]
    assert figures is not None
    assert (figures.colspan, figures.rowspan) == (2, 1)


def _pages(rows: Sequence[Sequence[Sequence[str]]]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for number, part in enumerate(rows):
            if number:
                canvas.showPage()
            _texts(canvas, part)
            _lines(canvas, len(part), len(part[0]))

    return draw


def test_a_table_goes_on_over_pages(tmp_path: Path) -> None:
    """A repeated header is one, a part without a header has none; another table on the next page is another."""
    more = [["Hand saw", "5", "9.00"], ["Long axe", "6", "7.00"]]
    other = [["Town", "Postcode"], ["Bonn am Rhein", "53111"]]
    tables: list[Table] = read(tmp_path, pdf(_pages([_ITEMS, [_ITEMS[0], *more], more, other])), "a").tables
    assert [(table.page, table.header_rows, table.continues) for table in tables] == [
        (1, 1, False),
        (2, 1, True),
        (3, 0, True),
        (4, 1, False),
    ]


def test_frames_and_forms_around_text_are_no_tables(tmp_path: Path) -> None:
    """A box with text, a box of boxes with one text, and lines under text part nothing."""

    def page(canvas: Canvas) -> None:
        canvas.rect(20, 20, 200, 150)
        canvas.line(20, 100, 220, 100)
        canvas.drawString(30, 150, "Some text in a box")
        canvas.drawString(30, 60, "and some below a line")

    assert read(tmp_path, pdf(page), "a").tables == []


def test_lines_that_lie_on_each_other_are_one() -> None:
    """Pieces that touch make a line, pieces apart do not; a line drawn twice is one."""
    assert joined([Rule(10, 0, 5), Rule(10.5, 5, 9), Rule(11, 2, 4), Rule(10, 20, 30)]) == [Rule(10, 0, 9), Rule(10, 20, 30)]


def test_a_drawing_is_no_table(tmp_path: Path) -> None:
    """Thousands of lines, as maps and charts have them, are left alone."""

    def page(canvas: Canvas) -> None:
        canvas.drawString(23, 190, "A map of something")
        for index in range(5_000):
            canvas.line(index % 290, 10, index % 290, 180)
            canvas.line(10, index % 190, 290, index % 190)
            canvas.line(0, index % 97, 30 + index % 53, index % 101)

    assert read(tmp_path, pdf(page), "a").pages[0].words
