"""Agreements: what sentences say."""

from __future__ import annotations

from datetime import date

import pytest

from sheaf.domain.rows import CellState
from tests.unit.extraction.pages import read

AGREEMENT = """
    MUTUAL NON-DISCLOSURE AGREEMENT

    This Agreement is made and entered into as of the 8th day of February, 2019 by and between
    Harbour Lights, Inc., a Delaware corporation with offices at 1 Pier Street ("Harbour"), and
    Northern Mills Limited, a company registered in England ("Mills").

    1. The term of this Agreement shall be two (2) years from the date above.

    2. This Agreement shall be governed by and construed in accordance with the laws of the State
    of New York, without regard to its conflict of laws principles.
"""


def test_an_agreement_says_when_where_who_and_how_long() -> None:
    """No label stands beside any of these."""
    cells = read(AGREEMENT, "effective_date:date,jurisdiction,party:list,term")
    assert cells["effective_date"].value == date(2019, 2, 8)
    assert cells["jurisdiction"].value == "New York"
    assert cells["party"].value == ("Harbour Lights, Inc.", "Northern Mills Limited")
    assert cells["term"].value == "2 years"


def test_evidence_of_a_sentence_is_verbatim() -> None:
    """The value is normalised, the evidence is not."""
    cell = read(AGREEMENT, "term")["term"]
    assert cell.evidence is not None
    assert cell.evidence.text == "two (2) years"


@pytest.mark.parametrize(
    ("sentence", "place"),
    [
        ("This Agreement is governed by the laws of the Commonwealth of Virginia.", "Virginia"),
        ("It shall be governed by the laws of the United States, State of Nevada.", "Nevada"),
        ("This contract will be interpreted under California law.", "California"),
        ("Es gilt das Recht der Bundesrepublik Deutschland.", "Bundesrepublik Deutschland"),
        ("Le contrat est soumis au droit fran\u00e7ais.", "fran\u00e7ais"),
        ("THIS AGREEMENT SHALL BE GOVERNED BY THE LAWS OF THE STATE OF OHIO.", "Ohio"),
    ],
)
def test_the_governing_law_in_many_wordings(sentence: str, place: str) -> None:
    """The place is what remains without state, laws and articles."""
    assert read(sentence, "jurisdiction")["jurisdiction"].value == place


def test_an_invoice_names_no_governing_law() -> None:
    """Nothing speaks of it: missing."""
    assert read("Invoice No: 1\nTotal: 5.00", "jurisdiction")["jurisdiction"].state is CellState.MISSING
