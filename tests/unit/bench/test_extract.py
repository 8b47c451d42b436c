"""Reading beside other libraries: what counts as right, and that whoever cannot do something has a row that says so."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.extract import material, peers
from bench.extract.material import Material
from bench.extract.merit import merit
from bench.extract.peers import Came
from bench.extract.readers import READERS
from bench.extract.work import CannotRun, Found, Work
from bench.report import Verdict
from tools.emulators.process import Missing

if TYPE_CHECKING:
    import pytest

LINE = {"description": "Oak panel, planed", "quantity": "2", "unit_price": "337.04", "amount": "674.08"}
INVOICE = {
    "items": [LINE, {**LINE, "quantity": "3"}],
    "invoice_number": "RE-1",
    "invoice_date": "2026-11-30",
    "due_date": "2026-12-30",
    "total": {"amount": "1,348.16", "currency": "EUR"},
    "iban": "DE89 3687 8277 2528 4897 32",
    "vat_id": "DE775946538",
}
FILES = Material(paths=[Path("a.pdf")], pages=1, truths=[INVOICE])
CAME = Came(about="reads", version="1.0", seconds=2.0, cpu=1.0, found=[Found(words=10)], peak=2**20)


def test_a_line_is_right_with_all_its_cells_in_one_row() -> None:
    """However sums and spaces are written, and whatever other columns there are; a cell in another row does not count."""
    rows = [["1", "Oak panel,\nplaned", "2", "337,04", "674,08 €"], ["2", "Oak panel, planed", "", "337,04"], ["3", "674,08"]]
    assert merit(Work.TABLES, [Found(rows=rows)], FILES) == ("right", 50.0, "%")


def test_fields_are_right_by_their_letters_and_digits() -> None:
    """A field that was not read is wrong."""
    found = Found(fields={"iban": "DE89368782772528489732", "total": "1348.16", "invoice_date": "2026-11-30"})
    assert merit(Work.FIELDS, [found], FILES) == ("right", 50.0, "%")


def test_where_nothing_is_known_to_be_true_it_is_counted() -> None:
    """Files of one's own have no truth beside them."""
    found = Found(rows=[["a"], ["b"]])
    assert merit(Work.TABLES, [found], Material(paths=[Path("a.pdf")], pages=1)) == ("handed out, right or not", 2, "rows")


def test_whoever_cannot_has_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the rows of those who can: one environment cannot be made, one reader does not do the work."""
    refusals = {"kreuzberg": CannotRun("no data"), "pdfplumber": CannotRun("not among what it does")}

    def read(reader: str, work: Work, files: Material) -> Came | CannotRun:
        del work, files
        return refusals.get(reader, CAME)

    monkeypatch.setattr(peers, "_read", read)
    monkeypatch.setattr(material, "own", lambda _: {Work.WORDS: FILES})
    given = argparse.Namespace(readers=list(READERS), folder=Path(), pictures=0, rounds=2)
    rows = list(peers.measure(given))
    lacking = {row.what: row.note for row in rows if row.verdict is Verdict.NOT_RUN}
    assert lacking == {"words with boxes, kreuzberg": "no data", "words with boxes, pdfplumber": "not among what it does"}
    assert {row.peer for row in rows if row.measured} == {"docling-parse 1.0", "invoice2data 1.0"}


def test_an_environment_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a reader that ends in the middle, too: neither stops the others."""

    def missing(reader: str) -> Path:
        raise Missing(f"no environment for {reader}")

    monkeypatch.setattr(peers, "_python", missing)
    assert str(peers._read("pdfplumber", Work.WORDS, FILES)) == "no environment for pdfplumber"
    monkeypatch.setattr(peers, "_python", lambda _: Path(sys.executable))
    assert str(peers._read("no_such_reader", Work.WORDS, FILES)) == "its process ended with 1"
