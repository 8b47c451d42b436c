"""Pictures of one page: PNG, JPEG, WebP, BMP, GIF and what else Pillow opens; of one that moves, the first frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sheaf.documents.bounds import check_size
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.recognition import models
from sheaf.documents.recognition.opening import opened, picture_of, shown_size
from sheaf.documents.recognition.pages import not_installed
from sheaf.documents.recognition.picture import Picture


def read(path: Path, limits: Limits) -> Document:
    """The one page, which waits for recognition, in pixels as viewers show it.

    Raises:
        FileProblem: ``corrupt`` or ``too_large``; ``unsupported`` where text recognition is not installed.
    """
    check_size(path, limits)
    if not models.installed():
        raise not_installed()
    with opened(path, limits) as image:
        width, height = shown_size(image)
        return Document(format="image", pages=[Page(1, width, height, needs_recognition=True)])


def pictures(path: Path, _numbers: Sequence[int], limits: Limits) -> Iterator[Picture]:
    """The picture itself; raises FileProblem as :func:`read`."""
    with opened(path, limits) as image:
        yield picture_of(image)
