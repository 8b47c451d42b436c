"""Sums of money, in the currency they name or else their document's."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.domain.rows import Amount
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.currencies import currency_of
from sheaf.extraction.types import number
from sheaf.extraction.types.base import Reads, Said


def _parse(field: Field, said: Said) -> Amount | None:
    found = number.parse(field, said)
    return None if found is None else Amount(amount=found, currency=_currency(said))


def _currency(said: Said) -> str | None:
    own = said.customs.currency
    return currency_of(said.text, own) or (currency_of(said.qualifier, own) if said.qualifier else None) or own


def _chosen(_: Field, candidate: Candidate) -> Amount | None:
    return candidate.value if isinstance(candidate.value, Amount) else None


READS = Reads(kind="amount", concepts=frozenset({"amount"}), parse=_parse, chosen=_chosen)
