"""The sentences of one document, asked for the concepts they can speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from sheaf.extraction.candidates import Candidate, Customs
from sheaf.extraction.concepts import Reading
from sheaf.extraction.layout import Layout
from sheaf.extraction.parsing.dates import fold_in_place
from sheaf.extraction.prose.dates import effective_dates, range_dates
from sheaf.extraction.prose.flow import Flow, flow_of
from sheaf.extraction.prose.law import governing_places
from sheaf.extraction.prose.names import Party
from sheaf.extraction.prose.parties import parties
from sheaf.extraction.prose.terms import terms

#: Roles of agreements that are a seller's or a buyer's, and those of leases and employments.
_ROLES = {
    "seller": re.compile(
        r"\b(?:seller|supplier|provider|vendor|contractor|consultant|licensor|lessor|landlord|auftragnehmer|verk\u00e4ufer|"
        r"dienstleister|anbieter|lieferant|prestataire|fournisseur|vendeur|proveedor|prestador|vendedor|fornitore|venditore|"
        r"opdrachtnemer|leverancier|verkoper|fornecedor)",
        re.IGNORECASE,
    ),
    "buyer": re.compile(
        r"\b(?:buyer|client|customer|purchaser|licensee|lessee|tenant|auftraggeber|k\u00e4ufer|kunde|cliente?|acheteur|comprador|"
        r"committente|acquirente|opdrachtgever|afnemer|klant|koper)",
        re.IGNORECASE,
    ),
    "landlord": re.compile(r"\b(?:landlord|lessor|vermieter|bailleur|arrendador|locatore|verhuurder|senhorio|locador)", re.IGNORECASE),
    "tenant": re.compile(
        r"\b(?:tenant|lessee|mieter|locataire|preneur|arrendatario|inquilino|conduttore|huurder|locat\u00e1rio)", re.IGNORECASE
    ),
    "employer": re.compile(r"\b(?:employer|company|arbeitgeber|employeur|empleador|empresa|datore di lavoro|werkgever)", re.IGNORECASE),
    "employee": re.compile(
        r"\b(?:employee|executive|arbeitnehmer|salari\u00e9|empleado|trabajador|dipendente|lavoratore|werknemer)", re.IGNORECASE
    ),
}
#: The other side of an agreement between two.
_OPPOSITE = {
    "seller": "buyer",
    "buyer": "seller",
    "landlord": "tenant",
    "tenant": "landlord",
    "employer": "employee",
    "employee": "employer",
}


class Prose:
    """What a document's sentences say, worked out on first use."""

    def __init__(self, layout: Layout, customs: Customs) -> None:
        self.layout = layout
        self.customs = customs

    @cached_property
    def flow(self) -> Flow:
        """The document as one text."""
        return flow_of(self.layout)

    @cached_property
    def parties(self) -> list[Party]:
        """Who the agreement is between."""
        return parties(self.flow)

    def candidates(self, reading: Reading) -> Iterable[Candidate]:
        """Values that a sentence names for the field's concept; none for concepts that sentences do not speak of."""
        match reading.concepts[:1]:
            case ("effective_date",):
                return effective_dates(self.flow, self.customs.order)
            case ("jurisdiction",):
                return governing_places(self.flow)
            case ("term",):
                return terms(self.flow, fold_in_place(self.flow.text))
            case ("party",):
                return self.party_candidates()
            case ("seller" | "buyer" | "landlord" | "tenant" | "employer" | "employee" as side,):
                return self._in_role(side)
            case ("period_start" | "period_end",):
                return range_dates(self.flow, self.customs.order, reading.edge)
            case _:
                return ()

    def _in_role(self, side: str) -> list[Candidate]:
        """Parties whose role is that side's; of two parties, the one whose fellow has the opposite role."""
        named = [party for party in self.parties if party.role and _ROLES[side].search(party.role)]
        others = [party for party in self.parties if party.role and _ROLES[_OPPOSITE[side]].search(party.role)]
        if not named and len(self.parties) == 2 and len(others) == 1:
            named = [party for party in self.parties if party not in others]
        return [self._as_candidate(party) for party in named]

    def party_candidates(self) -> list[Candidate]:
        """The parties as candidates."""
        return [self._as_candidate(party) for party in self.parties]

    def _as_candidate(self, party: Party) -> Candidate:
        return self.flow.candidate(party.start, party.end, party.name, told=party.told)
