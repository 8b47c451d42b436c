"""Blocks on the character grid keep their order, columns and extent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheaf.documents.grid import GUTTER, GridCell, stacked, tabulated, text_block
from sheaf.documents.model import Place, Word
from sheaf.documents.reading_order import in_reading_order, lines_of
from sheaf.domain.rows import Box

_TEXTS = st.text("ab \n", max_size=20)


def _cell(text: str, *, colspan: int = 1, rowspan: int = 1) -> GridCell:
    return GridCell(text_block(text, Place(line=1)), text, colspan=colspan, rowspan=rowspan)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    """Cells of a column begin together; a span that needs more room widens its last column only."""
    block = tabulated([[_cell("a"), _cell("bbb")], [_cell("aaaa"), _cell("b")], [_cell("x" * 20, colspan=2)]])
    columns = {(token.text, token.line): token.column for token in block.tokens}
    assert columns["bbb", 0] == columns["b", 1] == 4 + GUTTER
    assert block.width == 20
    assert block.height == 3


def test_rows_are_as_high_as_their_highest_cell() -> None:
    """A cell of several lines pushes the next row down; a span of rows counts for its last one."""
    block = tabulated([[_cell("a\nb\nc\nd", rowspan=2), _cell("x")], [None, _cell("y")], [_cell("z")]])
    lines = {token.text: token.line for token in block.tokens}
    assert (lines["x"], lines["y"], lines["d"], lines["z"]) == (0, 1, 3, 4)


@given(st.lists(st.lists(_TEXTS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_no_two_words_overlap_and_none_is_lost(rows: list[list[str]]) -> None:
    """Whatever is laid out in a table and below another, every word is there, apart from the others and inside the block."""
    block = stacked([text_block("above", None), tabulated([[_cell(text) for text in row] for row in rows])])
    words = "above " + " ".join(text for row in rows for text in row)
    assert sorted(token.text for token in block.tokens) == sorted(words.split())
    taken = [(token.line, column) for token in block.tokens for column in range(token.column, token.column + len(token.text))]
    assert len(taken) == len(set(taken))
    assert all(token.column + len(token.text) <= block.width and token.line < block.height for token in block.tokens)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(1, 60), st.integers(1, 30)), max_size=30))
def test_reading_order_keeps_every_word_and_sorts_each_line(boxes: list[tuple[int, int, int, int]]) -> None:
    """Lines run from the top, each from the left, and nothing is lost or doubled."""
    words = [Word(str(i), Box(x, y, x + width, y + height)) for i, (x, y, width, height) in enumerate(boxes)]
    assert sorted(word.text for word in in_reading_order(words)) == sorted(word.text for word in words)
    lines = lines_of(words)
    assert all(line == sorted(line, key=lambda word: word.box.x0) for line in lines)
    middles = [min((word.box.y0 + word.box.y1) / 2 for word in line) for line in lines]
    assert middles == sorted(middles)
