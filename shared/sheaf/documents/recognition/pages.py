"""Documents whose pages are pictures, completed with what is written on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page, Word
from sheaf.documents.reading_order import in_reading_order
from sheaf.documents.recognition import models
from sheaf.documents.recognition.options import Recognition
from sheaf.documents.recognition.picture import Picture
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box

#: The pictures of the pages with these numbers, one after the other; None for a page that cannot be shown.
Pictures = Callable[[Sequence[int]], Iterable[Picture | None]]
#: A recognised word that has this share of itself under a word of the file's own is that word.
_SAME = 0.4


def completed(document: Document, pictures: Pictures, recognition: Recognition, limits: Limits) -> Document:
    """The document with the words of every page that waits for recognition; notes tell which pages could not be read, and why.

    Raises:
        FileProblem: where nothing of the document could be read: ``unsupported`` without text recognition, ``corrupt`` where no picture can
            be shown, ``timeout``; ``too_large`` beyond the words that a file may hold; else what showing a page raises.
    """
    waiting = [page.number for page in document.pages if page.needs_recognition]
    if not models.installed():
        if _holds_nothing(document):
            raise not_installed()
        note = f"{_named(waiting)} not read: text recognition is not installed. {models.HOW_TO_INSTALL}"
        return replace(document, notes=[*document.notes, note])
    reading = _Reading(recognition, limits.max_words - sum(len(page.words) for page in document.pages))
    pages = {page.number: page for page in document.pages}
    for number, picture in zip(waiting, pictures(waiting), strict=False):
        if reading.is_over:
            break
        pages[number] = reading.page(pages[number], picture)
    notes = list(reading.notes(waiting))
    read = replace(document, pages=list(pages.values()), notes=[*document.notes, *notes])
    if _holds_nothing(read):
        raise FileProblem(FailureCategory.CORRUPT if reading.damaged else FailureCategory.TIMEOUT, " ".join(notes))
    return read


def _holds_nothing(document: Document) -> bool:
    """Whether all its pages wait for recognition, and it has no data or tables beside them."""
    return all(page.needs_recognition for page in document.pages) and not document.data and not document.tables


def not_installed() -> FileProblem:
    """The problem of a document of pictures only: reading none of it must not look like reading nothing in it."""
    message = f"Its pages are pictures without text, and text recognition is not installed. {models.HOW_TO_INSTALL}"
    return FileProblem(FailureCategory.UNSUPPORTED, message)


class _Reading:
    """One pass over a document's pictures."""

    def __init__(self, recognition: Recognition, words_left: int) -> None:
        self._recognition, self._words_left = recognition, words_left
        self._until = time.monotonic() + recognition.document_seconds
        self._read: set[int] = set()
        #: The pages that cannot be shown.
        self.damaged: list[int] = []
        self._cut: list[int] = []

    @property
    def is_over(self) -> bool:
        """Whether the document's time has run out."""
        return time.monotonic() > self._until

    def page(self, page: Page, picture: Picture | None) -> Page:
        """The page with the words on its picture; as it is where there is no picture of it."""
        from sheaf.documents.recognition.recogniser import recognise

        self._read.add(page.number)
        if picture is None:
            self.damaged.append(page.number)
            return page
        found = recognise(picture, self._recognition)
        self._words_left -= len(found.words)
        if self._words_left < 0:
            raise FileProblem(FailureCategory.TOO_LARGE, "The file holds more text than is read from one file. Split it and try again.")
        if not found.whole:
            self._cut.append(page.number)
        if found.turn is None:
            return replace(page, words=_with_own(page.words, found.words), needs_recognition=False)
        return replace(page, words=found.words, width=found.width, height=found.height, turn=found.turn, needs_recognition=False)

    def notes(self, waiting: Sequence[int]) -> Iterator[str]:
        """What was not read, for people."""
        if left := [number for number in waiting if number not in self._read]:
            yield f"{_named(left)} not read: recognising all pages takes longer than a file may. Split it to read them."
        if self.damaged:
            yield f"{_named(self.damaged)} not read: the picture is damaged."
        if self._cut:
            yield f"{_named(self._cut)} not read to the end: recognition took too long."


def _with_own(own: Sequence[Word], recognised: Sequence[Word]) -> Sequence[Word]:
    """The words of the file's own, which are exact, and the recognised ones that are not among them."""
    if not own:
        return recognised
    others = [word for word in recognised if not any(_covered(word.box, each.box) for each in own)]
    return in_reading_order([*own, *others])


def _covered(box: Box, by: Box) -> bool:
    width, height = min(box.x1, by.x1) - max(box.x0, by.x0), min(box.y1, by.y1) - max(box.y0, by.y0)
    return width > 0 and height > 0 and width * height > _SAME * (box.x1 - box.x0) * (box.y1 - box.y0)


def _named(numbers: Sequence[int]) -> str:
    """``Page 3 was`` or ``Pages 2-4, 7 were``."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    text = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"Page {text} was" if len(numbers) == 1 else f"Pages {text} were"
