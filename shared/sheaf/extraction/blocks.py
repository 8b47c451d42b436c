"""Stacks of lines that share a column: addresses, letterheads, cells of several lines."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.layout import Layout, Segment
from sheaf.extraction.traits import address_score, has_postal_code

MAX_LINES = 7
#: Widest gap inside a stack, in text heights.
LEADING = 1.3


def stacks(layout: Layout, page: int | None = None) -> list[list[Segment]]:
    """Every segment in exactly one stack: each continues with the nearest unclaimed segment below in its column."""
    taken: set[int] = set()
    found = []
    for segment in layout.segments:
        if segment.index in taken or (page is not None and segment.page != page):
            continue
        stack = [segment]
        while (below := next_below(layout, stack[-1], taken)) is not None:
            stack.append(below)
            taken.add(below.index)
        found.append(stack)
    return found


def next_below(layout: Layout, segment: Segment, taken: set[int] | frozenset[int] = frozenset()) -> Segment | None:
    """The line that continues ``segment`` in its column, or None."""
    height = layout.height(segment)
    for row in range(segment.row + 1, min(segment.row + 3, len(layout.rows))):
        for index in layout.rows[row]:
            other = layout.segments[index]
            close = other.page == segment.page and -0.6 * height <= other.box.y0 - segment.box.y1 <= LEADING * height
            if close and index not in taken and _shares_column(segment, other, height):
                return other
    return None


def _shares_column(one: Segment, other: Segment, height: float) -> bool:
    left = abs(one.box.x0 - other.box.x0) <= 1.2 * height
    centred = abs(one.box.x0 + one.box.x1 - other.box.x0 - other.box.x1) / 2 <= 1.5 * height
    return left or centred


def joined(lines: Sequence[Segment], quality: float, start: int = 0) -> Candidate:
    """A candidate over several lines, from ``start`` in the first; its value has them parted by commas."""
    texts = [lines[0].text[start:].strip(" :"), *(line.text.strip() for line in lines[1:])]
    words = (*lines[0].between(start + 1, len(lines[0].text)), *(word for line in lines[1:] for word in line.words))
    value = " ".join(text if text.endswith((",", "-")) or index == len(texts) - 1 else f"{text}," for index, text in enumerate(texts))
    return Candidate(value.strip(" ,"), "\n".join(texts), lines[0], start, len(lines[0].text), words, quality, len(lines))


def address_blocks(layout: Layout) -> list[Candidate]:
    """Runs of lines that look like addresses, the best run of each stack."""
    found = []
    for stack in stacks(layout):
        run, score = best_run(stack)
        if run and any(has_postal_code(line.text) for line in run):
            found.append(joined(run, min(1.0, score / 3)))
    return found


def best_run(stack: Sequence[Segment]) -> tuple[list[Segment], float]:
    """The contiguous lines whose address scores sum highest (Kadane), at most :data:`MAX_LINES`."""
    best: tuple[list[Segment], float] = ([], 0.0)
    for first in range(len(stack)):
        total = 0.0
        for last in range(first, min(first + MAX_LINES, len(stack))):
            total += address_score(stack[last].text)
            if total > best[1]:
                best = (list(stack[first : last + 1]), total)
    return best
