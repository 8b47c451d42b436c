"""HEIC: photographs as telephones keep them; of a file with several pictures, the main one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sheaf.documents import heif
from sheaf.documents.bounds import check_size
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Page
from sheaf.documents.recognition import models
from sheaf.documents.recognition.opening import picture_of
from sheaf.documents.recognition.pages import not_installed
from sheaf.documents.recognition.picture import Picture


def read(path: Path, limits: Limits) -> Document:
    """The one page, which waits for recognition, in pixels as viewers show it.

    Raises:
        FileProblem: ``corrupt`` or ``too_large``; ``unsupported`` where text recognition or the library for HEIC is not installed.
    """
    check_size(path, limits)
    if not models.installed():
        raise not_installed()
    width, height = heif.size_of(path, limits)
    return Document(format="heic", pages=[Page(1, width, height, needs_recognition=True)])


def pictures(path: Path, _numbers: Sequence[int], limits: Limits) -> Iterator[Picture]:
    """The picture itself; raises FileProblem as :func:`read`."""
    from PIL import Image

    yield picture_of(Image.fromarray(heif.pixels_of(path, limits)))
