"""Werk24 as an engine: its answers as data and tables, believed where the page bears them out, beside what rules have read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf import bootstrap
from sheaf.documents.model import Document
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import RowMode
from sheaf.domain.rows import Cell, CellNote
from sheaf.extraction.engine import Extraction, SourceFile
from sheaf.extraction.engines import werk24
from sheaf.extraction.spec import parse_fields
from sheaf.extraction.werk24 import answers
from sheaf.extraction.werk24.client import Told
from sheaf.settings import Settings
from tests.unit.extraction.pages import document_of

META_DATA: Mapping[str, Any] = {
    "ask_type": "META_DATA",
    "identifiers": [
        {"identifier_type": "DRAWING_NUMBER", "value": "ZN-40217-03"},
        {"identifier_type": "PART_NUMBER", "value": "P-881"},
    ],
    "designation": [{"value": "Bearing support"}],
    "material_options": [{"material_combination": [{"raw_ocr": "EN-GJL-250", "designation": "x"}]}],
    "general_tolerances": {"tolerance_standard": "ISO 2768", "tolerance_class": "mK"},
    "weight": {"value": "2.4", "unit": "kilogram"},
    "bill_of_material": {
        "rows": [
            {"position": "1", "part_number": "P-882", "designation": "Cover", "quantity": {"value": "2", "unit": "piece"}},
            {"position": "2", "part_number": "P-883", "designation": "Bolt M6", "quantity": {"value": "12", "unit": "piece"}},
        ]
    },
}
FEATURES: Mapping[str, Any] = {
    "ask_type": "FEATURES",
    "threads": [{"label": "M6x1 - 6H", "quantity": "4"}],
    "gdnts": [{"label": "[position|0.1|A]", "characteristic": "POSITION"}],
}
#: A drawing whose numbers stand without labels, as only one who knows drawings reads them.
PAGE = """
    ZN-40217-03        Bearing support       EN-GJL-250
    ISO 2768-mK
"""


@dataclass
class Answering:
    """A service that answers as it is told to."""

    told: Told
    paths: list[Path] = field(default_factory=list)

    def ask(self, path: Path) -> Told:
        """What it was made with."""
        self.paths.append(path)
        return self.told


def drawing(text: str = PAGE, kind: str = "pdf") -> Document:
    """A page as a PDF has it."""
    return replace(document_of(text), format=kind)


def read(
    told: Told, spec: str, document: Document | None = None, rows: RowMode = RowMode.FILE, *, at_hand: bool = True
) -> tuple[Extraction, list[Mapping[str, Cell]]]:
    """What the engine makes of a document and an answer."""
    engine = werk24.Werk24Engine(asking=Answering(told))
    source = SourceFile(path=Path("drawing"), name="a.pdf", tenant="t") if at_hand else None
    found = engine.extract(document or drawing(), parse_fields(spec), rows=rows, source=source)
    return found, [row.cells for row in found.rows]


def test_a_title_block_fills_fields_with_their_place_on_the_page() -> None:
    """What the service says and the page bears out is found there, with box and label."""
    _, [cells] = read(Told([META_DATA, FEATURES]), "drawing_number,drawing_title,material")
    assert [cell.value for cell in cells.values()] == ["ZN-40217-03", "Bearing support", "EN-GJL-250"]
    evidence = cells["drawing_number"].evidence
    assert evidence is not None
    assert (evidence.page, evidence.text) == (1, "ZN-40217-03")
    assert evidence.box is not None
    assert 0.6 < cells["drawing_number"].confidence < 0.95


def test_what_the_page_does_not_bear_out_is_marked_and_never_accepted() -> None:
    """An answer without its text on the page is ungrounded, at a confidence that no threshold lets pass."""
    _, [cells] = read(Told([META_DATA]), "weight,drawing_number")
    assert CellNote.UNGROUNDED in cells["weight"].notes
    assert cells["weight"].confidence <= 0.1
    assert CellNote.UNGROUNDED not in cells["drawing_number"].notes


def test_a_parts_list_is_rows() -> None:
    """One row per part where rows are per table row."""
    _, found = read(Told([META_DATA]), "part_number,designation,quantity:number", rows=RowMode.TABLE_ROW)
    assert [str(cells["quantity"].value) for cells in found] == ["2", "12"]
    assert [cells["part_number"].value for cells in found] == ["P-882", "P-883"]


def test_features_are_tables() -> None:
    """Threads and tolerance frames by their labels."""
    tables = {table.name: table for table in answers.document_of([FEATURES]).tables}
    assert [cell.text for cell in tables["Threads"].rows[1] if cell] == ["M6x1 - 6H", "4"]
    assert [cell.text for cell in tables["Tolerances"].rows[1] if cell] == ["[position|0.1|A]", "POSITION"]


def test_a_failure_keeps_what_rules_have_read_and_says_so() -> None:
    """Without an answer the reading of the rules stands, with the reason in the notes."""
    document = drawing("Drawing number: ZN-40217-03\n")
    found, [cells] = read(Told(problems=["Werk24 did not finish (ServerException)."]), "drawing_number", document)
    assert cells["drawing_number"].value == "ZN-40217-03"
    assert tuple(found.notes)[-2:] == ("Werk24 did not finish (ServerException).", werk24.KEPT)


def test_agreement_makes_surer_than_either() -> None:
    """A value that rules and service both read is surer than the service's alone."""
    labelled = drawing("Drawing number: ZN-40217-03\n")
    _, [both] = read(Told([META_DATA]), "drawing_number", labelled)
    _, [alone] = read(Told([META_DATA]), "drawing_number")
    assert both["drawing_number"].confidence >= 0.95 > alone["drawing_number"].confidence


@pytest.mark.parametrize(("kind", "at_hand", "why"), [("csv", True, "does not read csv"), ("pdf", False, "not at hand")])
def test_other_files_are_not_sent(kind: str, at_hand: bool, why: str) -> None:  # noqa: FBT001 - pytest hands it over by name
    """Only pictures of drawings leave the installation."""
    engine = werk24.Werk24Engine(asking=(service := Answering(Told([META_DATA]))))
    source = SourceFile(path=Path("drawing"), name="a", tenant="t") if at_hand else None
    found = engine.extract(drawing(kind=kind), parse_fields("drawing_number"), source=source)
    assert service.paths == []
    assert any(why in note for note in found.notes)


def test_it_says_what_it_lacks() -> None:
    """Without a key, or without the vendor's client, the engine names what is to be done."""
    with pytest.raises(InvalidInput) as problem:
        bootstrap.engine("werk24", Settings())
    assert problem.value.kind == "engine_not_configured"
    with pytest.raises(InvalidInput) as problem:
        bootstrap.engine("werk24", Settings(werk24_key="k"))
    assert problem.value.kind == "engine_not_installed"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*META_DATA, *FEATURES, "rows", "value"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*META_DATA, *FEATURES]), _JSON), st.sampled_from(["META_DATA", "FEATURES", "?"]))
def test_any_answer_is_read_or_passed_over(answer: dict[str, Any], kind: str) -> None:
    """Whatever a server sends in place of what was asked for, reading it does not fail."""
    told: Sequence[Mapping[str, Any]] = [{**answer, "ask_type": kind}]
    assert all(isinstance(datum.text, str) for datum in answers.document_of(told).data)
