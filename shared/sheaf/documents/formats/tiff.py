"""TIFF: scans and faxes of many pages, each a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sheaf.documents.bounds import check_size, too_large
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.recognition import models
from sheaf.documents.recognition.opening import check_pixels, opened, picture_of, shown_size
from sheaf.documents.recognition.pages import not_installed
from sheaf.documents.recognition.picture import Picture
from sheaf.domain.errors import FileProblem

if TYPE_CHECKING:
    from PIL import Image


def read(path: Path, limits: Limits) -> Document:
    """A page for each picture, which waits for recognition, in pixels.

    Raises:
        FileProblem: ``corrupt`` or ``too_large``; ``unsupported`` where text recognition is not installed.
    """
    check_size(path, limits)
    if not models.installed():
        raise not_installed()
    with opened(path, limits) as image:
        return Document(format="tiff", pages=list(_pages(image, limits)))


def _pages(image: Image.Image, limits: Limits) -> Iterator[Page]:
    number = 0
    with suppress(EOFError):  # how Pillow says that there is no further frame
        while True:
            image.seek(number)
            number += 1
            if number > limits.max_pages:
                raise too_large("The file", number, limits.max_pages, "pages or more")
            check_pixels(image, limits)
            yield Page(number, *shown_size(image), needs_recognition=True)


def pictures(path: Path, numbers: Sequence[int], limits: Limits) -> Iterator[Picture | None]:
    """The pictures of these pages; None for one that is damaged."""
    for number in numbers:
        picture = None
        with suppress(FileProblem), opened(path, limits) as image:
            image.seek(number - 1)
            picture = picture_of(image)
        yield picture
