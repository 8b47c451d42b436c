"""Yes and no, in words and marks."""

from __future__ import annotations

from sheaf.extraction.parsing.found import fold

_YES = frozenset(
    (
        "yes y true ja oui si sim vrai vero wahr verdadero verdadeiro waar tak ano da evet on checked x \u2713 "
        "\u2714 \u2611 \u2612 [x] (x) 1 \u25cf"
    ).split()
)
_NO = frozenset(
    "no n false nein non nee nao faux falso falsch onwaar nie ne nu hayir off unchecked \u2717 \u2718 \u2610 [] () 0 \u25cb".split()
)


def parse_boolean(text: str) -> bool | None:
    """True, False, or None where the text is neither."""
    word = fold(text).strip(" .,;:!")
    if word in _YES:
        return True
    return False if word in _NO else None
