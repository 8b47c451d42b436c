"""Which scheme a field's numbers belong to, and the kind of candidate that is searched for them."""

from __future__ import annotations

from functools import lru_cache

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.schemes import SCHEMES
from sheaf.extraction.lexicon import label_key

#: Kinds of candidate that were there before schemes had a table, and know more of what numbers are printed like.
_KINDS = {"vat": "vat_id"}


def scheme_of(field: Field) -> str:
    """The scheme that the field names, or that its name or a synonym ends in or begins with; "" for none."""
    return field.scheme or (_named(field.name, field.synonyms) if field.type is FieldType.IDENTIFIER else "")


@lru_cache(maxsize=1024)
def _named(name: str, synonyms: tuple[str, ...]) -> str:
    from sheaf.extraction.concepts import name_key

    keys = [name_key(name), *map(label_key, synonyms)]
    found = [(len(word), scheme) for scheme, rules in SCHEMES.items() for word in rules.words for key in keys if _holds(key, word)]
    return max(found, default=(0, ""))[1]


def _holds(key: str, word: str) -> bool:
    return f" {key} ".startswith(f" {word} ") or f" {key} ".endswith(f" {word} ")


def kind_of(field: Field) -> str:
    """The kind of candidate that the field's numbers are: its scheme's, "" where it has none."""
    scheme = scheme_of(field)
    return _KINDS.get(scheme, scheme)


def words_of(field: Field) -> tuple[str, ...]:
    """What the numbers of the field's scheme are called."""
    scheme = scheme_of(field)
    return SCHEMES[scheme].words if scheme else ()
