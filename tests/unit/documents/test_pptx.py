"""Slides: where shapes stand, what tables hold, what was said below."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box
from tests.unit.documents.making import lines, pptx, read, shape, texts, zipped

_GROUP = (
    '<p:grpSp><p:grpSpPr><a:xfrm><a:off x="1270000" y="1270000"/><a:ext cx="2540000" cy="1270000"/>'
    '<a:chOff x="0" y="0"/><a:chExt cx="1270000" cy="1270000"/></a:xfrm></p:grpSpPr>{}</p:grpSp>'
)


def _cell(text: str, settings: str = "") -> str:
    return f"<a:tc {settings}><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"


def _table(*rows: list[str]) -> str:
    columns = "".join('<a:gridCol w="1270000"/>' for _ in rows[0])
    inner = "".join(f'<a:tr h="254000">{"".join(row)}</a:tr>' for row in rows)
    return (
        '<p:graphicFrame><p:xfrm><a:off x="635000" y="635000"/><a:ext cx="1" cy="1"/></p:xfrm><a:graphic><a:graphicData>'
        f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{columns}</a:tblGrid>{inner}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
    )


def test_text_stands_where_its_shape_does(tmp_path: Path) -> None:
    """Words lie inside their shape and in reading order, whatever the order in the file; each cites its paragraph."""
    slide = shape("below", place=(100, 300, 200, 40)) + shape("Title\nof two lines", place=(100, 50, 400, 80))
    page = read(tmp_path, pptx([slide]), "a").pages[0]
    assert (page.width, page.height, page.grid) == (720.0, 540.0, False)
    assert lines(page) == ["Title", "of two lines", "below"]
    assert page.words[0].place == Place(path="slide[1]/shape[2]/p[1]")
    assert all(100 <= word.box.x0 <= word.box.x1 <= 500 and 50 <= word.box.y0 <= word.box.y1 <= 130 for word in page.words[:4])


def test_a_shape_without_a_place_has_its_layouts(tmp_path: Path) -> None:
    """A placeholder takes its box from the layout; one that nothing places has the slide."""
    parts = {"ppt/slideLayouts/l.xml": f"<root>{shape('Click to edit', place=(60, 70, 300, 50), kind='title')}</root>"}
    content = pptx([shape("Offer", kind="title") + shape("loose")], parts, relations={1: {"slideLayout": "../slideLayouts/l.xml"}})
    page = read(tmp_path, content, "a").pages[0]
    assert sorted(word.text for word in page.words) == ["Offer", "loose"]
    offer = next(word for word in page.words if word.text == "Offer")
    assert (offer.box.x0, offer.box.y0) == (60, 70)


def test_groups_move_and_scale_what_is_in_them(tmp_path: Path) -> None:
    """A group's own coordinates are those of its children."""
    page = read(tmp_path, pptx([_GROUP.format(shape("inside", place=(50, 50, 50, 30)))]), "a").pages[0]
    assert (page.words[0].box.x0, page.words[0].box.y0) == (200, 150)
    assert page.words[0].box.x1 <= 300


def test_tables_have_the_boxes_of_their_columns(tmp_path: Path) -> None:
    """Cells lie where columns and rows put them; a marked first row is the header, what a span covers is absent."""
    slide = _table(
        [_cell("Item"), _cell("Count"), _cell("Sum")],
        [_cell("Bolt"), _cell("3"), _cell("6")],
        [_cell("Total", 'gridSpan="2"'), _cell("", 'hMerge="1"'), _cell("6")],
    )
    page = read(tmp_path, pptx([slide]), "a").pages[0]
    table = page.tables[0]
    assert texts(table) == [["Item", "Count", "Sum"], ["Bolt", "3", "6"], ["Total", "", "6"]]
    assert table.header_rows == 1
    total = table.rows[2][0]
    assert total is not None
    assert (total.box, total.colspan, table.rows[2][1]) == (Box(50, 90, 250, 110), 2, None)
    assert total.place == Place(path="slide[1]/table[1]/tr[3]/tc[1]")
    assert lines(page) == ["Item Count Sum", "Bolt 3 6", "Total 6"]


def test_notes_stand_below_and_hidden_slides_are_noted(tmp_path: Path) -> None:
    """The speaker's notes are read below the slide; a hidden slide is read and named; a hidden shape is not."""
    parts = {"ppt/notes.xml": f"<root>{shape('said aloud', kind='body')}{shape('7', kind='sldNum')}</root>"}
    secret = shape("secret").replace('name="x"', 'name="x" hidden="1"')
    document = read(
        tmp_path, pptx([shape("one") + secret, "hidden" + shape("two")], parts, relations={1: {"notesSlide": "../notes.xml"}}), "a"
    )
    assert [lines(page) for page in document.pages] == [["one", "said aloud"], ["two"]]
    assert document.pages[0].words[-2].box.y0 >= 540
    assert document.pages[0].words[-1].place == Place(path="slide[1]/notes/p[1]")
    assert list(document.notes) == ["Slide 2 is hidden; it was read all the same."]


@pytest.mark.parametrize(
    ("slides", "limits", "category"),
    [
        ([""], Limits(), FailureCategory.EMPTY),
        ([], Limits(), FailureCategory.EMPTY),
        ([shape("a"), shape("b")], Limits(max_pages=1), FailureCategory.TOO_LARGE),
        ([shape("a b c"), shape("d")], Limits(max_words=3), FailureCategory.TOO_LARGE),
        ([_table([_cell("a"), _cell("b")])], Limits(max_table_cells=1), FailureCategory.TOO_LARGE),
    ],
)
def test_presentations_beyond_bounds_are_refused(tmp_path: Path, slides: list[str], limits: Limits, category: FailureCategory) -> None:
    """Nothing to read, and too much of it, have their categories."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, pptx(slides), "a", limits)
    assert problem.value.category is category


def test_absurd_measures_do_no_harm(tmp_path: Path) -> None:
    """Places and sizes that no slide has are read as far as they make sense."""
    huge = shape("far", place=(10**9, -(10**9), 10**9, 0)).replace("<a:r>", '<a:r><a:rPr sz="99999999999999"/>')
    page = read(tmp_path, pptx([huge]), "a").pages[0]
    assert lines(page) == ["far"]
    broken = zipped({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<presentation/>"})
    with pytest.raises(FileProblem):
        read(tmp_path, broken, "a")
