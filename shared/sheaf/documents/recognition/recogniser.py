"""A picture of a page to its words: found, laid straight, read, and turned about where it stands on its head."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from sheaf.documents.model import Turn, Word
from sheaf.documents.reading_order import in_reading_order
from sheaf.documents.recognition.levelling import Sheet, lie_of, sheet_of
from sheaf.documents.recognition.lines import Corners, Line, find_lines
from sheaf.documents.recognition.options import Recognition
from sheaf.documents.recognition.picture import Picture, Pixels
from sheaf.documents.recognition.spelling import Letter, Speller, speller
from sheaf.documents.recognition.words import words_of

#: Lines whose letters are this sure on the whole stand upright.
_UPRIGHT = 0.8
#: So many lines, the longest, are tried the other way round.
_TRIED = 8
#: A line this many times as high as wide may be a single letter, or text that runs up or down.
_STANDING = 1.5
#: Lines are read from their crops at most this high; the network takes them half as high.
_CROP_HEIGHT = 96
#: Letters less sure than this on the whole are dirt or a pattern, no text.
_DIRT = 0.35
#: Lines read between two looks at the clock.
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Recognised:
    """What stands on a picture: words in reading order on the page laid straight, its size there, and the way back."""

    words: Sequence[Word]
    width: float
    height: float
    turn: Turn | None
    #: False when time ran out before all lines were read.
    whole: bool = True


def recognise(picture: Picture, recognition: Recognition) -> Recognised:
    """Read a picture within the time a page may take; raises FileProblem where the models are not there."""
    reader = _Reader(speller(recognition), time.monotonic() + recognition.page_seconds)
    sheet, lines = _straightened(sheet_of(picture.pixels), reader.speller)
    read = reader.read(sheet.pixels, lines)
    if _on_its_head(sheet.pixels, lines, read, reader):
        sheet, lines = sheet.turned(2), [_about(line, sheet.pixels) for line in lines]
        read = reader.read(sheet.pixels, lines)
    words = [word for corners, letters in read if _is_text(letters) for word in words_of(corners, letters, picture.unit)]
    tall, wide = sheet.pixels.shape[:2]
    turn = sheet.turn(picture.unit)
    return Recognised(in_reading_order(words), wide * picture.unit, tall * picture.unit, turn, whole=len(read) == len(lines))


def _straightened(sheet: Sheet, reader: Speller) -> tuple[Sheet, list[Line]]:
    """The page with level lines, and where they are."""
    lines = find_lines(sheet.pixels, reader.models.finder)
    lie = lie_of(lines)
    if lie.level:
        return sheet, lines
    straight = sheet.straightened(lie)
    return straight, straight.moved_lines(lines) if lie.nearly else find_lines(straight.pixels, reader.models.finder)


#: The corners of a line from where its text begins, and its letters.
_Read = tuple[Corners, list[Letter]]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads lines until its time is over."""

    speller: Speller
    until: float

    def read(self, pixels: Pixels, lines: Sequence[Line]) -> list[_Read]:
        """Each line, read the way it makes the most sense; fewer when time ran out."""
        answers: list[_Read] = []
        for start in range(0, len(lines), _AT_ONCE):
            if time.monotonic() > self.until:
                break
            answers += self._some(pixels, lines[start : start + _AT_ONCE])
        return answers

    def _some(self, pixels: Pixels, lines: Sequence[Line]) -> Iterator[_Read]:
        ways = [list(_ways(line)) for line in lines]
        letters = iter(self.speller.read([_crop(pixels, corners) for each in ways for corners in each]))
        for each in ways:
            yield max(((corners, next(letters)) for corners in each), key=lambda read: _sureness(read[1]))


def _ways(line: Line) -> Iterator[Corners]:
    """The corners that a line's text may begin from, the likeliest first."""
    yield line.corners
    if line.height >= _STANDING * line.width:
        yield np.roll(line.corners, 1, axis=0)
        yield np.roll(line.corners, -1, axis=0)


def _crop(pixels: Pixels, corners: Corners) -> Pixels:
    """A line's pixels, level, and not much higher than they are read at."""
    import cv2

    low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    high = np.maximum(np.ceil(corners.max(axis=0)).astype(int), low + 1)
    part, inside = pixels[low[1] : high[1], low[0] : high[0]], corners - low
    height = float(np.linalg.norm(corners[3] - corners[0]))
    if height > _CROP_HEIGHT:
        factor = _CROP_HEIGHT / height
        part = np.asarray(cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        inside = inside * factor
    wide = max(round(float(np.linalg.norm(inside[1] - inside[0]))), 1)
    tall = max(round(float(np.linalg.norm(inside[3] - inside[0]))), 1)
    target = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(inside.astype(np.float32), target)
    return np.asarray(
        cv2.warpPerspective(part, matrix, (wide, tall), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
    )


def _on_its_head(pixels: Pixels, lines: Sequence[Line], read: Sequence[_Read], reader: _Reader) -> bool:
    """Whether the page makes more sense the other way round: asked only where it makes little as it is."""
    if not read or _overall(read) >= _UPRIGHT:
        return False
    longest = sorted(range(len(read)), key=lambda index: -lines[index].width)[:_TRIED]
    crops = [_crop(pixels, np.roll(lines[index].corners, 2, axis=0)) for index in longest]
    other = [(lines[index].corners, letters) for index, letters in zip(longest, reader.speller.read(crops), strict=True)]
    return _overall(other) > _overall([read[index] for index in longest])


def _about(line: Line, pixels: Pixels) -> Line:
    """The line on the page turned by half."""
    tall, wide = pixels.shape[:2]
    return Line(np.roll(np.array([wide, tall], dtype=np.float32) - line.corners, 2, axis=0))


def _sureness(letters: Sequence[Letter]) -> float:
    return fmean(letter.confidence for letter in letters) if letters else 0.0


def _overall(read: Sequence[_Read]) -> float:
    """How sure all letters of some lines are together; 0 for lines that nothing was read from."""
    return _sureness([letter for _, letters in read for letter in letters])


def _is_text(letters: Sequence[Letter]) -> bool:
    return _sureness(letters) >= _DIRT
