"""How an engine is scored: what given words hold of a truth, whether boxes hold what they cite, and made-up documents."""

from __future__ import annotations

import json
from pathlib import Path

from bench.accuracy.boxes import cited, holds
from bench.accuracy.held import held
from bench.papers.__main__ import main as write_papers
from bench.papers.kinds import KINDS, SPECS
from sheaf.documents.model import Document, Page, Word
from sheaf.domain.rows import MISSING, Box, Cell, CellState, Evidence
from sheaf.extraction.spec import parse_fields

PAGE = Page(1, 200.0, 100.0, [Word("Total", Box(0, 0, 30, 10)), Word("12,50", Box(40, 0, 70, 10))])


def test_a_truth_counts_as_far_as_cut_lines_hold_it() -> None:
    """Lines that end at their first comma hold the rest of an address in order."""
    lines = ["ACME SDN BHD", "(1234-X)", "NO 12", "TAMAN DAYA", "81100 JOHOR BAHRU", "TEL 07-123"]
    assert held("No 12, Jalan Sagu 18, Taman Daya, 81100 Johor Bahru, Johor", lines) == "NO 12 TAMAN DAYA 81100 JOHOR BAHRU"


def test_a_line_that_fits_twice_is_taken_where_more_can_follow() -> None:
    """A district that gives its street its name stands before it: the house and the town behind both are held."""
    lines = ["LOT 20", "DUTAMAS", "NO 1", "50480 KL"]
    assert held("Lot 20, Dutamas, No 1, Jalan Dutamas, 50480 KL", lines) == "LOT 20 DUTAMAS NO 1 50480 KL"


def test_nothing_is_held_where_no_line_begins_the_truth() -> None:
    """A line from the middle of a value does not stand for it."""
    assert held("No 12, Taman Daya", ["TAMAN DAYA", "12"]) == ""


def test_a_box_holds_its_text_or_not() -> None:
    """Words inside the box hold every part of what is cited."""
    assert holds(PAGE, Box(40, 0, 70, 10), "12,50")
    assert not holds(PAGE, Box(0, 0, 30, 10), "12,50")


def test_a_found_value_without_a_place_counts_as_wrong() -> None:
    """Evidence that cites neither box nor cell, path or line is none."""
    document = Document(format="pdf", pages=[PAGE])
    assert cited(document, Cell(state=CellState.FOUND, value="x", evidence=Evidence(text="x", page=1))) is False
    assert cited(document, Cell(state=CellState.FOUND, value="x", evidence=Evidence(text="x", page=1, line=3))) is None
    assert cited(document, MISSING) is None


def test_papers_are_the_same_for_a_seed(tmp_path: Path) -> None:
    """Two writings of one seed are the same bytes, and their truth names the fields that are asked."""
    for name in ("one", "two"):
        write_papers([str(tmp_path / name), "--kind", "form", "--count", "1", "--seed", "4"])
    files = sorted(path.name for path in (tmp_path / "one" / "form").iterdir())
    assert all((tmp_path / "one" / "form" / name).read_bytes() == (tmp_path / "two" / "form" / name).read_bytes() for name in files)
    first = json.loads((tmp_path / "one" / "form" / "truth.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert {field.name for field in parse_fields(SPECS["form"])} == first.keys() - {"file", "states"}


def test_every_kind_of_paper_has_a_spec() -> None:
    """What is made can be asked for."""
    assert KINDS.keys() == SPECS.keys()
