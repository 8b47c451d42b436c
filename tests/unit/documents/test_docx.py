"""Word-processing documents read as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import docx, lines, paragraph, read, texts

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _cell(text: str, settings: str = "") -> str:
    return f"<w:tc><w:tcPr>{settings}</w:tcPr>{paragraph(text)}</w:tc>"


def _table(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in rows) + "</w:tbl>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph("one") + paragraph("two"), ["one", "two"]),
        ("<w:p><w:r><w:t>To</w:t></w:r><w:r><w:t>tal</w:t><w:tab/><w:t>5</w:t></w:r></w:p>", ["Total 5"]),
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>", ["a", "b"]),
        ("<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>", ["new"]),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t>seen</w:t></w:r></w:p>", ["seen"]),
        ("<w:p><w:r><w:instrText>DATE</w:instrText></w:r><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", ["link"]),
        ("<w:p><w:r><w:t>INV</w:t><w:noBreakHyphen/><w:t>7</w:t></w:r></w:p>", ["INV-7"]),
        (
            f"<w:p><w:r><w:t>text</w:t><w:pict><w:txbxContent>{paragraph('boxed')}</w:txbxContent></w:pict></w:r></w:p>",
            ["text", "boxed"],
        ),
        (f"<w:sdt><w:sdtContent>{paragraph('controlled')}</w:sdtContent></w:sdt>", ["controlled"]),
    ],
)
def test_text_reads_as_printed(tmp_path: Path, body: str, expected: list[str]) -> None:
    """Runs join, breaks break, deleted and hidden text stays away, boxes and controls are read."""
    assert lines(read(tmp_path, docx(body), "a.docx").pages[0]) == expected


def test_tables_have_spans_and_places(tmp_path: Path) -> None:
    """Spans across and down are counted, covered cells absent, and cells cite their path."""
    body = paragraph("before") + _table(
        [_cell("Item"), _cell("Count"), _cell("Sum")],
        [_cell("Bolt", '<w:vMerge w:val="restart"/>'), _cell("3"), _cell("6")],
        [_cell("", "<w:vMerge/>"), _cell("4"), _cell("8")],
        [_cell("Total", '<w:gridSpan w:val="2"/>'), _cell("14")],
    )
    page = read(tmp_path, docx(body), "a.docx").pages[0]
    table = page.tables[0]
    assert texts(table) == [["Item", "Count", "Sum"], ["Bolt", "3", "6"], ["", "4", "8"], ["Total", "", "14"]]
    assert table.header_rows == 1
    bolt, total = table.rows[1][0], table.rows[3][0]
    assert bolt is not None
    assert total is not None
    assert (bolt.rowspan, total.colspan, bolt.place) == (2, 2, Place(path="tbl[1]/tr[2]/tc[1]"))
    starts = {word.text: word.box.x0 for word in page.words}
    assert starts["Sum"] == starts["6"] == starts["14"]
    assert page.words[0].place == Place(path="p[1]")


def test_page_breaks_end_pages(tmp_path: Path) -> None:
    """The author's page breaks are kept, numbering from one."""
    body = paragraph("one") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + paragraph("two")
    pages = read(tmp_path, docx(body), "a.docx").pages
    assert [(page.number, lines(page)) for page in pages] == [(1, ["one"]), (2, ["two"])]


def test_headings_and_bold_runs_are_bold(tmp_path: Path) -> None:
    """A heading's words and those of wholly bold paragraphs are bold, others are not."""
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>'
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Strong</w:t></w:r></w:p>"
        '<w:p><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>plain</w:t></w:r></w:p>'
    )
    assert [word.bold for word in read(tmp_path, docx(body), "a.docx").pages[0].words] == [True, True, False]


def test_headers_and_footers_are_read_once(tmp_path: Path) -> None:
    """A letterhead stands above the text, a footer below it, whatever number of parts repeats them."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate([("header", "header1.xml"), ("header", "header2.xml"), ("footer", "/word/footer1.xml")])
    )
    parts = {
        "word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>",
        "word/header1.xml": f"<w:hdr {namespace}>{paragraph('Acme Ltd')}</w:hdr>",
        "word/header2.xml": f"<w:hdr {namespace}>{paragraph('Acme Ltd')}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {namespace}>{paragraph('IBAN DE1')}</w:ftr>",
    }
    page = read(tmp_path, docx(paragraph("Dear Ann"), parts), "a.docx").pages[0]
    assert lines(page) == ["Acme Ltd", "Dear Ann", "IBAN DE1"]
    assert page.words[0].place == Place(path="header1/p[1]")


def test_named_content_controls_are_data(tmp_path: Path) -> None:
    """A control's name is the label, its content the text; a placeholder is blank, a ticked box true."""

    def control(settings: str, text: str) -> str:
        return f"<w:sdt><w:sdtPr>{settings}</w:sdtPr><w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent></w:sdt>"

    controls = (
        control('<w:alias w:val="startDate"/>', "1 May"),
        control('<w:tag w:val="End date"/><w:showingPlcHdr/>', "Click here"),
        control('<w:alias w:val="Urgent"/><w:checkbox><w:checked w:val="1"/></w:checkbox>', "☒"),
        control("", "nameless"),
    )
    body = "".join(f"<w:p>{item}</w:p>" for item in controls)
    data = read(tmp_path, docx(body), "a.docx").data
    assert [(datum.label, datum.text) for datum in data] == [("start date", "1 May"), ("end date", ""), ("urgent", "true")]
    assert len({datum.path for datum in data}) == 3


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (docx(""), Limits(), FailureCategory.EMPTY),
        (docx("<w:p>"), Limits(), FailureCategory.CORRUPT),
        (docx(paragraph("a b c")), Limits(max_words=2), FailureCategory.TOO_LARGE),
        (docx("<w:p>" * 100 + "</w:p>" * 100), Limits(max_depth=50), FailureCategory.UNSAFE),
        (docx("").replace(b"PK\x01\x02", b"PK\x01\x03"), Limits(), FailureCategory.CORRUPT),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Empty, broken, too long and too deep documents each have their category."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.docx", limits)
    assert problem.value.category is category
