"""An Outlook message made a message as mail has it, so that both are read alike.

See [MS-OXPROPS] for the properties' ids and [MS-OXCMAIL] for what becomes of them.
"""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from email.utils import format_datetime, formataddr

from sheaf.documents.limits import Limits
from sheaf.documents.mail.headers import SHOWN
from sheaf.documents.mail.parts import ERRORS
from sheaf.documents.outlook.storage import Storage
from sheaf.documents.rtf.compressed import unpacked
from sheaf.documents.rtf.reader import carried_html
from sheaf.domain.errors import FailureCategory, FileProblem

_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_SENT, _DELIVERED = 0x0039, 0x0E06
#: Name and address of the sender, the one it was sent for first.
_SENDERS = ((0x0042, (0x5D02, 0x0065)), (0x0C1A, (0x5D01, 0x0C1F)))
_SHOWN_TO = {"To": 0x0E04, "Cc": 0x0E03}
_RECIPIENT_TYPE, _NAME, _ADDRESSES = 0x0C15, 0x3001, (0x39FE, 0x3003)
_RECIPIENT_HEADERS = {1: "To", 2: "Cc"}
_DATA, _LONG_NAME, _SHORT_NAME, _MIME_TYPE, _CONTENT_ID, _IS_HIDDEN = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712, 0x7FFE
_MAX_NESTED = 20
_MAX_RTF = 50 * 2**20
_UNKNOWN_TYPE = "application/octet-stream"


def message_of(storage: Storage, limits: Limits, place: str = "0") -> Message:
    """The message in a storage; ``place`` tells it from those around it.

    Raises:
        FileProblem: ``too_large`` or ``unsafe``.
    """
    if place.count(".") > _MAX_NESTED:
        raise FileProblem(FailureCategory.UNSAFE, "The message's parts nest deeper than real mail does.")
    if len(storage.attachments()) > limits.max_members:
        raise FileProblem(FailureCategory.TOO_LARGE, f"The message has more than {limits.max_members} attachments.")
    message = Message()
    for name, text in _headers(storage):
        message[name] = text
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/mixed"
    # A boundary drawn at random would make another file of the same message each time.
    message.set_boundary(f"=_sheaf_{place}")
    message.set_payload([*_body(storage), *_attached(storage, limits, place)])
    return message


def _headers(storage: Storage) -> Iterator[tuple[str, str]]:
    """The headers that are shown: from the properties, else from what the message came with."""
    found = {"From": _sender(storage), "Subject": storage.text(_SUBJECT), "Date": _date(storage), **_recipients(storage)}
    sent = _sent_headers(storage)
    for name in SHOWN:
        text = " ".join((found.get(name) or str(sent.get(name) or "")).split())
        if text:
            yield name, text


def _sent_headers(storage: Storage) -> Message:
    try:
        return HeaderParser().parsestr(storage.text(_HEADERS))
    except ERRORS:
        return Message()


def _sender(storage: Storage) -> str:
    people = (_person(storage, name, addresses) for name, addresses in _SENDERS)
    return next((person for person in people if person), "")


def _person(storage: Storage, name: int, addresses: tuple[int, ...]) -> str:
    """Name and address; the directory's own addresses say nothing outside of it."""
    called = " ".join(storage.text(name).split())
    address = next((text for text in (" ".join(storage.text(one).split()) for one in addresses) if "@" in text), "")
    if not address or address == called:
        return called or address
    try:
        return formataddr((called, address))
    except ValueError:
        return f"{called} <{address}>"


def _recipients(storage: Storage) -> dict[str, str]:
    people: dict[str, list[str]] = {}
    for one in storage.recipients():
        header = _RECIPIENT_HEADERS.get(one.number(_RECIPIENT_TYPE) or 0)
        person = _person(one, _NAME, _ADDRESSES)
        if header and person:
            people.setdefault(header, []).append(person)
    return {name: ", ".join(people.get(name, ())) or storage.text(shown) for name, shown in _SHOWN_TO.items()}


def _date(storage: Storage) -> str:
    moment = storage.moment(_SENT) or storage.moment(_DELIVERED)
    return format_datetime(moment) if moment else ""


def _body(storage: Storage) -> Iterator[Message]:
    """The text as HTML, else as RTF, else as it is."""
    markup = storage.binary(_HTML)
    if markup:
        yield _part("text/html", markup, storage.code_page() or "")
        return
    written = storage.text(_HTML) or _rtf(storage)
    if isinstance(written, bytes):
        yield _part("text/rtf", written)
    elif written:
        yield _part("text/html", written.encode("utf-8", "replace"), "utf-8")
    elif storage.text(_BODY).strip():
        yield _part("text/plain", storage.text(_BODY).encode("utf-8", "replace"), "utf-8")


def _rtf(storage: Storage) -> str | bytes:
    """The HTML that the message's RTF carries, else the RTF; "" where there is none or it is damaged."""
    try:
        source = unpacked(storage.binary(_RTF) or b"", _MAX_RTF)
        return carried_html(source) or source
    except FileProblem:
        return ""


def _attached(storage: Storage, limits: Limits, place: str) -> Iterator[Message]:
    for number, attachment in enumerate(storage.attachments()):
        inner = attachment.message(_DATA)
        data = attachment.binary(_DATA)
        if inner is not None:
            yield _enclosed(message_of(inner, limits, f"{place}.{number}"))
        elif data is not None:
            yield _file(attachment, data)


def _enclosed(message: Message) -> Message:
    part = Message()
    part["Content-Type"] = "message/rfc822"
    part.set_payload([message])
    return part


def _file(attachment: Storage, data: bytes) -> Message:
    name = attachment.text(_LONG_NAME) or attachment.text(_SHORT_NAME)
    declared = " ".join(attachment.text(_MIME_TYPE).split()).lower()
    kind = declared if declared.isascii() and declared.count("/") == 1 else mimetypes.guess_type(name)[0] or _UNKNOWN_TYPE
    part = _part(kind if not kind.startswith(("multipart/", "message/")) else _UNKNOWN_TYPE, data)
    identity = "".join(attachment.text(_CONTENT_ID).split())
    if identity:
        part["Content-ID"] = f"<{identity}>"
    how = "inline" if identity or attachment.number(_IS_HIDDEN) else "attachment"
    part.add_header("Content-Disposition", how, **({"filename": ("utf-8", "", name.encode("utf-8", "replace").decode())} if name else {}))
    return part


def _part(kind: str, data: bytes, charset: str = "") -> Message:
    part = Message()
    part["Content-Type"] = f'{kind}; charset="{charset}"' if charset else kind
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(data).decode("ascii"))
    return part
