"""Plain text keeps its columns; Markdown's tables are tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import GRID_HEIGHT, GRID_WIDTH, Place
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box
from tests.unit.documents.making import lines, read, texts


def test_words_stand_where_they_stand_in_the_text(tmp_path: Path) -> None:
    """Columns and lines become places on the grid; tabs go to the next eighth column."""
    page = read(tmp_path, "Total\n\n  net:\t12.50\n", "a.txt").pages[0]
    assert page.grid
    assert [(word.text, word.box.x0 / GRID_WIDTH, word.box.y0 / GRID_HEIGHT, word.place) for word in page.words] == [
        ("Total", 0, 0, Place(line=1)),
        ("net:", 2, 2, Place(line=3)),
        ("12.50", 8, 2, Place(line=3)),
    ]
    assert page.words[0].box == Box(0, 0, 5 * GRID_WIDTH, GRID_HEIGHT)


def test_form_feeds_end_pages_and_lines_go_on_counting(tmp_path: Path) -> None:
    """Line numbers are the file's, not the page's."""
    pages = read(tmp_path, "one\ntwo\n\fthree\n", "a.txt").pages
    assert [lines(page) for page in pages] == [["one", "two"], ["three"]]
    assert pages[1].words[0].place == Place(line=3)


def test_pipe_tables_are_tables(tmp_path: Path) -> None:
    """A Markdown table has its header and rows, its bars are no words, and the text around it stays."""
    page = read(tmp_path, "Before\n\n| Item | Price |\n|:---|---:|\n| **Bolt** | 1 |\n| Nut \\| washer |  |\n\nAfter\n", "a.md").pages[0]
    assert texts(page.tables[0]) == [["Item", "Price"], ["Bolt", "1"], ["Nut | washer", ""]]
    assert page.tables[0].header_rows == 1
    assert lines(page) == ["Before", "Item Price", "Bolt 1", "Nut | washer", "After"]


def test_bold_marks_are_no_part_of_words(tmp_path: Path) -> None:
    """Markdown's bold marks go, rows of asterisks stay."""
    assert lines(read(tmp_path, "**Total:** 5\n***** x *****\n", "a.md").pages[0]) == ["Total: 5", "***** x *****"]


def test_blank_text_is_empty_and_long_text_too_large(tmp_path: Path) -> None:
    """Both ends are refused with their category."""
    for content, limits, category in (
        (" \n\f\n", Limits(), FailureCategory.EMPTY),
        ("a b c", Limits(max_words=2), FailureCategory.TOO_LARGE),
        ("a b\fc", Limits(max_words=2), FailureCategory.TOO_LARGE),
    ):
        with pytest.raises(FileProblem) as problem:
            read(tmp_path, content, "a.txt", limits)
        assert problem.value.category is category
