"""Which encoding a run of bytes is text in, told by marks, structure and what is left; never by a declared name alone."""

from __future__ import annotations

import codecs

from sheaf.documents.codepages import WESTERN, code_page_of

#: How much of a file decides.
SAMPLE_BYTES = 64 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Control characters that plain text may hold: tab, line feed, form feed, carriage return, escape, Windows' end-of-file mark.
_TEXT_CONTROLS = b"\t\n\x0b\x0c\r\x1a\x1b"
#: Bytes of a code page look like a sound UTF-8 sequence far less often than this.
_SOUND_PER_BROKEN = 10
_OTHER_CONTROLS = bytes(set(range(0x20)) - set(_TEXT_CONTROLS))


def encoding_of(head: bytes) -> str | None:
    """The encoding to decode with, or None where ``head`` is not text.

    Bytes that are not Unicode are in some code page; see :mod:`sheaf.documents.codepages`.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return _unmarked_utf16(head)
    if _is_utf8(head):
        return "utf-8"
    controls = len(head) - len(head.translate(None, _OTHER_CONTROLS))
    return code_page_of(head) if controls * 100 <= len(head) else None


def decoded(data: bytes) -> str:
    """All of ``data`` as text; what fits no encoding becomes replacement characters."""
    encoding = encoding_of(data[:SAMPLE_BYTES]) or WESTERN
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        # The beginning may have been plain ASCII, which says nothing of what comes later.
        start = max(error.start - SAMPLE_BYTES // 2, 0)
        later = encoding_of(data[start : start + SAMPLE_BYTES]) if encoding == "utf-8" else None
        return data.decode(later or encoding, "replace")


def _is_utf8(head: bytes) -> bool:
    """Is this UTF-8, but perhaps for a broken byte here and there?"""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        text = head.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        sound = sum(1 for character in text if not character.isascii()) - broken
        return sound > broken * _SOUND_PER_BROKEN
    return True


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 of a Western text shows as a zero in every other byte."""
    half = len(head) // 2
    high_zeros, low_zeros = head[1::2].count(0), head[0::2].count(0)
    if high_zeros * 10 >= half * 7 and low_zeros * 20 <= half:
        return "utf-16-le"
    return "utf-16-be" if low_zeros * 10 >= half * 7 and high_zeros * 20 <= half else None
