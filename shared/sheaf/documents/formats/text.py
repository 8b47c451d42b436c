"""Plain text and Markdown: every line keeps its own columns; Markdown's pipe tables are read as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sheaf.documents.bounds import read_bytes
from sheaf.documents.encoding import decoded
from sheaf.documents.grid import Block, GridCell, line_block, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page, Place
from sheaf.domain.errors import FailureCategory, FileProblem

_FORM_FEED = "\f"
#: The line under a Markdown table's header.
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?)?\s*")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
#: Markdown's bold marks, replaced by spaces so that columns stay.
_BOLD = re.compile(r"(?<![*\w])\*\*(?=[^\s*])(.{1,200}?)(?<=[^\s*])\*\*(?![*\w])")

Line = tuple[int, str]


def read(path: Path, limits: Limits) -> Document:
    """Read the text, a page for each form feed in it.

    Raises:
        FileProblem: ``empty`` or ``too_large``.
    """
    pages = list(_pages(decoded(read_bytes(path, limits)), limits))
    if not any(page.words for page in pages):
        raise FileProblem(FailureCategory.EMPTY, "The file holds no text.")
    return Document(format="text", pages=pages)


def _pages(text: str, limits: Limits) -> Iterator[Page]:
    left = limits.max_words
    line = 1
    for number, sheet in enumerate(text.strip("\ufeff").replace("\x00", "").split(_FORM_FEED), start=1):
        page = block_of(sheet, line).page(number, left)
        left, line = left - len(page.words), line + len(_lines(sheet)) - 1
        yield page


def block_of(text: str, first_line: int = 1) -> Block:
    """The text laid out, its lines numbered from ``first_line``."""
    return _block(list(enumerate(_lines(text), start=first_line)))


def _lines(text: str) -> list[str]:
    return [line.expandtabs(8) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _block(lines: Sequence[Line]) -> Block:
    blocks = []
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        blocks.append(_table(lines[at:end]) if end else _line(lines[at]))
        at = end or at + 1
    return stacked(blocks)


def _line(line: Line) -> Block:
    number, text = line
    return line_block(_BOLD.sub(r"  \1  ", text), Place(line=number))


def _table_end(lines: Sequence[Line], at: int) -> int:
    """Where the pipe table that starts at this line ends, or 0 where none does."""
    if at + 1 >= len(lines) or "|" not in lines[at][1] or not _RULE.fullmatch(lines[at + 1][1][:1000]):
        return 0
    end = at + 2
    while end < len(lines) and "|" in lines[end][1]:
        end += 1
    return end


def _table(lines: Sequence[Line]) -> Block:
    rows = [_row(line) for i, line in enumerate(lines) if i != 1]
    return tabulated(rows, header_rows=1)


def _row(line: Line) -> list[GridCell | None]:
    number, text = line
    inner = text.strip().removeprefix("|").removesuffix("|")
    texts = [piece.replace("\\|", "|").strip(" *") for piece in _UNESCAPED_PIPE.split(inner)]
    place = Place(line=number)
    return [GridCell(text_block(piece, place), piece, place) if piece else None for piece in texts]
