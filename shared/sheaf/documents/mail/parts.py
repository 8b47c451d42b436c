"""A message taken apart: the texts to show, the files attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from typing import Any

from sheaf.documents.bounds import too_large
from sheaf.documents.encoding import decoded
from sheaf.documents.limits import Limits
from sheaf.documents.mail.headers import header, in_clear
from sheaf.domain.errors import FailureCategory, FileProblem

#: Below these sizes an image is decoration (a logo, a line, a counting pixel) when the text shows it or it is merely inline;
#: photographs of receipts are sent inline too, and are larger.
_SHOWN_BYTES = 100 * 1024
_INLINE_BYTES = 10 * 1024
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_TEXTS = frozenset({"text/plain", "text/html", "text/rtf", "text/rfc822-headers"})
_TAG = re.compile(r"<(style|script|title)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_VISIBLE = re.compile(r"\w")
_CONTENT_ID = re.compile(r"cid:([^\s\"'>)]+)", re.IGNORECASE)
#: What reading a broken part raises in the standard library.
ERRORS = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)


@dataclass(slots=True)
class Parts:
    """The leaves of a message."""

    texts: list[Message] = field(default_factory=list)
    files: list[Message] = field(default_factory=list)
    #: Is (some of) it encrypted?
    sealed: bool = False


def message_of(data: bytes) -> Message:
    """Parse a message.

    Raises:
        FileProblem: ``corrupt``, or ``unsafe`` when its parts nest too deeply.
    """
    try:
        return BytesParser(policy=policy.compat32).parsebytes(data)
    except RecursionError as error:
        raise FileProblem(FailureCategory.UNSAFE, "The message's parts nest deeper than real mail does.") from error
    except ERRORS as error:
        raise FileProblem(FailureCategory.CORRUPT, "The message is damaged and cannot be read.") from error


def parts_of(message: Message, limits: Limits) -> Parts:
    """Sort the message's leaves into texts and files.

    Raises:
        FileProblem: ``too_large`` or ``unsafe``.
    """
    found = Parts()
    for part in _leaves(message, limits):
        kind = part.get_content_type()
        if kind in _SEALED:
            found.sealed = True
        elif _is_text(part):
            found.texts.append(part)
        elif kind not in _SIGNATURES:
            found.files.append(part)
    return found


def _leaves(message: Message, limits: Limits) -> Iterator[Message]:
    """The parts without parts, depth first; attached messages stay whole."""
    stack: list[tuple[Message, int]] = [(message, 0)]
    count = 0
    while stack:
        part, depth = stack.pop()
        inner = part.get_payload() if part.get_content_maintype() == "multipart" else None
        count += 1
        if count > limits.max_members:
            raise too_large("The message", count, limits.max_members, "parts")
        if depth > limits.max_depth:
            raise FileProblem(FailureCategory.UNSAFE, "The message's parts nest deeper than real mail does.")
        if isinstance(inner, list):
            stack += [(child, depth + 1) for child in reversed(_chosen(part, inner)) if isinstance(child, Message)]
        else:
            yield part


def _chosen(part: Message, inner: list[Any]) -> list[Any]:
    """Of alternatives the HTML instead of the plain text, as it has the tables; but not where it shows nothing."""
    if part.get_content_subtype() != "alternative":
        return inner
    rich = any(is_html(leaf) and _shows_text(leaf) for child in inner if isinstance(child, Message) for leaf in child.walk())
    return [child for child in inner if not (rich and isinstance(child, Message) and child.get_content_type() == "text/plain")]


def _shows_text(part: Message) -> bool:
    return bool(_VISIBLE.search(_TAG.sub(" ", text(part))))


def _is_text(part: Message) -> bool:
    if part.get_content_maintype() == "message":
        return part.get_content_type() != "message/rfc822"
    is_body = part.get_content_type() in _TEXTS or part.get_content_maintype() == "multipart"
    return is_body and disposition(part) != "attachment" and not filename(part)


def disposition(part: Message) -> str:
    """``attachment``, ``inline`` or ""."""
    return header(part, "Content-Disposition").partition(";")[0].strip().lower()


def filename(part: Message) -> str:
    """The name its sender gave the part, or ""."""
    try:
        return in_clear(part.get_filename("") or "")
    except ERRORS:
        return ""


def payload(part: Message) -> bytes:
    """The part's content, its transfer encoding undone as far as it is sound; an attached message whole."""
    if part.get_content_maintype() == "message":
        return _written(part)
    try:
        content = part.get_payload(decode=True)
    except ERRORS:
        content = None
    return content if isinstance(content, bytes) else b""


def _written(part: Message) -> bytes:
    """What a ``message/*`` part holds, as bytes: one message, or a report's blocks of headers one below the other."""
    inner = part.get_payload()
    blocks = inner if isinstance(inner, list) else []
    try:
        return b"\n".join(block.as_bytes() for block in blocks if isinstance(block, Message)) or str(inner).encode("utf-8", "replace")
    except ERRORS:
        return b""


def text(part: Message) -> str:
    """The part's content as text: in its declared charset where the bytes agree with it, else in the one they look like."""
    data = payload(part)
    try:
        charset = part.get_content_charset("")
        return data.decode(charset) if charset else decoded(data)
    except ERRORS:
        return decoded(data)


def is_html(part: Message) -> bool:
    """Is this text HTML?"""
    return part.get_content_type() == "text/html"


def is_rtf(part: Message) -> bool:
    """Is this text RTF?"""
    return part.get_content_type() == "text/rtf"


def attachments(found: Parts) -> Iterator[Message]:
    """The files that are more than decoration."""
    shown_inside = {match for part in found.texts if is_html(part) for match in _CONTENT_ID.findall(text(part))}
    return (part for part in found.files if not _is_decoration(part, shown_inside))


def _is_decoration(part: Message, shown_inside: set[str]) -> bool:
    if part.get_content_maintype() != "image":
        return False
    size = len(payload(part))
    if header(part, "Content-ID").strip("<>") in shown_inside:
        return size < _SHOWN_BYTES
    return disposition(part) != "attachment" and size < _INLINE_BYTES
