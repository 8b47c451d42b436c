"""Mail headers as people read them, however broken they are written.

See RFC 5322 (headers) and RFC 2047 (their encoding).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from sheaf.documents.encoding import decoded

#: Headers shown and kept, in this order, with the name under which a document's metadata has them.
SHOWN = {"From": "from", "Reply-To": "reply_to", "To": "to", "Cc": "cc", "Date": "date", "Subject": "subject"}

#: Decoding takes time that grows with the square of the length; no subject or name comes near this.
_LONGEST_DECODED = 20_000


def shown(message: Message) -> Iterator[tuple[str, str]]:
    """Name and text of each shown header that is there."""
    for name in SHOWN:
        text = header(message, name)
        if text:
            yield name, text


def header(message: Message, name: str) -> str:
    """One header's text on one line, "" where it is missing."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return in_clear(raw)


def in_clear(raw: str) -> str:
    """A header's or parameter's text on one line, its encoded words decoded."""
    if not raw.isascii():
        # The standard forbids other bytes, and mail programs send them.
        raw = decoded(raw.encode("utf-8", "surrogateescape"))
    if len(raw) > _LONGEST_DECODED:
        return " ".join(raw.split())
    # An unknown charset or a broken encoded word stays as it is written.
    with suppress(MessageError, ValueError, LookupError, AssertionError):
        raw = str(make_header(decode_header(raw)))
    return " ".join(raw.split())


def iso_date(text: str) -> str:
    """A date header in ISO 8601, or as it is where it is no date."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
