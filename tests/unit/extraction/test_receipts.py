"""Till receipts are told from other papers, and the ranker that ships serves them alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sheaf.domain.rows import Amount
from sheaf.extraction.concepts import read_field
from sheaf.extraction.layout import lay_out
from sheaf.extraction.learning import tills
from sheaf.extraction.learning.shipped import FILE, NAMES, trees_of
from sheaf.extraction.learning.trees import NEVER
from sheaf.extraction.reader import Reader
from sheaf.extraction.receipts import ROLES, is_till_receipt, role_of
from sheaf.extraction.spec import parse_fields
from sheaf.extraction.traits import is_contact
from tests.unit.extraction.pages import document_of

RECEIPT = """
    PENHALLOW & DAUGHTERS LTD
      12 Lantern Street
       TR19 7AA Verity
      Tel 01736 555 0199

   14/03/2026        16:42

 Lamp oil 1L         7.50
 Wick, cotton        2.25
 Matches 3 x 0.40    1.20
 Tea towel           4.00
 Twine, brown        3.10
 Candles, box of 10  6.60
 Soap, plain         1.95
 Bread, white        2.05

 TOTAL              28.65
 CASH               30.00
 CHANGE              1.35

      Thank you
"""
WIDE = RECEIPT.replace("Twine, brown        3.10", "Twine, brown" + " " * 120 + "3.10")


def test_a_narrow_slip_with_sums_is_a_receipt() -> None:
    """One narrow page with prices is; the same wider, without prices, or cut short is not."""
    assert is_till_receipt(lay_out(document_of(RECEIPT)))
    assert not is_till_receipt(lay_out(document_of(WIDE)))
    assert not is_till_receipt(lay_out(document_of(RECEIPT.replace(".", ""))))
    assert not is_till_receipt(lay_out(document_of("\n".join(RECEIPT.splitlines()[:6]))))
    assert not is_till_receipt(lay_out(document_of("")))


@pytest.mark.parametrize(
    ("spec", "role"),
    [
        ("company", "company"),
        ("invoice_date:date", "date"),
        ("address", "address"),
        ("total:amount", "total"),
        ("buyer", ""),
        ("customer_address", ""),
        ("tax_amount:amount", ""),
        ("due_date:date", ""),
        ("iban", ""),
    ],
)
def test_only_fields_with_a_role_are_ranked(spec: str, role: str) -> None:
    """Issuer, date, address and total play one; what is the buyer's and whatever else do not."""
    assert role_of(read_field(parse_fields(spec)[0])) == role


def test_the_ranker_serves_receipts_alone() -> None:
    """On a receipt the lines of its head may be its name; on the wider paper candidates and scores are those of the rules."""
    readings = [read_field(one, index) for index, one in enumerate(parse_fields("company,total:amount"))]
    slip, paper = (Reader(lay_out(document_of(text)), readings) for text in (RECEIPT, WIDE))
    assert len(slip.scene(readings[0]).candidates) > len(paper.scene(readings[0]).candidates)
    found = slip.read()
    assert found["company"].value == "PENHALLOW & DAUGHTERS LTD"
    assert found["total"].value == Amount(amount=Decimal("28.65"), currency=None)


def test_the_shipped_trees_read_the_features_of_today() -> None:
    """There are trees for every role, over the features that there are, with nothing in them but numbers, in less than 100 kB."""
    assert FILE.stat().st_size < 100_000
    for role in ROLES.values():
        trees = trees_of(role)
        assert trees is not None
        assert all(index in range(len(NAMES)) for tree in trees.features for index in tree)
        assert all(abs(value) <= NEVER for tree in trees.thresholds for value in tree)


def _measured(text: str, spec: str) -> dict[object, dict[str, float]]:
    """What is known on a receipt of every value that a field may have there, by its key; of those alike, the last one's."""
    (reading,) = (read_field(one) for one in parse_fields(spec))
    scene = Reader(lay_out(document_of(text)), [reading]).scene(reading)
    rows = tills.rows_of(scene, scene.candidates).tolist()
    return {one.key: dict(zip(tills.NAMES, row, strict=True)) for one, row in zip(scene.candidates, rows, strict=True)}


def test_a_sum_is_known_by_how_it_goes_with_the_others() -> None:
    """What was handed over less the change is due; what is rounded to the smallest coin stands beside what is not."""
    text = RECEIPT.replace(" TOTAL              28.65", " SUM                28.67\n ROUNDING           -0.02\n TOTAL              28.65")
    found = _measured(text, "total:amount")
    due, exact, cash, change = (found[Decimal(value)] for value in ("28.65", "28.67", "30.00", "1.35"))
    assert (due["rounds"], exact["rounded"], due["about_total"], cash["about_paid"]) == (1, 1, 1, 1)
    assert due["after_change"] == cash["handed"] == change["given_back"] == 1
    assert due["handed"] == due["given_back"] == cash["after_change"] == 0


def test_a_text_is_known_by_the_lines_around_it() -> None:
    """The address begins under the firm's name and ends over the contact line; a line more or less does neither."""
    found = _measured(RECEIPT, "address")
    whole, half = found["12lanternstreettr197aaverity"], found["12lanternstreet"]
    assert (whole["over_form"], whole["under_contact"], whole["rows_to_contact"], whole["streets_under"]) == (1, 1, 0, 0)
    assert half["under_contact"] == 0
    assert half["streets_under"] > 0


@pytest.mark.parametrize(
    ("line", "reaches"),
    [
        ("GSTID:000468594688", True),
        ("Tel0422712345", True),
        ("GST ID 000468594688", True),
        ("Telegraph Hill 12", False),
        ("Regent Street 5", False),
    ],
)
def test_contact_lines_are_told_without_their_spaces(line: str, reaches: bool) -> None:  # noqa: FBT001 - the value under test
    """Recognised text may lack the space behind what a number is; words that begin alike are none."""
    assert is_contact(line) is reaches


def test_a_name_ends_before_its_number_in_a_register() -> None:
    """Lines of a receipt's head may be a name with and without the number that follows."""
    text = RECEIPT.replace("PENHALLOW & DAUGHTERS LTD", "PENHALLOW LTD 273500-U (KSB)")
    assert {"penhallowltd", "penhallowltd273500uksb"} <= _measured(text, "company").keys()


def test_a_sum_beyond_any_till_is_measured_too() -> None:
    """A row of digits that parses as a sum is compared with none."""
    text = RECEIPT.replace(" CASH               30.00", " CASH " + "9" * 40 + ".00")
    assert set(_measured(text, "total:amount")[Decimal("9" * 40 + ".00")].values()) == {0.0}
    readings = [read_field(one) for one in parse_fields("total:amount")]
    assert Reader(lay_out(document_of(text)), readings).read()["total"].value == Amount(amount=Decimal("28.65"), currency=None)
