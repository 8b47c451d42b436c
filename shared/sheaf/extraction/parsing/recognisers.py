"""Values that prove themselves: account, tax and registration numbers with check digits, addresses of mail and web."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from sheaf.extraction.parsing.found import Found

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_BIC = re.compile(r"(?<![A-Za-z0-9])[A-Z]{4}(?:AD|AT|BE|BG|BR|CA|CH|CN|CY|CZ|DE|DK|EE|ES|FI|FR|GB|GR|HR|HU|IE|IT|JP|LI|LT|"
    r"LU|LV|MT|MX|NL|NO|PL|PT|RO|SE|SI|SK|TR|US)"
                  r"[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")  # fmt: skip
_VAT = re.compile(
    r"(?<![A-Za-z0-9])(?:AT ?U|BE|BG|CHE-?|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)"
    r"[ .-]?(?=[A-Z0-9]*\d)[A-Z0-9]{2,4}(?:[ .-]?[A-Z0-9]{2,4}){1,3}(?![A-Za-z0-9])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')]+|(?<![@\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|de|fr|es|it|nl|pt|eu|"
    r"co\.uk|io|at|ch|be)\b(?:/[^\s]*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w/.-])(?:\+\s?\d{1,3}[\s./-]?)?(?:\(\d{1,5}\)[\s./-]?)?\d{2,5}(?:[\s./-]{1,3}\d{2,5}){1,4}(?![\w/.,-]\d)")


def find_kind(kind: str, text: str) -> list[Found[str]]:
    """Values of a self-proving ``kind`` (iban, bic, vat_id, email, phone, url) in ``text``; [] for other kinds."""
    finder = _FINDERS.get(kind)
    return finder(text) if finder else []


def _matches(pattern: re.Pattern[str], check: Callable[[str], bool] | None, quality: float) -> Callable[[str], list[Found[str]]]:
    def find(text: str) -> list[Found[str]]:
        hits = [Found(match[0].rstrip(".,;"), match.start(), match.end(), quality) for match in pattern.finditer(text)]
        return [hit for hit in hits if check is None or check(hit.value)]

    return find


@lru_cache(maxsize=4096)
def _valid_iban(text: str) -> bool:
    """By the check digits that all countries share; those inside some countries' account numbers are not looked at."""
    from stdnum import iban

    return bool(iban.is_valid(text, check_country=False))


@lru_cache(maxsize=4096)
def _valid_vat(text: str) -> bool:
    from stdnum.ch import uid
    from stdnum.eu import vat

    return bool(vat.is_valid(text) or (text.startswith("CHE") and uid.is_valid(text)))


def _trimmed_ibans(text: str) -> list[Found[str]]:
    """IBANs, each cut back to the groups whose check digits hold: words that follow may look like more of it."""
    found = []
    for match in _IBAN.finditer(text):
        value = match[0]
        while value and not _valid_iban(value):
            value = value[: max(value.rfind(" "), value.rfind("\u00a0"), 0)]
        if value:
            found.append(Found(value, match.start(), match.start() + len(value)))
    return found


def _phone_like(text: str) -> bool:
    digits = sum(character.isdigit() for character in text)
    return 7 <= digits <= 15


_FINDERS: dict[str, Callable[[str], list[Found[str]]]] = {
    "iban": _trimmed_ibans,
    "bic": _matches(_BIC, None, 0.8),
    "vat_id": _matches(_VAT, _valid_vat, 1.0),
    "email": _matches(_MAIL, None, 1.0),
    "url": _matches(_WEB, None, 0.8),
    "phone": _matches(_PHONE, _phone_like, 0.6),
}
