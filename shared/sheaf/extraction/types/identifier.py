"""Numbers of a scheme, its check digits looked at; of no scheme where neither the field nor its name tells one."""

from __future__ import annotations

from sheaf.domain.fields import Field
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.parsing.identifiers import compact
from sheaf.extraction.types.base import Reads, Said, printed
from sheaf.extraction.types.schemes import scheme_of


def _parse(field: Field, said: Said) -> str | None:
    text = tidy(said.text)
    return compact(scheme_of(field), text) or None


def _chosen(field: Field, candidate: Candidate) -> str:
    return compact(scheme_of(field), tidy(printed(field, candidate)))


READS = Reads(concepts=frozenset({"code", "iban", "bic", "vat_id", "phone"}), parse=_parse, chosen=_chosen)
