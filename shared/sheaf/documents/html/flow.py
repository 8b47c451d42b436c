"""Inline text gathered across elements and wrapped into lines, each word citing the element it begins in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from sheaf.documents.grid import Block, Token, line_block, stacked
from sheaf.documents.model import Place

#: Stands for a forced line break: white space of the source itself never breaks a line.
_BREAK = "\u2028"
_TOKEN = re.compile(r"\S+")
_EMPTY_LINE = 1


class Flow:
    """Takes text and blocks in document order and stacks them."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._blocks: list[Block] = []
        self._texts: list[str] = []
        self._starts: list[int] = []
        self._styles: list[tuple[Place, bool]] = []
        self._length = 0

    def text(self, text: str | None, place: Place, *, bold: bool = False) -> None:
        """Add inline text; adjoining pieces without white space between them make one word."""
        if text:
            self._starts.append(self._length)
            self._styles.append((place, bold))
            self._texts.append(text)
            self._length += len(text)

    def line_break(self) -> None:
        """End the line."""
        self.text(_BREAK, Place())

    def block(self, block: Block) -> None:
        """Add a finished block below what came before."""
        self.flush()
        self._blocks.append(block)

    def preformatted(self, text: str, place: Place) -> None:
        """Add text whose own line breaks and columns count."""
        self.flush()
        self._blocks += [line_block(line.expandtabs(8), place) for line in text.splitlines()]

    def gap(self) -> None:
        """Leave one empty line, unless there is one or nothing is above it."""
        self.flush()
        if self._blocks and self._blocks[-1].tokens:
            self._blocks.append(Block(height=_EMPTY_LINE))

    def flush(self) -> None:
        """End the paragraph."""
        text = "".join(self._texts)
        if text.strip():
            self._blocks += list(self._lines(text))
        self._texts, self._starts, self._styles, self._length = [], [], [], 0

    def finished(self) -> Block:
        """Everything so far as one block; the flow is empty afterwards."""
        self.flush()
        while self._blocks and not self._blocks[-1].tokens:
            self._blocks.pop()
        blocks, self._blocks = self._blocks, []
        return stacked(blocks)

    def _lines(self, text: str) -> Iterator[Block]:
        start = 0
        for line in text.split(_BREAK):
            if line.strip():
                yield self._wrapped(line, start)
            start += len(line) + 1

    def _wrapped(self, line: str, start: int) -> Block:
        block = Block(height=1)
        column = 0
        for found in _TOKEN.finditer(line):
            word = found[0]
            if column and column + len(word) > self.width:
                column, block.height = 0, block.height + 1
            place, bold = self._styles[bisect_right(self._starts, start + found.start()) - 1]
            block.tokens.append(Token(word, column, block.height - 1, place, bold))
            block.width = max(block.width, column + len(word))
            column += len(word) + 1
        return block
