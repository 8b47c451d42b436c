"""Rules by name, labels by meaning, letterheads, forms without colons, and the features a ranker reads."""

from __future__ import annotations

import pytest

from sheaf.documents.model import Document, Page, Word
from sheaf.domain.errors import InvalidInput
from sheaf.domain.rows import CellState
from sheaf.extraction.concepts import understand
from sheaf.extraction.features import FEATURES, NAMES, features, vector
from sheaf.extraction.layout import lay_out
from sheaf.extraction.reader import Reader
from sheaf.extraction.rules import every_rule, holds, without
from sheaf.extraction.spec import parse_fields
from tests.unit.extraction.pages import document_of, page_of, read

RECEIPT = """
    GREEN LEAF TRADING
    (123456-X)
    NO 12
    TAMAN DAYA
    81100 JOHOR BAHRU
    TEL 07-1234567
    TOTAL 12.00
"""
BOXES = """
    Surname           Nationality        Date of birth
    Okafor                               03/04/1990
"""


def test_every_rule_says_what_it_assumes() -> None:
    """No rule stands on the list without a sentence about documents."""
    assert all(rule.assumes for rule in every_rule())


def test_a_rule_is_off_for_its_block_alone() -> None:
    """What a rule earns is seen without it, and nothing is left behind."""
    with without({"labels-by-meaning"}):
        assert not holds("labels-by-meaning")
        assert read("Vertragsnummer: K-20931", "numero_contrato")["numero_contrato"].value is None
    assert read("Vertragsnummer: K-20931", "numero_contrato")["numero_contrato"].value == "K-20931"


def test_the_lines_between_a_name_and_its_contacts_are_the_address() -> None:
    """Bare house numbers and places without a street's word belong to it."""
    assert read(RECEIPT, "address")["address"].value == "NO 12, TAMAN DAYA, 81100 JOHOR BAHRU"


def test_an_unknown_rule_is_refused() -> None:
    """A typo measures nothing."""
    with pytest.raises(InvalidInput), without({"no-such-rule"}):
        pass


@pytest.mark.parametrize("label", ["Vertragsnummer", "N\u00famero de contrato", "Contract no.", "Contractnummer"])
def test_a_field_finds_its_label_in_other_languages(label: str) -> None:
    """Words that mean the same are the same label."""
    assert read(f"{label}: K-20931", "numero_contrato")["numero_contrato"].value == "K-20931"


def test_an_empty_box_of_a_form_is_blank() -> None:
    """A label among labels with nothing under it was left out by whom filled it in."""
    cells = read(BOXES, "nationality,occupation,last_name")
    assert cells["last_name"].value == "Okafor"
    assert cells["nationality"].state is CellState.BLANK
    assert cells["occupation"].state is CellState.MISSING


def test_a_line_to_write_on_is_blank() -> None:
    """Underscores behind a label are a place, not a value."""
    assert read("Phone ______________", "phone")["phone"].state is CellState.BLANK


def test_what_no_date_can_be_read_from_is_unreadable() -> None:
    """Something stands there, and it is no date."""
    assert read("Date of birth: ~\u00a7/?#/1\u00a4", "date_of_birth:date")["date_of_birth"].state is CellState.UNREADABLE


def test_what_was_recognised_unsurely_is_unreadable() -> None:
    """A smudge is not a value, whatever letters it was taken for."""
    page = page_of("Surname: Okafor")
    words = [Word(word.text, word.box, confidence=0.2 if word.text == "Okafor" else 1.0) for word in page.words]
    document = Document(format="words", pages=[Page(1, page.width, page.height, words)])
    assert read(document, "last_name")["last_name"].state is CellState.UNREADABLE


def test_features_have_names_and_an_order() -> None:
    """A vector has a number for every name, and what a label says comes first."""
    document = document_of("Invoice number: A-17")
    reader = Reader(lay_out(document), readings := understand(parse_fields("invoice_number")))
    scene = reader.scene(readings[0])
    found = features(scene, scene.candidates[0])
    assert found.keys() <= set(NAMES)
    assert len(vector(found)) == len(FEATURES)
    assert vector(found)[NAMES.index("label")] > 0.8
