"""Whole numbers: those without a fraction, or with one of zeros."""

from __future__ import annotations

from decimal import Decimal

from sheaf.domain.fields import Field
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.types import number
from sheaf.extraction.types.base import Reads, Said


def _parse(field: Field, said: Said) -> Decimal | None:
    return _whole(number.parse(field, said))


def _chosen(field: Field, candidate: Candidate) -> Decimal | None:
    return _whole(number.chosen(field, candidate))


def _whole(found: Decimal | None) -> Decimal | None:
    return found.quantize(Decimal(1)) if found is not None and found == found.to_integral_value() and found.adjusted() < 28 else None


READS = Reads(kind="number", concepts=frozenset({"number", "amount"}), parse=_parse, chosen=_chosen, sifted=True)
