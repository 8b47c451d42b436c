"""Header rows of tables printed on a page: known by their labels, on one line or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sheaf.documents.model import Word
from sheaf.extraction import lexicon, senses
from sheaf.extraction.labels import Labels
from sheaf.extraction.layout import Layout, Segment, union
from sheaf.extraction.rules import rule

#: Concepts that head a column of a table of goods and services.
_COLUMN_CONCEPTS = frozenset(
    (
        "item_description quantity unit unit_price line_total item_code line_number tax_rate tax_amount discount "
        "total net_total invoice_date delivery_date reference paid closing_balance invoice_number due_date other"
    ).split()
)
#: Widest gap between the two lines of a header, in text heights.
HEADER_GAP = 0.8


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, where that stands, and the span the column takes, up to half way to its neighbours."""

    header: str
    x0: float
    x1: float
    header_x0: float
    header_x1: float


Part = tuple[str, tuple[Word, ...]]


def header_at(layout: Layout, labels: Labels, row: int, phrases: frozenset[str]) -> tuple[list[Column], int]:
    """The columns a row heads, alone or with the one below it, and how many rows that takes; ([], 0) when it heads none."""
    parts = _row_parts(layout, labels, row, phrases)
    if not parts:
        return [], 0
    below = _row_parts(layout, labels, row + 1, phrases) if _follows(layout, row) else []
    both = _joined(parts, below) if below else parts
    if both != parts and _goes_on(parts, below, both, phrases):
        return _columns(both), 2
    return (_columns(parts), 1) if _is_header(parts, phrases) else ([], 0)


def _goes_on(parts: Sequence[Part], below: Sequence[Part], both: Sequence[Part], phrases: frozenset[str]) -> bool:
    if _is_header(parts, phrases) and _explains(parts, below, both):
        return True
    return _named(both, phrases) > _named(parts, phrases) and _is_header(both, phrases)


@rule("second-header-lines", otherwise=lambda *_: False)
def _explains(parts: Sequence[Part], below: Sequence[Part], both: Sequence[Part]) -> bool:
    """Whether a line under a header goes on with it: several parts without digits, each under a part of the header.

    Assumes that the first row of a table has figures.
    """
    return len(below) > 1 and len(both) == len(parts) and not any(character.isdigit() for text, _ in below for character in text)


def _row_parts(layout: Layout, labels: Labels, row: int, phrases: frozenset[str]) -> list[Part]:
    return [part for index in layout.rows[row] for part in _parts(labels, layout.segments[index], phrases)]


def _follows(layout: Layout, row: int) -> bool:
    """Is there a row close below, as the second line of a header is?"""
    if row + 1 >= len(layout.rows):
        return False
    one, other = (layout.segments[layout.rows[at][0]] for at in (row, row + 1))
    return one.page == other.page and other.box.y0 - one.box.y1 <= HEADER_GAP * layout.height(one)


def _joined(parts: Sequence[Part], below: Sequence[Part]) -> list[Part]:
    """Two lines of a header as one: each part of the lower line goes to the one it stands under, or stands for itself."""
    found = [(part, union(part[1])) for part in parts]
    for text, words in below:
        box = union(words)
        under = [at for at, (_, above) in enumerate(found) if above.x0 < box.x1 and box.x0 < above.x1]
        if len(under) == 1:
            (said, above_words), _ = found[under[0]]
            together = (*above_words, *words)
            found[under[0]] = (f"{said} {text}", together), union(together)
        else:
            found.append(((text, words), box))
    return [part for part, _ in sorted(found, key=lambda pair: pair[1].x0)]


def _named(parts: Sequence[Part], phrases: frozenset[str]) -> int:
    return sum(_names_column(text, phrases) for text, _ in parts)


def _is_header(parts: Sequence[Part], phrases: frozenset[str]) -> bool:
    """Most of a header's parts must be labels, and none a number."""
    named = _named(parts, phrases)
    return len(parts) >= 2 and named >= 2 and named * 2 >= len(parts) and not any(any(c.isdigit() for c in text) for text, _ in parts)


def _columns(parts: Sequence[Part]) -> list[Column]:
    boxes = [union(words) for _, words in parts]
    return [
        Column(
            text,
            (boxes[index - 1].x1 + boxes[index].x0) / 2 if index else float("-inf"),
            (boxes[index].x1 + boxes[index + 1].x0) / 2 if index + 1 < len(parts) else float("inf"),
            boxes[index].x0,
            boxes[index].x1,
        )
        for index, (text, _) in enumerate(parts)
    ]


def _names_column(text: str, phrases: frozenset[str]) -> bool:
    key = lexicon.label_key(text)
    return key in phrases or bool(_COLUMN_CONCEPTS & set(lexicon.labels().get(key, ()))) or _known_column(key)


@rule("headers-by-meaning", otherwise=lambda _: False)
def _known_column(key: str) -> bool:
    """Whether a header's words are such as head columns.

    Assumes that a row without digits, most of whose parts are words for goods, counts, sums or days, heads a table.
    """
    return senses.heads_column(key)


def _parts(labels: Labels, segment: Segment, phrases: frozenset[str]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """A header segment as one label, or taken apart where two stand close together."""
    if _names_column(segment.text, phrases):
        yield segment.text, segment.words
        return
    inside = sorted((one for one in labels.by_segment.get(segment.index, ()) if one.match >= 0.95), key=lambda one: (one.first, -one.last))
    covered, spans = 0, []
    for one in inside:
        if one.first >= covered:
            spans.append((one.first, one.last))
            covered = one.last
    if sum(last - first for first, last in spans) == len(segment.words) and len(spans) > 1:
        for first, last in spans:
            words = segment.words[first:last]
            yield " ".join(word.text for word in words), words
    else:
        yield segment.text, segment.words
