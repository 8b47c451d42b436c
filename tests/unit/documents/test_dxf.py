"""DXF drawings: text where it stands, title blocks, parts lists as rules draw them, dimensions, and damage."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from ezdxf.enums import TextEntityAlignment

from sheaf.documents.dxf import boxes, loading, walk
from sheaf.documents.dxf.sheet import Lettered, Placed
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document, Table
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.fields import RowMode
from sheaf.domain.rows import Box
from tests.unit.documents.making import read
from tests.unit.extraction.pages import rows


def new(units: int = 4) -> Any:
    """An empty drawing in millimetres."""
    drawing = ezdxf.new("R2010")  # type: ignore[attr-defined]  # re-exported without being named in its __all__
    drawing.header["$INSUNITS"] = units
    return drawing


def content(drawing: Any) -> bytes:
    """The drawing as its file."""
    stream = io.StringIO()
    drawing.write(stream)
    return stream.getvalue().encode(drawing.output_encoding)


def document(folder: Path, drawing: Any) -> Document:
    """The drawing, read."""
    return read(folder, content(drawing), "a.dxf")


def write(layout: Any, text: str, x: float, y: float, height: float = 3.0, **more: Any) -> None:
    """A line of text whose baseline begins at a point."""
    layout.add_text(text, height=height, dxfattribs={"insert": (x, y), **more})


def rectangle(layout: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    """A closed box."""
    layout.add_lwpolyline([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], close=True)


def parts_list(layout: Any, *, upwards: bool) -> None:
    """A ruled list of two parts, its header below where it grows upwards."""
    for step in range(4):
        layout.add_line((0, step * 8), (100, step * 8))
    for x in (0, 15, 70, 100):
        layout.add_line((x, 0), (x, 24))
    lines = [("Pos", "Name", "Qty"), ("1", "Plate", "2"), ("2", "Screw M6", "12")]
    for step, line in enumerate(lines if upwards else reversed(lines)):
        for x, text in zip((1, 16, 71), line, strict=True):
            write(layout, text, x, step * 8 + 2)


def titled(drawing: Any) -> Any:
    """A title block's definition and one insert of it, filled in."""
    block = drawing.blocks.new("TITLE")
    block.add_attdef("ZNR", (10, 5), dxfattribs={"prompt": "Enter the drawing number:", "height": 3.5})
    block.add_attdef("GEN-TITLE-MAT1{12.3}", (10, 15), dxfattribs={"height": 3.5})
    insert = drawing.modelspace().add_blockref("TITLE", (200, 100))
    insert.add_auto_attribs({"ZNR": "4711-02", "GEN-TITLE-MAT1{12.3}": "S355 %%c20"})
    return insert


def texts(table: Table) -> list[list[str]]:
    """A table's cells."""
    return [[cell.text if cell else "" for cell in row] for row in table.rows]


def table_of(found: Document, name: str) -> Table:
    """The table of that name."""
    return next(table for table in found.tables if table.name == name)


def test_a_title_block_is_data_with_label_meaning_and_box(tmp_path: Path) -> None:
    """Attributes go by their prompt, else their tag; each stands on the page where the block shows it."""
    drawing = new()
    titled(drawing)
    found = document(tmp_path, drawing)
    number, material = (datum for datum in found.data if "TITLE" in datum.path)
    assert (number.path, number.text, number.label) == ("Model/TITLE.ZNR", "4711-02", "drawing number")
    assert (material.text, material.role) == ("S355 Ø20", "drawing.material")
    word = next(word for word in found.pages[0].words if word.text == "4711-02")
    assert number.page == 1
    assert number.box == word.box


def test_a_block_shown_more_than_once_is_a_table(tmp_path: Path) -> None:
    """Each insert of a block with attributes is a row, as parts are marked on assembly drawings."""
    drawing = new()
    block = drawing.blocks.new("PART")
    for step, tag in enumerate(("ITEM", "QTY")):
        block.add_attdef(tag, (0, step * 5), dxfattribs={"height": 3})
    for item, quantity in (("1", "4"), ("2", "8")):
        drawing.modelspace().add_blockref("PART", (int(item) * 50, 0)).add_auto_attribs({"ITEM": item, "QTY": quantity})
    found = rows(document(tmp_path, drawing), "item,qty:number", RowMode.TABLE_ROW)
    assert [(row.cells["item"].value, str(row.cells["qty"].value)) for row in found] == [("1", "4"), ("2", "8")]


@pytest.mark.parametrize("upwards", [True, False])
def test_a_ruled_list_is_a_table_whichever_way_it_grows(tmp_path: Path, upwards: bool) -> None:  # noqa: FBT001 - pytest hands it over by name
    """Rows come header first, each cell with its box; a list that grows upwards is turned over."""
    drawing = new()
    parts_list(drawing.modelspace(), upwards=upwards)
    table = next(table for table in document(tmp_path, drawing).tables if len(table.rows[0]) == 3)
    assert table.header_rows == 1
    first, *rest = texts(table)
    assert first == ["Pos", "Name", "Qty"]
    assert sorted(rest) == [["1", "Plate", "2"], ["2", "Screw M6", "12"]]
    assert all(cell is not None and cell.box is not None for row in table.rows for cell in row)


