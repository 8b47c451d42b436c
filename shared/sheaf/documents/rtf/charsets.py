"""Code pages of RTF: by the document's number, by a font's character set.

See the Rich Text Format Specification 1.9.1, "Font Table" and "Document Area"; Windows' character sets are those of LOGFONT.
"""

from __future__ import annotations

import codecs
from functools import cache

WESTERN = "cp1252"
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_NAMED = {"ansi": WESTERN, "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_NUMBERS = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030", 950: "big5"}


def of_charset(number: int) -> str | None:
    """The code page of a font's character set; None where the document's own is meant or it is unknown."""
    return _CHARSETS.get(number)


def of_name(word: str) -> str | None:
    """The code page that a word such as ``mac`` declares."""
    return _NAMED.get(word)


@cache
def of_number(number: int) -> str:
    """The code page of a number, the Western one where Python knows none."""
    name = _NUMBERS.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return WESTERN
