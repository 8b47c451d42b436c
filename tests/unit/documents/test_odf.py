"""OpenDocument: texts as printed, sheets complete, slides in place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Place
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box
from tests.unit.documents.making import lines, odf, read, texts, zipped

_BREAK = '<style:style style:name="B"><style:paragraph-properties fo:break-before="page"/></style:style>'
_HIDDEN = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'


def _p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def _cell(text: str, settings: str = "") -> str:
    return f"<table:table-cell {settings}>{_p(text)}</table:table-cell>"


def _row(*cells: str, settings: str = "") -> str:
    return f"<table:table-row {settings}>{''.join(cells)}</table:table-row>"


def _number(value: str, shown: str, kind: str = "float") -> str:
    return _cell(shown, f'office:value-type="{kind}" office:value="{value}"')


def _sheet(*rows: str, name: str = "Data", settings: str = "") -> str:
    return f'<table:table table:name="{name}" {settings}>{"".join(rows)}</table:table>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (_p("one\n   two<text:s text:c='3'/>three"), ["one two three"]),
        (_p("To<text:span>tal</text:span><text:tab/>5"), ["Total 5"]),
        (_p("a<text:line-break/>b"), ["a", "b"]),
        (_p("seen<text:span text:style-name='H'>hidden</text:span>") + _p("gone", "H"), ["seen"]),
        (_p("kept<office:annotation><text:p>remark</text:p></office:annotation>"), ["kept"]),
        (f"<text:tracked-changes>{_p('deleted')}</text:tracked-changes>" + _p("left"), ["left"]),
        ("<text:list><text:list-item>" + _p("item") + "</text:list-item></text:list>", ["item"]),
        (_p("text<draw:frame><draw:text-box>" + _p("boxed") + "</draw:text-box></draw:frame>"), ["text", "boxed"]),
        (
            _p("sum<text:note><text:note-citation>1</text:note-citation><text:note-body>" + _p("foot") + "</text:note-body></text:note>")
            + _p("last"),
            ["sum1", "last", "foot"],
        ),
    ],
)
def test_text_reads_as_printed(tmp_path: Path, body: str, expected: list[str]) -> None:
    """White space counts as the format says, hidden and deleted text stays away, frames and notes are read."""
    assert lines(read(tmp_path, odf("text", body, styles=_HIDDEN), "a").pages[0]) == expected


def test_a_text_has_pages_tables_headers_and_data(tmp_path: Path) -> None:
    """Pages end where a style says; cells cite their path; headers and footers are read once; form controls are data."""
    table = _sheet(
        "<table:table-header-rows>" + _row(_cell("Item"), _cell("Count"), _cell("Sum")) + "</table:table-header-rows>",
        _row(_cell("Bolt"), _cell("3"), _cell("6")),
        _row(_cell("Total", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", _cell("6")),
    )
    form = '<office:forms><form:form><form:text form:name="taxNumber" form:current-value="12/3"/></form:form></office:forms>'
    styles = f"<root><style:header>{_p('ACME')}</style:header><style:header>{_p('ACME')}</style:header></root>"
    meta = "<root><dc:title>Offer</dc:title></root>"
    content = odf("text", form + table + _p("next", "B"), {"styles.xml": styles, "meta.xml": meta}, styles=_BREAK)
    document = read(tmp_path, content, "a")
    assert [lines(page) for page in document.pages] == [["ACME", "Item Count Sum", "Bolt 3 6", "Total 6"], ["next"]]
    found = document.tables[0]
    assert (texts(found)[2], found.header_rows) == (["Total", "", "6"], 1)
    bolt = found.rows[1][0]
    assert bolt is not None
    assert bolt.place == Place(path="tbl[1]/tr[2]/tc[1]")
    assert document.data == [Datum("form/taxNumber", "12/3", "tax number")]
    assert document.metadata == {"title": "Offer"}


def test_cells_have_text_value_and_reference(tmp_path: Path) -> None:
    """Each cell says what is seen, what it means and where it is."""
    row = _row(
        _number("1234.5", "1.234,50 €", "currency"),
        _number("3", "3"),
        _cell("05.03.24", 'office:value-type="date" office:date-value="2024-03-05"'),
        _cell("x", 'office:value-type="date" office:date-value="2024-03-05T10:30:00"'),
        _cell("09:30", 'office:value-type="time" office:time-value="PT09H30M00S"'),
        _cell("26:03", 'office:value-type="time" office:time-value="PT26H03M00S"'),
        _cell("WAHR", 'office:value-type="boolean" office:boolean-value="true"'),
        _cell("plain", 'office:value-type="string"'),
    )
    document = read(tmp_path, odf("spreadsheet", _sheet(row)), "a")
    assert document.tabular
    cells = [cell for cell in document.tables[0].rows[0] if cell]
    assert [cell.value for cell in cells] == [
        1234.5,
        3,
        date(2024, 3, 5),
        datetime(2024, 3, 5, 10, 30),  # noqa: DTZ001 - a sheet's moments have no zone
        time(9, 30),
        timedelta(hours=26, minutes=3),
        True,
        None,
    ]
    assert (cells[0].text, cells[0].place, cells[7].place) == ("1.234,50 €", Place(cell="Data!A1"), Place(cell="Data!H1"))


def test_repetitions_are_written_out_and_empty_tails_are_not(tmp_path: Path) -> None:
    """Repeated rows and cells count as often as they are there; a million empty ones at the end cost nothing."""
    body = _sheet(
        _row(_cell("Item"), _cell("n"), "<table:table-cell table:number-columns-repeated='16382'/>"),
        _row(_cell("Bolt"), _number("1", "1"), settings='table:number-rows-repeated="3"'),
        _row("<table:table-cell table:number-columns-repeated='2'/>", settings='table:number-rows-repeated="2"'),
        _row(_cell("Nut"), "<table:covered-table-cell/>", _number("2", "2")),
        _row("<table:table-cell table:number-columns-repeated='16384'/>", settings='table:number-rows-repeated="1048570"'),
    )
    document = read(tmp_path, odf("spreadsheet", body), "a")
    assert lines(document.pages[0]) == ["Item n", *["Bolt 1"] * 3, "Nut 2"]
    assert [word.place for word in document.pages[0].words[-2:]] == [Place(cell="Data!A7"), Place(cell="Data!C7")]
    assert sum(len(table.rows) for table in document.tables) == 5


def test_hidden_sheets_and_missing_results_are_noted(tmp_path: Path) -> None:
    """A hidden sheet is read and named; a formula without a saved result is counted."""
    hidden = '<style:style style:name="T"><style:table-properties table:display="false"/></style:style>'
    first = _sheet(_row(_cell("a"), '<table:table-cell table:formula="of:=1"/>', _cell("b")))
    content = odf("spreadsheet", first + _sheet(_row(_cell("x")), name="Secret", settings='table:style-name="T"'), styles=hidden)
    assert list(read(tmp_path, content, "a").notes) == [
        "The sheet Data has 1 formulas without a saved result; their cells are empty here.",
        "The sheet Secret is hidden; it was read all the same.",
    ]


def test_slides_have_frames_tables_and_notes(tmp_path: Path) -> None:
    """Frames stand where they are put, tables share out their frame, notes stand below."""
    table = _sheet(_row(_cell("Item"), _cell("Sum")), _row(_cell("Bolt"), _cell("6")), settings='table:use-first-row-styles="true"')
    body = (
        "<draw:page draw:master-page-name='M'>"
        f"<draw:frame svg:x='72pt' svg:y='2in' svg:width='144pt' svg:height='1in'>{table}</draw:frame>"
        f"<draw:g><draw:custom-shape svg:x='1in' svg:y='36pt' svg:width='10cm' svg:height='1in'>{_p('Title')}</draw:custom-shape></draw:g>"
        f"<presentation:notes><draw:frame><draw:text-box>{_p('aside')}</draw:text-box></draw:frame></presentation:notes></draw:page>"
    )
    layout = (
        '<style:page-layout style:name="L"><style:page-layout-properties fo:page-width="10in" fo:page-height="5in"/></style:page-layout>'
    )
    styles = f'<root>{layout}<style:master-page style:name="M" style:page-layout-name="L"/></root>'
    page = read(tmp_path, odf("presentation", body, {"styles.xml": styles}), "a").pages[0]
    assert lines(page) == ["Title", "Item Sum", "Bolt 6", "aside"]
    assert (page.width, page.words[0].box.x0, page.words[0].box.y0) == (720, 72, 36)
    assert page.words[-1].box.y0 >= 360
    bolt = page.tables[0].rows[1][0]
    assert bolt is not None
    assert (bolt.box, page.tables[0].header_rows) == (Box(72, 180, 144, 216), 1)


_ENTITIES = '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (odf("text", ""), Limits(), FailureCategory.EMPTY),
        (odf("spreadsheet", _sheet()), Limits(), FailureCategory.EMPTY),
        (odf("presentation", ""), Limits(), FailureCategory.EMPTY),
        (odf("text", "", {"META-INF/manifest.xml": "<x><manifest:encryption-data/></x>"}), Limits(), FailureCategory.ENCRYPTED),
        (odf("spreadsheet", "", {"content.xml": _ENTITIES}), Limits(), FailureCategory.UNSAFE),
        (odf("spreadsheet", "", {"content.xml": "<x>" * 300 + "</x>" * 300}), Limits(), FailureCategory.UNSAFE),
        (odf("spreadsheet", "", {"content.xml": "<x><y></x>"}), Limits(), FailureCategory.CORRUPT),
        (
            odf("spreadsheet", _sheet(_row(_cell("a"), settings='table:number-rows-repeated="99999999"'))),
            Limits(),
            FailureCategory.TOO_LARGE,
        ),
        (odf("spreadsheet", _sheet(_row(_cell("a", 'table:number-columns-repeated="99999"')))), Limits(), FailureCategory.TOO_LARGE),
        (odf("text", _sheet(_row(_cell("a"), settings='table:number-rows-repeated="99999999"'))), Limits(), FailureCategory.TOO_LARGE),
        (
            odf("spreadsheet", _sheet(_row(_cell("a"), settings='table:number-rows-repeated="9"'))),
            Limits(max_table_cells=8),
            FailureCategory.TOO_LARGE,
        ),
        (odf("presentation", "<draw:page/><draw:page/>"), Limits(max_pages=1), FailureCategory.TOO_LARGE),
    ],
)
def test_what_cannot_be_read_has_its_category(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Nothing, too much, secrets, entities and damage are told apart; a number in an attribute is no memory."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a", limits)
    assert problem.value.category is category


def test_a_package_whose_type_stands_elsewhere_is_told_all_the_same(tmp_path: Path) -> None:
    """Some programs write the type after other parts, or compressed."""
    content = zipped({"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument.text"})
    with pytest.raises(FileProblem, match="no text"):
        read(tmp_path, content, "a")
