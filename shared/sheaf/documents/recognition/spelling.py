"""Lines of text to characters, each with its place in the line and how sure it is.

The network answers, for every eighth of a line's height and width, how likely each character begins there or none does; reading off the
likeliest and leaving out repetitions is best-path decoding: A. Graves et al., "Connectionist Temporal Classification" (2006), section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sheaf.documents.recognition.alphabet import Spelling, characters, spelling
from sheaf.documents.recognition.models import Models, models
from sheaf.documents.recognition.options import Recognition
from sheaf.documents.recognition.picture import Floats, Pixels, batch_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The height of a line as the network takes it.
HEIGHT = 48
#: Pixels of width that one step of the answer stands for.
_STEP = 8
#: The network has seen no line narrower than this; shorter ones are padded.
_LEAST_WIDTH = 160
#: A longer line is squeezed: sixty-six times as long as high.
_MOST_WIDTH = 3_168
#: Widths of a batch together: as many lines at a time as keep memory flat.
_BATCH_WIDTH = 3_200


#: A character this likely was seen clearly; of others, so many are looked at.
_CLEAR, _RUNNERS = 0.9, 4


class Letter(NamedTuple):
    """A character, how sure it is (0 to 1), and where its middle stands between the line's ends (0 to 1)."""

    text: str
    confidence: float
    at: float
    #: What else it may be, the likeliest first; nothing where it was seen clearly.
    others: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """Reads lines with the letters of some languages."""

    models: Models
    spelling: Spelling
    #: ``spelling.classes`` behind class 0, which says that nothing new begins.
    columns: NDArray[np.intp]

    def read(self, crops: Sequence[Pixels]) -> list[list[Letter]]:
        """The characters of each line, in the order given; spaces are among them."""
        answers: list[list[Letter]] = [[] for _ in crops]
        for batch in _batches([_width(crop) for crop in crops]):
            chances = self.models.speller(_padded([crops[index] for index in batch]))
            for index, chance in zip(batch, chances, strict=True):
                answers[index] = self._letters(chance, _width(crops[index]))
        return answers

    def _letters(self, chances: Floats, width: int) -> list[Letter]:
        """Characters of one line from its steps × classes, ``width`` pixels of which are the line."""
        likely = chances[:, self.columns]
        best = likely.argmax(axis=1)
        new = best != 0
        new[1:] &= best[1:] != best[:-1]
        steps = np.flatnonzero(new)
        shares = np.minimum((steps + 0.5) * _STEP / width, 1.0)
        return [
            Letter(self.spelling.written[best[step] - 1], float(likely[step, best[step]]), share, self._others(likely[step]))
            for step, share in zip(steps.tolist(), shares.tolist(), strict=True)
        ]

    def _others(self, likely: Floats) -> str:
        """The characters after the likeliest one that have a chance."""
        if likely.max() > _CLEAR:
            return ""
        ranked = likely.argsort()[::-1][1:_RUNNERS]
        return "".join(self.spelling.written[column - 1] for column in ranked if column and likely[column] >= 1.0 - _CLEAR)


@cache
def speller(recognition: Recognition) -> Speller:
    """The speller of these languages, made once per process; raises InvalidInput for an unknown language."""
    loaded = models(recognition.pinned_threads)
    chosen = spelling(loaded.classes[1:], characters(recognition.languages))
    return Speller(loaded, chosen, np.array([0, *(number + 1 for number in chosen.classes)]))


def _width(crop: Pixels) -> int:
    tall, wide = crop.shape[:2]
    return int(min(max(round(wide * HEIGHT / tall), 1), _MOST_WIDTH))


def _padded_width(widths: Sequence[int]) -> int:
    return max(-(-max(widths) // _STEP) * _STEP, _LEAST_WIDTH)


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of lines of like width, together as wide as a batch may be."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (len(batch) + 1) * _padded_width([widths[index]]) > _BATCH_WIDTH:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _padded(crops: Sequence[Pixels]) -> Floats:
    import cv2

    widths = [_width(crop) for crop in crops]
    batch = np.zeros((len(crops), 3, HEIGHT, _padded_width(widths)), dtype=np.float32)
    for place, crop, width in zip(batch, crops, widths, strict=True):
        shrinks = crop.shape[0] > HEIGHT
        small = cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        place[:, :, :width] = batch_of(np.asarray(small, dtype=np.uint8))
    return batch
