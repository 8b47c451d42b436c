"""Names of fields in the words of their labels."""

from __future__ import annotations

import re

from sheaf.extraction.parsing.found import fold, tidy

_PARTS = re.compile(r"[a-z0-9]+")
#: Words of a label that its name keeps, and their letters.
MAX_WORDS, MAX_LETTERS = 5, 40
#: Letters that are not an accent upon another one.
_LETTERS = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00f8": "o", "\u00e6": "ae", "\u00e5": "a", "\u0153": "oe"})
_LETTERED = frozenset({"iban", "bic"})
_NUMBER = re.compile(r"#|\bn[\u00b0\u00ba]|\bn\.\s?[\u00b0\u00ba]", re.IGNORECASE)


def name_of(label: str) -> str:
    """A label as a name of a field: ``N\u00ba FACTURA`` is ``no_factura``; "" where nothing of it can be one."""
    text = _NUMBER.sub(" no ", label.casefold().translate(_LETTERS))
    words = _PARTS.findall(fold(text))[:MAX_WORDS]
    name = "_".join(words)[:MAX_LETTERS].strip("_")
    return name if not name or name[0].isalpha() else f"c_{name}"


def unique(name: str, taken: set[str]) -> str:
    """The name, or with the first number that none of the others has; taken from now on."""
    free = name
    number = 2
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    taken.add(free)
    return free


def words_of(name: str) -> str:
    """A concept's name as a sentence begins: ``Invoice number``, ``IBAN``."""
    return name.upper() if name in _LETTERED else tidy(name.replace("_", " ")).capitalize()
