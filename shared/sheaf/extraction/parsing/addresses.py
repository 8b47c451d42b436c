"""Parts of an address, from its lines: street, postcode, city, region and country, each where the lines tell it.

Assumes of addresses: the postcode stands beside the city, on one of the last lines; the street is the line before them, and holds a house
number or a word for a street; the country, where there is one, is the last line or part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheaf.domain.types.address import Address
from sheaf.extraction.parsing.countries import PREFIXES, countries
from sheaf.extraction.parsing.found import fold, tidy

MAX_LINES, MAX_TEXT = 12, 600
_CITY = r"(?P<city>[^\W\d_][^\d,;()]{1,50}?)"
_REGION = r"(?:\s*[,(]\s*(?P<region>[A-Z]{2})\)?)?"
#: Postcode and city as they stand together, the most telling forms first.
_FORMS = tuple(
    re.compile(form)
    for form in (
        # Leeds LS1 4AP · London, SW1A 1AA
        rf"(?:{_CITY},?\s+)?(?P<postcode>[A-Z]{{1,2}}\d[A-Z\d]?\s?\d[A-Z]{{2}})",
        # Toronto, ON M5V 2T6
        rf"{_CITY},?\s+(?P<region>[A-Z]{{2}}),?\s+(?P<postcode>[A-Z]\d[A-Z]\s?\d[A-Z]\d)",
        # Springfield, IL 62704-1234 · Sydney NSW 2000
        rf"{_CITY},?\s+(?P<region>[A-Z]{{2,3}}),?\s+(?P<postcode>\d{{5}}(?:-\d{{4}})?|\d{{4}})",
        # 1012 AB Amsterdam
        rf"(?:(?P<letters>[A-Z]{{1,3}})[- ])?(?P<postcode>\d{{4}}\s?[A-Z]{{2}})\s+{_CITY}",
        # 1200-109 Lisboa · 00-950 Warszawa
        rf"(?:(?P<letters>[A-Z]{{1,3}})[- ])?(?P<postcode>\d{{4}}-\d{{3}}|\d{{2}}-\d{{3}})\s+{_CITY}",
        # 01310-100 São Paulo · São Paulo - SP, 01310-100
        rf"{_CITY}\s*[-,/]\s*(?P<region>[A-Z]{{2}}),?\s+(?P<postcode>\d{{5}}-\d{{3}})",
        # 114 55 Stockholm · 110 00 Praha
        rf"(?:(?P<letters>[A-Z]{{1,3}})[- ])?(?P<postcode>\d{{3}}\s\d{{2}})\s+{_CITY}",
        # D-35037 Marburg · 20121 Milano (MI) · 8001 Zürich · 75008 Paris Cedex 08
        rf"(?:(?P<letters>[A-Z]{{1,3}})[- ])?(?P<postcode>\d{{4,6}})\s+{_CITY}(?:\s+(?i:cedex)(?:\s+\d+)?)?{_REGION}",
        # Singapore 238823 · Mumbai 400001 · Mumbai - 400 001
        rf"{_CITY}\s*[,-]?\s+(?P<postcode>\d{{3}}\s?\d{{3}}|\d{{5}})",
    )
)
_ALONE = re.compile(r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|\d{5}(?:-\d{4})?)")
_HOUSE = re.compile(r"\d+\s?[a-zA-Z]?(?:\s?[-/]\s?\d+[a-zA-Z]?)?")
_BOX = re.compile(r"(?i)\b(?:p\.?\s?o\.?\s?box|postfach|bo[i\u00ee]te postale|b\.?p\.?|apartado|casella postale|postbus|caixa postal)\b")


def parse_address(text: str) -> Address | None:
    """The address that ``text`` is, its lines parted by line breaks or commas; None for a text without a letter."""
    text = text[:MAX_TEXT]
    printed = [line for line in map(_bare, text.split("\n")) if line][:MAX_LINES]
    if not any(character.isalpha() for character in text) or not printed:
        return None
    parts = [part for line in printed for part in map(_bare, line.split(",")) if part]
    country, kept = _country(parts)
    told = _placed(kept) or {"street": _street(kept)}
    whole = ", ".join(line.rstrip(",") for line in printed)
    return Address(text=tidy(whole), lines=tuple(printed), country=country or told.get("letters"), **_plain(told))


def _plain(told: dict[str, str | None]) -> dict[str, str | None]:
    return {name: told.get(name) for name in ("street", "postcode", "city", "region")}


def _bare(text: str) -> str:
    return tidy(text).strip(" ,;\u00b7\u2022|")


def _country(parts: Sequence[str]) -> tuple[str | None, list[str]]:
    """The country that the last part names, and the parts without it."""
    code = countries().get(fold(parts[-1]).strip(" ."))
    return (code, list(parts[:-1])) if code and len(parts) > 1 else (None, list(parts))


def _placed(parts: Sequence[str]) -> dict[str, str | None] | None:
    """Postcode, city and what stands with them, from the last part that holds them; a part may go on in the next."""
    for index in range(len(parts) - 1, -1, -1):
        for text, before in ((", ".join(parts[max(index - 1, 0) : index + 1]), index - 1), (parts[index], index)):
            if before >= 0 and (match := _form(text)) is not None:
                return _told(match, parts, before)
    return None


def _form(text: str) -> re.Match[str] | None:
    return next((match for form in _FORMS if (match := form.fullmatch(text)) is not None), None)


def _told(match: re.Match[str], parts: Sequence[str], index: int) -> dict[str, str | None]:
    found = {name: value.strip() if value else None for name, value in match.groupdict().items()}
    found["letters"] = PREFIXES.get(found.get("letters") or "")
    rest = list(parts[:index])
    if not found.get("city") and rest and not _HOUSE.search(rest[-1]):
        found["city"] = rest.pop()
    return found | {"street": _street(rest)}


def _street(parts: Sequence[str]) -> str | None:
    """The last part with a house number or a box, with the number that a comma parted from its street."""
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        if _HOUSE.fullmatch(part) and index and any(character.isalpha() for character in parts[index - 1]):
            return f"{parts[index - 1]}, {part}"
        if (_HOUSE.search(part) or _BOX.search(part)) and not _ALONE.fullmatch(part) and any(character.isalpha() for character in part):
            return part
    return None
