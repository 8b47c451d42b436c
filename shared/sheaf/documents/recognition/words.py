"""Letters of a line to words with boxes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean, median

import numpy as np

from sheaf.documents.model import Word
from sheaf.documents.recognition.lines import Corners
from sheaf.documents.recognition.lookalikes import settled
from sheaf.documents.recognition.spelling import Letter
from sheaf.domain.rows import Box

#: A gap of this many line heights between two letters' middles parts words that no space parts.
_GAP = 1.5
#: Two digits this many times as far apart as is usual in their line belong to two numbers; asked with so many to compare.
_DIGIT_GAP = 1.7
_FEWEST = 4
#: How far a word reaches beyond the middles of its first and last letters, in letters' widths.
_REACH = 0.62
#: The width of a letter that stands alone, in line heights.
_ALONE = 0.35
#: Of a line's rectangle, the share at the top and at the bottom that was added when it was found.
_MARGIN = 0.1


def words_of(corners: Corners, letters: Sequence[Letter], unit: float) -> list[Word]:
    """The words of one line between corners in pixels, clockwise from where its text begins; a pixel is ``unit`` of the boxes' units."""
    length = float(np.linalg.norm(corners[1] - corners[0])) or 1.0
    height = float(np.linalg.norm(corners[3] - corners[0])) / length
    runs = list(_runs(letters, _GAP * height, _between_digits(letters)))
    edges = _edges(runs, height)
    return [
        Word("".join(letter.text for letter in settled(run)), _box(corners, start, end, unit), confidence=_confidence(run))
        for run, (start, end) in zip(runs, edges, strict=True)
    ]


def _runs(letters: Sequence[Letter], gap: float, digit_gap: float) -> Iterator[list[Letter]]:
    """Letters that make one word each."""
    run: list[Letter] = []
    for letter in letters:
        if run and (letter.text == " " or letter.at - run[-1].at > (digit_gap if _are_digits(run[-1], letter) else gap)):
            yield run
            run = []
        if letter.text != " ":
            run.append(letter)
    if run:
        yield run


def _between_digits(letters: Sequence[Letter]) -> float:
    """The widest gap between digits of one number: digits are set at equal distances, so a space between two shows (a date and a time)."""
    steps = [after.at - before.at for before, after in pairwise(letters) if _are_digits(before, after)]
    return _DIGIT_GAP * median(steps) if len(steps) >= _FEWEST else 1.0


def _are_digits(one: Letter, other: Letter) -> bool:
    return one.text.isdigit() and other.text.isdigit()


def _edges(runs: Sequence[Sequence[Letter]], height: float) -> list[tuple[float, float]]:
    """Where each word begins and ends between the line's ends (0 to 1): half a letter beyond its letters, and no further than half-way."""
    reach = _REACH * _pitch(runs, height)
    bounds = [0.0, *((before[-1].at + after[0].at) / 2 for before, after in pairwise(runs)), 1.0]
    return [(max(run[0].at - reach, low), min(run[-1].at + reach, high)) for run, (low, high) in zip(runs, pairwise(bounds), strict=True)]


def _pitch(runs: Sequence[Sequence[Letter]], height: float) -> float:
    """The usual distance of two letters of a word."""
    steps = [after.at - before.at for run in runs for before, after in pairwise(run)]
    return median(steps) if steps else _ALONE * height


def _box(corners: Corners, start: float, end: float, unit: float) -> Box:
    """The smallest level rectangle around a part of a line."""
    top, bottom = corners[1] - corners[0], corners[2] - corners[3]
    rise = (corners[3] - corners[0]) * _MARGIN
    points = np.stack([
        corners[0] + top * start + rise,
        corners[0] + top * end + rise,
        corners[3] + bottom * end - rise,
        corners[3] + bottom * start - rise,
    ])  # fmt: skip
    low, high = points.min(axis=0) * unit, points.max(axis=0) * unit
    return Box(*(round(float(value), 2) for value in (*low, *high)))


def _confidence(run: Sequence[Letter]) -> float:
    """A number is as sure as its least sure digit; a word of letters is legible with a doubtful one."""
    least = min(letter.confidence for letter in run)
    if any(letter.text.isdigit() for letter in run):
        return round(least, 3)
    return round(math.sqrt(least * fmean(letter.confidence for letter in run)), 3)