def test_a_small_text_over_a_larger_one_in_a_box_is_a_label(tmp_path: Path) -> None:
    """Title blocks of plain text: a datum with its box for each field."""
    drawing = new()
    model = drawing.modelspace()
    for left, label, value in ((0, "Werkstoff", "EN AW-6082"), (60, "Maßstab:", "1:2")):
        rectangle(model, left, 0, left + 60, 15)
        write(model, label, left + 1, 12, 1.8)
        write(model, value, left + 5, 3, 3.5)
    data = {datum.label: datum for datum in document(tmp_path, drawing).data}
    assert data["Werkstoff"].text == "EN AW-6082"
    assert data["Maßstab"].text == "1:2"
    assert data["Maßstab"].box is not None
    assert data["Maßstab"].page == 1


@pytest.mark.parametrize(
    ("alignment", "left", "top"),
    [("LEFT", 100.0, 90.0), ("RIGHT", 80.5, 90.0), ("MIDDLE_CENTER", 90.25, 95.0), ("TOP_RIGHT", 80.5, 100.0)],
)
def test_text_stands_where_its_alignment_says(tmp_path: Path, alignment: str, left: float, top: float) -> None:
    """A text of three letters ten high, placed by a point, in millimetres on a page that is larger by its margin."""
    drawing = new()
    rectangle(drawing.modelspace(), 0, 0, 200, 200)
    text = drawing.modelspace().add_text("ABC", height=10)
    text.set_placement((100, 100), align=TextEntityAlignment[alignment])
    [word] = document(tmp_path, drawing).pages[0].words
    assert (word.box.x0 - 20) * 25.4 / 72 == pytest.approx(left)
    assert (word.box.y0 - 20) * 25.4 / 72 == pytest.approx(top)


def test_turned_text_keeps_its_extent(tmp_path: Path) -> None:
    """Words of a text that runs upwards stand above each other, the first one lowest."""
    drawing = new()
    rectangle(drawing.modelspace(), -50, 0, 100, 100)
    write(drawing.modelspace(), "up here", 10, 10, rotation=90)
    words = {word.text: word.box for word in document(tmp_path, drawing).pages[0].words}
    assert words["up"].y0 > words["here"].y1
    assert words["up"].x0 == pytest.approx(words["here"].x0)
    assert words["here"].y1 - words["here"].y0 > words["here"].x1 - words["here"].x0


def test_formatted_text_is_plain_and_in_lines(tmp_path: Path) -> None:
    """Codes are taken off, paragraphs are lines one below the other, characters are spelled out."""
    drawing = new()
    drawing.modelspace().add_mtext("{\\fArial|b1;General} tolerances\\PISO 2768-mK \\U+00B0", dxfattribs={"char_height": 3})
    words = document(tmp_path, drawing).pages[0].words
    assert [word.text for word in words] == ["General", "tolerances", "ISO", "2768-mK", "°"]
    assert words[2].box.y0 > words[0].box.y1


def test_dimensions_and_tolerances_are_tables(tmp_path: Path) -> None:
    """What is measured, with the text that stands for it, and tolerance frames in words."""
    drawing = new()
    model = drawing.modelspace()
    model.add_linear_dim(base=(0, 10), p1=(0, 0), p2=(42.5, 0), text="<> H7").render()
    model.new_entity("TOLERANCE", {"content": "{\\Fgdt;j}%%v{\\Fgdt;n}0.1{\\Fgdt;m}%%vA%%vB", "insert": (0, 20)})
    found = document(tmp_path, drawing)
    assert texts(table_of(found, "Dimensions"))[1] == ["linear", "42.5", "mm", "42.5 H7", "0"]
    assert texts(table_of(found, "Tolerances"))[1] == ["position", "⌀0.1Ⓜ", "A B"]
    assert "H7" in {word.text for word in found.pages[0].words}


def test_layouts_are_pages_and_hidden_layers_are_not_shown(tmp_path: Path) -> None:
    """The model first, then each sheet that shows something; what is off is counted."""
    drawing = new()
    drawing.layers.add("secret").off()
    write(drawing.modelspace(), "model", 0, 0)
    write(drawing.modelspace(), "hidden", 0, 0, layer="secret")
    write(drawing.layout("Layout1"), "paper", 0, 0)
    drawing.layouts.new("Empty")
    found = document(tmp_path, drawing)
    assert [[word.text for word in page.words] for page in found.pages] == [["model"], ["paper"]]
    assert any(note.startswith("1 entities on layers") for note in found.notes)
    assert ["secret", "off"] in [row[:2] for row in texts(table_of(found, "Layers"))]


