"""Mail: headers and text as a page, attachments as members."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Iterator
from email.message import Message
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sheaf.documents.bounds import read_bytes
from sheaf.documents.formats import html, rtf, text
from sheaf.documents.grid import Block, GridCell, stacked, tabulated, text_block
from sheaf.documents.limits import Limits
from sheaf.documents.mail.headers import SHOWN, header, iso_date, shown
from sheaf.documents.mail.parts import Parts, attachments, filename, is_html, is_rtf, message_of, parts_of, payload
from sheaf.documents.mail.parts import text as text_of
from sheaf.documents.model import Datum, Document, Place
from sheaf.documents.names import UniqueNames, safe_name
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.ports.files import Member


def read(path: Path, limits: Limits) -> Document:
    """Read the message: its headers, then its text, the HTML where there is a choice.

    Raises:
        FileProblem: ``encrypted``, ``corrupt``, ``empty``, ``too_large`` or ``unsafe``.
    """
    return document_of(message_of(read_bytes(path, limits)), "eml", limits)


def document_of(message: Message, format_: str, limits: Limits) -> Document:
    """A message at hand as a document of a format.

    Raises:
        FileProblem: as :func:`read`.
    """
    parts = parts_of(message, limits)
    bodies = [_body(part, limits) for part in parts.texts]
    if parts.sealed and not bodies:
        raise FileProblem(FailureCategory.ENCRYPTED, "The message is encrypted; save it decrypted and try again.")
    blocks = [_headers(message), *(block for body in bodies for block in (Block(height=1), body.block))]
    page = stacked(blocks).page(1, limits.max_words)
    if not page.words and not parts.files:
        raise FileProblem(FailureCategory.EMPTY, "The message holds no text and no files.")
    data = [*_header_data(message), *(datum for body in bodies for datum in body.data)]
    notes = [*(note for body in bodies for note in body.notes), *_notes(parts)]
    return Document(format=format_, pages=[page], data=data, metadata=_metadata(message), notes=notes)


def _body(part: Message, limits: Limits) -> html.Content:
    if is_html(part):
        return html.content_of(text_of(part), limits)
    if is_rtf(part):
        blocks, _metadata = rtf.blocks_of(payload(part), limits)
        return html.Content(stacked(blocks), [], {}, [])
    return html.Content(text.block_of(text_of(part).replace("\x00", "")), [], {}, [])


def _headers(message: Message) -> Block:
    rows: list[list[GridCell | None]] = []
    for name, value in shown(message):
        place = Place(path=f"header/{name}")
        rows.append([GridCell(text_block(f"{name}:", place), name), GridCell(text_block(value, place), value)])
    return tabulated(rows, keep=False)


def _header_data(message: Message) -> Iterator[Datum]:
    for name, value in shown(message):
        yield Datum(f"header/{name}", value, name, role=f"message.{SHOWN[name]}")


def _metadata(message: Message) -> dict[str, str]:
    return {SHOWN[name]: iso_date(value) if name == "Date" else value for name, value in shown(message)}


def _notes(parts: Parts) -> Iterator[str]:
    if parts.sealed:
        yield "A part of the message is encrypted and was left out."
    decoration = len(parts.files) - sum(1 for _part in attachments(parts))
    if decoration:
        yield f"{decoration} small images inside the text were left out."


def members(path: Path, limits: Limits) -> Iterator[Member]:
    """The message's attachments; attached messages end in ``.eml``.

    Raises:
        FileProblem: as :func:`read`.
    """
    return members_of(message_of(read_bytes(path, limits)), limits)


def members_of(message: Message, limits: Limits) -> Iterator[Member]:
    """The attachments of a message at hand.

    Raises:
        FileProblem: as :func:`read`.
    """
    names = UniqueNames()
    for number, part in enumerate(attachments(parts_of(message, limits)), start=1):
        content = payload(part)
        yield Member(names.unique(_name(part, number)), len(content), partial(_opened, content))


def _opened(content: bytes) -> BinaryIO:
    return io.BytesIO(content)


def _name(part: Message, number: int) -> str:
    """The sender's name for the part, an attached message's subject, or a number with the fitting ending."""
    name = safe_name(filename(part)).rpartition("/")[2]
    if part.get_content_type() == "message/rfc822":
        return (name or safe_name(_subject(part).replace("/", "_")) or f"message-{number}").removesuffix(".eml") + ".eml"
    return name or f"attachment-{number}{mimetypes.guess_extension(part.get_content_type()) or ''}"


def _subject(part: Message) -> str:
    inner = part.get_payload()
    return header(inner[0], "Subject") if isinstance(inner, list) and inner and isinstance(inner[0], Message) else ""
