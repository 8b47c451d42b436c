"""Which of the encodings from before Unicode a text is in: decided by what its letters would spell.

Statistics over short texts confuse the Western and the Central European code page (charset-normalizer takes Spanish, Portuguese, Swedish,
Danish and Italian samples of three lines for Central European), so for Latin letters a few telling characters decide, and
charset-normalizer is asked where most letters are beyond ASCII, which it tells apart well.
"""

from __future__ import annotations

import re

WESTERN = "cp1252"
_CENTRAL_EUROPEAN = "cp1250"
_TURKISH = "cp1254"
_OTHER_SCRIPTS = ("cp1251", "cp1253", "shift_jis", "gb18030", "big5", "euc_kr")
#: A text with at least this share of bytes beyond ASCII among its letters is not written in Latin letters.
_OTHER_SCRIPT_SHARE = 0.4
_SURELY_ENOUGH = 4096
_ASCII_LETTERS = re.compile(rb"[A-Za-z]")
_MANY = 8
_SIDE_BY_SIDE = re.compile(rb"[\x80-\xff]{3}")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")

#: Read as Western, Polish has superscripts and other signs inside words …
_POLISH = re.compile(r"(?<=[a-z])[³¹¿](?=[a-z])|[a-z][³¹](?=[\s,;.])(?<![cdkm][³¹])|£(?=[a-zó])|œ(?![uea])")
#: … Czech, Slovak and Croatian have these, which no Western language but Finnish and Estonian, rarely, has …
_SOUTH_AND_WEST_SLAVIC = re.compile(r"[šžŠŽ]")
_NORDIC = re.compile(r"[äåÄÅ]")
#: … and Hungarian has these long vowels without what French and Portuguese have beside them.
_HUNGARIAN = re.compile(r"[õû]")
_ROMANCE = re.compile(r"[ãçàèêâñ]")
#: Turkish reads as Icelandic without its vowels.
_TURKISH_LETTERS = re.compile(r"[þðý]")
_ICELANDIC = re.compile(r"[æáíúÁÍÚ]")


def code_page_of(sample: bytes) -> str:
    """The code page of text that is not Unicode; Western where nothing speaks for another."""
    return _other_script(sample) if _is_other_script(sample) else _latin(sample.decode(WESTERN, "replace"))


def _is_other_script(sample: bytes) -> bool:
    """Are most letters beyond ASCII, and enough of them or side by side, as in no Latin word?"""
    beyond = len(_BEYOND_ASCII.findall(sample))
    share = beyond / max(beyond + len(_ASCII_LETTERS.findall(sample)), 1)
    return share >= _OTHER_SCRIPT_SHARE and (beyond >= _MANY or _SIDE_BY_SIDE.search(sample) is not None)


def _latin(text: str) -> str:
    slavic = _SOUTH_AND_WEST_SLAVIC.search(text) and not _NORDIC.search(text)
    if slavic or _POLISH.search(text) or (_HUNGARIAN.search(text) and not _ROMANCE.search(text)):
        return _CENTRAL_EUROPEAN
    return _TURKISH if _TURKISH_LETTERS.search(text) and not _ICELANDIC.search(text) else WESTERN


def _other_script(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    # A sample may end amid a character; what is left of it after the last line break does not.
    whole = sample[: sample.rfind(b"\n") + 1] if len(sample) > _SURELY_ENOUGH else sample
    best = from_bytes(whole or sample, cp_isolation=list(_OTHER_SCRIPTS)).best()
    return best.encoding if best is not None else WESTERN
