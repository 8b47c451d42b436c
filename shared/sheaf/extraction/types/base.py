"""What every type declares of how its values are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sheaf.domain.fields import Field

if TYPE_CHECKING:
    from sheaf.extraction.candidates import Candidate, Customs


class Said(NamedTuple):
    """A text that is a value and nothing else: a cell of a table, a datum. A tuple, since one is made for every cell of a sheet."""

    text: str
    customs: Customs
    #: What the format itself says the cell is.
    value: object = None
    #: A currency or unit that belongs to it.
    qualifier: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reads:
    """How values of one type are read; see :mod:`sheaf.extraction.types`."""

    #: The value of a text, or None where it is none.
    parse: Callable[[Field, Said], Any]
    #: The value of a candidate of a page, or None where it is none.
    chosen: Callable[[Field, Candidate], Any]
    #: The kind of candidate that pages are searched for; "" where the field's name and description tell it.
    kind: str = ""
    #: Kinds of concept that such a field can mean; None for any.
    concepts: frozenset[str] | None = None
    #: Whether a candidate may turn out to be no value of the type, so that they are sifted before one is chosen.
    sifted: bool = False


def printed(_: Field, candidate: Candidate) -> str:
    """The candidate's text, or its value where that is one: for types whose values are texts."""
    return candidate.value if isinstance(candidate.value, str) else candidate.text
