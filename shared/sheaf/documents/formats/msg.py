"""MSG: Outlook's messages, read as mail; attachments as members, messages among them as mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sheaf.documents.formats.eml import document_of, members_of
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.documents.outlook.message import message_of
from sheaf.documents.outlook.storage import opened
from sheaf.ports.files import Member


def read(path: Path, limits: Limits) -> Document:
    """Read the message: its headers, then its text, as HTML where it has that.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    with opened(path, limits) as storage:
        return document_of(message_of(storage, limits), "msg", limits)


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """The message's attachments; attached messages end in ``.eml``.

    Raises:
        FileProblem: as :func:`read`.
    """
    with opened(path, limits) as storage:
        message = message_of(storage, limits)
    return members_of(message, limits)
