"""Till receipts are told from other papers, and the ranker that ships serves them alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sheaf.domain.rows import Amount
from sheaf.extraction.concepts import read_field
from sheaf.extraction.features import NAMES
from sheaf.extraction.layout import lay_out
from sheaf.extraction.learning.shipped import FILE, trees_of
from sheaf.extraction.learning.trees import NEVER
from sheaf.extraction.reader import Reader
from sheaf.extraction.receipts import ROLES, is_till_receipt, role_of
from sheaf.extraction.spec import parse_fields
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
        assert all(index in range(len(NAMES) + 1) for tree in trees.features for index in tree)
        assert all(abs(value) <= NEVER for tree in trees.thresholds for value in tree)
