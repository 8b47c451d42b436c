"""Characters to words: split at white space and wide gaps, put in reading order."""

from __future__ import annotations

import numpy as np

from sheaf.documents.model import Word
from sheaf.documents.pdf.characters import Characters
from sheaf.documents.pdf.geometry import Boxes, Frame, Indices, Marks, Units
from sheaf.documents.reading_order import in_reading_order
from sheaf.domain.rows import Box

#: A gap of this share of the character's height parts two words where the file has no space between them.
_GAP = 0.35
_SPACES = (0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B))
_INVISIBLE = (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)
_REPLACEMENT = 0xFFFD
_LAST_SPACE_CONTROL = 0x20
_LAST_CODE_POINT = 0x10FFFF
_PRIVATE_USE = (0xE000, 0xF8FF)


def words_of(characters: Characters, frame: Frame) -> list[Word]:
    """The words of a page in reading order, boxes as shown; text outside the visible frame is left out."""
    units, boxes = _visible(characters.units, frame.shown(characters.boxes), frame)
    if not len(units):
        return []
    starts, ends = _runs(units, boxes)
    texts = _texts(units, starts, ends)
    return in_reading_order(_without_doubles(texts, _unions(boxes, starts, ends)))


def readable(units: Units) -> int:
    """How many characters are text a person could read: not spaces, controls, private-use or replacement characters."""
    first, last = _PRIVATE_USE
    private = (units >= first) & (units <= last)
    return int(np.count_nonzero(~(_blank(units) | private | (units == _REPLACEMENT))))


def _blank(units: Units) -> Marks:
    controls: Marks = units <= _LAST_SPACE_CONTROL
    # For few characters numpy would sort instead, and load its masked arrays for that, which takes longer than the page.
    return controls | np.isin(units, _SPACES, kind="table")


def _visible(units: Units, boxes: Boxes, frame: Frame) -> tuple[Units, Boxes]:
    width, height = frame.size
    inside = (boxes[:, 2] >= 0) & (boxes[:, 0] <= width) & (boxes[:, 3] >= 0) & (boxes[:, 1] <= height)
    keep = (inside | _blank(units)) & ~np.isin(units, _INVISIBLE)
    return units[keep], boxes[keep]


def _runs(units: Units, boxes: Boxes) -> tuple[Indices, Indices]:
    """Start and end (exclusive) of every run of characters that make one word."""
    blank = _blank(units)
    opens = ~blank
    opens[1:] &= blank[:-1] | _apart(boxes)
    closes = ~blank
    closes[:-1] &= blank[1:] | opens[1:]
    return np.flatnonzero(opens), np.flatnonzero(closes) + 1


def _apart(boxes: Boxes) -> Marks:
    """For each character but the first: does a wide gap, along either axis, part it from the one before?"""
    before, after = boxes[:-1], boxes[1:]
    across = np.maximum(after[:, 0] - before[:, 2], before[:, 0] - after[:, 2])
    down = np.maximum(after[:, 1] - before[:, 3], before[:, 1] - after[:, 3])
    # The larger side is the font's height, whichever way the text runs.
    size = np.maximum(before[:, 3] - before[:, 1], before[:, 2] - before[:, 0])
    apart: Marks = np.maximum(across, down) > _GAP * size
    return apart


def _texts(units: Units, starts: Indices, ends: Indices) -> list[str]:
    text = np.where(units > _LAST_CODE_POINT, _REPLACEMENT, units).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    pieces = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    if text.isascii():
        return pieces
    return [piece if piece.isascii() else _repaired(piece) for piece in pieces]


def _repaired(text: str) -> str:
    """Surrogate halves joined, ligatures spelled out."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").translate(_LIGATURES)


def _unions(boxes: Boxes, starts: Indices, ends: Indices) -> list[Box]:
    padded = np.vstack((boxes, boxes[-1:]))
    # reduceat takes what lies between each bound and the next: a word, then what parts it from the following one, by turns.
    bounds = np.stack((starts, ends), axis=1).ravel()
    low = np.minimum.reduceat(padded[:, :2], bounds)[::2]
    high = np.maximum.reduceat(padded[:, 2:], bounds)[::2]
    return [Box(*row) for row in np.round(np.hstack((low, high)).astype(np.float64), 2).tolist()]


def _without_doubles(texts: list[str], boxes: list[Box]) -> list[Word]:
    """The words, less those printed twice on nearly the same spot, which is how some programs make bold."""
    seen: set[tuple[str, int, int]] = set()
    words = []
    for text, box in zip(texts, boxes, strict=True):
        spot = (text, round(box.x0 / 2), round(box.y0 / 2))
        if spot not in seen:
            seen.add(spot)
            words.append(Word(text, box))
    return words
