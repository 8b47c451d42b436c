"""RTF's bytes as tokens.

See Microsoft's Rich Text Format Specification 1.9.1, "RTF Syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|([^\\{}\r\n]+)|(?s:.)")


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    #: A control word, its number beside it, or a symbol such as ``~``.
    WORD = auto()
    #: Bytes of text in the code page at hand; ``escaped`` ones count as one character each.
    BYTES = auto()


class Token(NamedTuple):
    """One token of the source."""

    kind: Kind
    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(source: bytes) -> Iterator[Token]:
    """The tokens in order; pictures' raw bytes are passed over, what is no token too."""
    at = 0
    while found := _TOKEN.match(source, at):
        at = found.end()
        word, number, escaped, symbol, brace, text = found.groups()
        if word:
            value = int(number) if number else None
            at += max(value or 0, 0) if word == b"bin" else 0
            yield Token(Kind.WORD, word.decode(), value)
        elif brace:
            yield Token(Kind.OPEN if brace == b"{" else Kind.CLOSE)
        elif escaped:
            yield Token(Kind.BYTES, data=bytes.fromhex(escaped.decode()), number=1)
        elif symbol:
            yield _symbol(symbol)
        elif text:
            yield Token(Kind.BYTES, data=text)


def _symbol(symbol: bytes) -> Token:
    """An escaped brace or backslash is text, an escaped line end a paragraph's."""
    if symbol in b"\\{}":
        return Token(Kind.BYTES, data=symbol, number=1)
    return Token(Kind.WORD, "par" if symbol in b"\r\n" else symbol.decode("latin-1"))
