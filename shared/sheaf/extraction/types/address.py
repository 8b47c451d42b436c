"""Addresses: blocks of lines, taken apart."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.domain.types.address import Address
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.addresses import parse_address
from sheaf.extraction.types.base import Reads, Said


def _parse(_: Field, said: Said) -> Address | None:
    return parse_address(said.text)


def _chosen(_: Field, candidate: Candidate) -> Address | None:
    return parse_address(candidate.text if candidate.lines > 1 else str(candidate.value))


READS = Reads(kind="address", concepts=frozenset({"address"}), parse=_parse, chosen=_chosen, sifted=True)