def test_units_are_those_the_file_states(tmp_path: Path) -> None:
    """Inches where it says so, none where it says nothing."""
    drawing = new(units=1)
    drawing.header.custom_vars.append("Project", "Harbour")
    data = {datum.label: datum.text for datum in document(tmp_path, drawing).data}
    assert data == {"Drawing units": "in", "Project": "Harbour"}
    silent = read(tmp_path, b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", "a.dxf")
    assert silent.data == []


def test_a_binary_drawing_reads_the_same(tmp_path: Path) -> None:
    """Both encodings of the format hold the same drawing."""
    drawing = new()
    titled(drawing)
    stream = io.BytesIO()
    drawing.write(stream, fmt="bin")
    binary = read(tmp_path, stream.getvalue(), "a")
    assert [datum.text for datum in binary.data] == [datum.text for datum in document(tmp_path, drawing).data]


def test_blocks_within_themselves_and_great_arrays_end(tmp_path: Path) -> None:
    """Recursion is bounded, and so is what a single insert may be repeated to."""
    drawing = new()
    block = drawing.blocks.new("A")
    write(block, "inside", 0, 0)
    block.add_blockref("A", (1, 1))
    drawing.modelspace().add_blockref("A", (0, 0))
    other = drawing.blocks.new("B")
    write(other, "many", 0, 0)
    drawing.modelspace().add_blockref("B", (0, 0), dxfattribs={"row_count": 30_000, "column_count": 30_000})
    found = document(tmp_path, drawing)
    assert 1 <= sum(word.text == "inside" for word in found.pages[0].words) <= walk.MAX_DEPTH
    assert any("inserts were left out" in note for note in found.notes)


def test_blocks_that_multiply_are_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ten blocks of ten of each other come to more than is looked at."""
    monkeypatch.setattr(walk, "MAX_ENTITIES", 2_000)
    drawing = new()
    write(drawing.blocks.new("B0"), "x", 0, 0)
    for level in range(1, 6):
        block = drawing.blocks.new(f"B{level}")
        for step in range(10):
            block.add_blockref(f"B{level - 1}", (step, 0))
    drawing.modelspace().add_blockref("B5", (0, 0))
    with pytest.raises(FileProblem) as problem:
        document(tmp_path, drawing)
    assert problem.value.category is FailureCategory.TOO_LARGE


def test_a_truncated_drawing_gives_what_is_left(tmp_path: Path) -> None:
    """Cut amid its objects it is read with a note; cut in its head it is corrupt."""
    drawing = new()
    titled(drawing)
    whole = content(drawing)
    found = read(tmp_path, whole[: int(len(whole) * 0.9)], "a.dxf")
    assert "4711-02" in {datum.text for datum in found.data}
    assert any("repaired" in note for note in found.notes)
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, b"AutoCAD Binary DXF\r\n\x1a\0" + b"\x07" * 30, "a.dxf")
    assert problem.value.category is FailureCategory.CORRUPT


@pytest.mark.parametrize("number", ["nan", "1e300", "-inf"])
def test_numbers_that_make_no_sense_leave_the_rest(tmp_path: Path, number: str) -> None:
    """A text at no place is left out; the one beside it is read."""
    damaged = f"0\nTEXT\n8\n0\n10\n{number}\n20\n0.0\n40\n2.5\n1\nlost\n0\nTEXT\n8\n0\n10\n1.0\n20\n0.0\n40\n2.5\n1\nkept\n"
    found = read(tmp_path, f"0\nSECTION\n2\nENTITIES\n{damaged}0\nENDSEC\n0\nEOF\n".encode(), "a.dxf")
    assert "kept" in {word.text for word in found.pages[0].words}


def test_a_drawing_is_bounded_in_size_and_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file beyond the limit is refused before it is opened, one of too many words after."""
    drawing = new()
    write(drawing.modelspace(), "a b c d", 0, 0)
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content(drawing), "a.dxf", Limits(max_words=3))
    assert problem.value.category is FailureCategory.TOO_LARGE
    monkeypatch.setattr(loading, "MAX_BYTES", 100)
    with pytest.raises(FileProblem) as problem:
        document(tmp_path, drawing)
    assert problem.value.category is FailureCategory.TOO_LARGE


def test_too_many_rules_draw_no_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hatchings are not searched for tables."""
    drawing = new()
    parts_list(drawing.modelspace(), upwards=False)
    from sheaf.documents.dxf.sheet import placed, sheet_of

    page: Placed = placed(sheet_of(walk.Walk(drawing), drawing.modelspace()), 4)
    assert len(boxes.boxes_of(page)) == 9
    monkeypatch.setattr(boxes, "MAX_RULES", 3)
    assert boxes.boxes_of(page) == []
    monkeypatch.setattr(boxes, "MAX_PAIRS", 0)
    assert list(boxes.labelled_boxes([Box(0, 0, 9, 9)], [Lettered("a", Box(1, 1, 2, 2), 1.0)])) == []
