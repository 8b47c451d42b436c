"""Which characters may be read, by language.

The recogniser that ships knows over 18,000 characters of many scripts. Looking only for those of the languages at hand keeps a smudge
from becoming a Chinese character, and an accent from being lost to a look-alike of another alphabet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sheaf.domain.errors import InvalidInput

#: Letters of each language beyond the 52 of ASCII, in small; the capitals follow.
LANGUAGES = {
    "da": "æøåé",
    "de": "äöüß",
    "en": "",
    "es": "áéíóúüñ",
    "fi": "äöå",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "it": "àèéìíîòóùú",
    "nl": "áéëèïíóöüú",
    "no": "æøåéèêóòô",
    "pt": "áâãàçéêíóôõúü",
    "sv": "åäöé",
}
#: Further languages of the same script, for those who ask for them.
MORE = {
    "cs": "áčďéěíňóřšťúůýž",
    "et": "äöõüšž",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "is": "áðéíóúýþæö",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "pl": "ąćęłńóśźż",
    "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "tr": "çğıöşüâîû",
}
#: Takes every character that the recogniser knows.
ANY = "any"

_ASCII = "".join(map(chr, range(0x21, 0x7F)))
#: What is written in all of them: currencies, quotation marks, dashes, fractions, boxes to tick.
_SIGNS = "€£¥$¢§¶°%‰&@©®™ªº«»“”‘’‚„…–—•·¿¡±×÷−²³¹½¼¾µ†☐☑☒✓"
_SPACE = " "


def characters(languages: Iterable[str]) -> frozenset[str] | None:
    """The characters of these languages with digits and signs; None for :data:`ANY`.

    Raises:
        InvalidInput: a language that is not known, with those that are.
    """
    asked = list(languages)
    known = {**LANGUAGES, **MORE}
    unknown = [language for language in asked if language not in known and language != ANY]
    if unknown or not asked:
        named = ", ".join(unknown) or "none"
        raise InvalidInput(f"Languages that can be recognised are {', '.join(sorted(known))} or {ANY}, not {named}.", field="ocr_languages")
    if ANY in asked:
        return None
    letters = "".join(known[language] for language in asked)
    return frozenset(_ASCII + _SIGNS + letters + letters.upper())


class Spelling(NamedTuple):
    """Of all the classes of a recogniser, those to look at: their numbers, and what each is written as (``" "`` parts words)."""

    classes: tuple[int, ...]
    written: tuple[str, ...]


def spelling(known: Sequence[str], wanted: frozenset[str] | None) -> Spelling:
    """Classes whose character is wanted, or is another form of one that is: full-width letters, ligatures, other spaces.

    ``known[i]`` is what class i stands for.
    """
    chosen = [(number, form) for number, character in enumerate(known) if (form := _form(character, wanted)) is not None]
    return Spelling(tuple(number for number, _ in chosen), tuple(form for _, form in chosen))


def _form(character: str, wanted: frozenset[str] | None) -> str | None:
    if character.isspace():
        return _SPACE
    if wanted is None or character in wanted:
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain and set(plain) <= wanted else None
