"""Old workbooks read as new ones are."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.compound import compound, workbook
from tests.unit.documents.making import read, texts


def test_cells_have_text_value_and_reference(tmp_path: Path) -> None:
    """Numbers show as their format says and keep their value; rows and columns are cited."""
    document = read(tmp_path, workbook(["Item", "Sum", "Paid"], ["Größe", 1234.5, True], ["Nut", 7, None]), "a")
    table = document.tables[0]
    assert (document.format, document.tabular, table.name, table.header_rows) == ("xls", True, "Data", 1)
    assert texts(table) == [["Item", "Sum", "Paid"], ["Größe", "1,234.50", "TRUE"], ["Nut", "7", ""]]
    assert [(cell.value, cell.place) for cell in table.rows[1][1:] if cell] == [
        (1234.5, Place(cell="Data!B2")),
        (True, Place(cell="Data!C2")),
    ]


def test_hidden_sheets_are_noted(tmp_path: Path) -> None:
    """A hidden sheet is read and named."""
    assert list(read(tmp_path, workbook(["x"], hidden=True), "a").notes) == ["The sheet Data is hidden; it was read all the same."]


#: A workbook's beginning and the record that says that the rest is encrypted ([MS-XLS] 2.4.117).
_SEALED = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0) + struct.pack("<HHHHH", 0x2F, 6, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (workbook(), Limits(), FailureCategory.EMPTY),
        (workbook(["a", "b"]), Limits(max_table_cells=1), FailureCategory.TOO_LARGE),
        (compound({"Workbook": b"\x09\x08" * 300}), Limits(), FailureCategory.CORRUPT),
        (compound({"Workbook": _SEALED}), Limits(), FailureCategory.ENCRYPTED),
    ],
)
def test_what_cannot_be_read_has_its_category(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Nothing, too much and damage are told apart."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a", limits)
    assert problem.value.category is category


def test_sectors_chained_in_a_ring_end(tmp_path: Path) -> None:
    """A chain of small sectors that leads back to itself is damage, not work without end (found by fuzzing)."""
    content = bytearray(workbook(["Item", "Sum"], ["Bolt", 5]))
    table = struct.unpack_from("<I", content, 60)[0] * 512 + 512
    content[table : table + 4] = struct.pack("<I", 0)
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, bytes(content), "a")
    assert problem.value.category is FailureCategory.CORRUPT


@pytest.mark.parametrize(("stream", "advice"), [("WordDocument", "DOCX"), ("PowerPoint Document", "PPTX")])
def test_formats_that_are_not_read_say_how_to_save(tmp_path: Path, stream: str, advice: str) -> None:
    """Whoever has an old text or presentation is told what to do with it."""
    with pytest.raises(FileProblem, match=advice) as problem:
        read(tmp_path, compound({stream: b"x" * 5000}), "a")
    assert problem.value.category is FailureCategory.UNSUPPORTED
