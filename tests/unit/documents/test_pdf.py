"""PDF: words where they are seen, in the order they are read, and what lies on top of them or is attached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Page
from sheaf.documents.recognition import models
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.domain.rows import Box
from tests.unit.documents.making import changed, lines, pdf, read, texts

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


def _two_lines(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 12)
    canvas.drawString(150, 150, "A-17")
    canvas.drawString(20, 100, "Total 12,50 EUR")
    canvas.drawString(20, 150, "Invoice number:")


def _box(page: Page, text: str) -> Box:
    return next(word.box for word in page.words if word.text == text)


def _near(box: Box, expected: tuple[float, float], by: float = 4) -> bool:
    return abs(box.x0 - expected[0]) <= by and abs(box.y1 - expected[1]) <= by


def test_words_come_in_reading_order_with_boxes_from_the_top_left(tmp_path: Path) -> None:
    """Lines run from the top, words from the left, whatever order the file draws them in."""
    page = read(tmp_path, pdf(_two_lines), "a.pdf").pages[0]
    assert lines(page) == ["Invoice number: A-17", "Total 12,50 EUR"]
    assert (page.width, page.height) == (300, 200)
    assert _near(_box(page, "Invoice"), (20, 53))
    assert _near(_box(page, "Total"), (20, 103))
    assert all(word.box.x0 < word.box.x1 and word.box.y0 < word.box.y1 for word in page.words)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_as_it_is_seen(tmp_path: Path, turn: int) -> None:
    """A page drawn sideways and turned upright for viewing reads like an upright one."""

    def draw(canvas: Canvas) -> None:
        x, y = {90: (200, 0), 180: (300, 200), 270: (0, 300)}[turn]
        canvas.translate(x, y)
        canvas.rotate({90: 90, 180: 180, 270: -90}[turn])
        _two_lines(canvas)

    drawn = pdf(draw, size=(300, 200) if turn == 180 else (200, 300))
    page = read(tmp_path, changed(drawn, lambda document: document.pages[0].rotate(turn, relative=False)), "a.pdf").pages[0]
    assert (page.width, page.height) == (300, 200)
    assert lines(page) == ["Invoice number: A-17", "Total 12,50 EUR"]
    assert _near(_box(page, "Invoice"), (20, 53))


def test_the_visible_frame_sets_the_origin(tmp_path: Path) -> None:
    """Boxes count from the crop box's corner, and text outside of it is not there."""

    def crop(document: pikepdf.Pdf) -> None:
        document.pages[0].mediabox = pikepdf.Array([-50, -50, 300, 200])
        document.pages[0].cropbox = pikepdf.Array([10, 120, 290, 190])

    page = read(tmp_path, changed(pdf(_two_lines), crop), "a.pdf").pages[0]
    assert (page.width, page.height) == (280, 70)
    assert lines(page) == ["Invoice number: A-17"]
    assert _near(_box(page, "Invoice"), (10, 43))


def test_wide_gaps_part_words_that_no_space_parts(tmp_path: Path) -> None:
    """Columns set without spaces between them are still words of their own."""

    def draw(canvas: Canvas) -> None:
        for x, text in ((20, "Qty"), (60, "Price"), (120, "Total")):
            canvas.drawString(x, 100, text)

    assert [word.text for word in read(tmp_path, pdf(draw), "a.pdf").pages[0].words] == ["Qty", "Price", "Total"]


def test_upright_text_makes_whole_words(tmp_path: Path) -> None:
    """Text that runs up the margin is not broken into letters."""

    def draw(canvas: Canvas) -> None:
        canvas.rotate(90)
        canvas.drawString(30, -40, "Margin note")

    assert {word.text for word in read(tmp_path, pdf(draw), "a.pdf").pages[0].words} == {"Margin", "note"}


def test_text_printed_twice_for_weight_counts_once(tmp_path: Path) -> None:
    """A word drawn again a hair's breadth away is the same word."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(20, 100, "TOTAL")
        canvas.drawString(20.3, 100, "TOTAL")

    assert lines(read(tmp_path, pdf(draw), "a.pdf").pages[0]) == ["TOTAL"]


def test_a_picture_of_a_page_waits_for_recognition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with something drawn and hardly any text is marked, an empty one and one with text are not."""
    monkeypatch.setattr(models, "installed", lambda: False)

    def draw(canvas: Canvas) -> None:
        canvas.rect(10, 10, 200, 100, fill=1)
        canvas.drawString(20, 150, "p. 1")
        canvas.showPage()
        canvas.showPage()
        canvas.rect(10, 10, 200, 100)
        canvas.drawString(20, 150, "This page has all the text it needs.")

    assert [page.needs_recognition for page in read(tmp_path, pdf(draw), "a.pdf").pages] == [True, False, False]


def test_form_fields_are_data_and_words(tmp_path: Path) -> None:
    """Each field is a datum with its label, value, page and box; what it shows is among the page's words."""

    def draw(canvas: Canvas) -> None:
        form = canvas.acroForm
        canvas.drawString(20, 160, "Customer:")
        form.textfield(name="customer_name", tooltip="Customer", x=100, y=150, width=150, height=20, value="Ann Example")
        form.checkbox(name="urgent", tooltip="", x=100, y=120, size=12, checked=True)
        form.checkbox(name="fragile", tooltip="", x=150, y=120, size=12, checked=False)
        form.radio(name="size", value="small", x=100, y=90, size=12, selected=False)
        form.radio(name="size", value="large", x=150, y=90, size=12, selected=True)
        form.choice(name="colour", x=100, y=50, width=80, height=20, value="Blue", options=["Red", "Blue"])

    document = read(tmp_path, pdf(draw), "a.pdf")
    fields = {datum.path: datum for datum in document.data}
    assert {name: datum.text for name, datum in fields.items()} == {
        "customer_name": "Ann Example",
        "urgent": "true",
        "fragile": "false",
        "size": "large",
        "colour": "Blue",
    }
    assert fields["customer_name"].label == "Customer"
    assert fields["customer_name"].page == 1
    assert fields["customer_name"].box == Box(100, 30, 250, 50)
    assert fields["size"].box is not None
    assert fields["size"].box.x0 == pytest.approx(150, abs=2)
    shown = lines(document.pages[0])
    assert shown[0] == "Customer: Ann Example"
    assert shown[1] == "☒ ☐"


_CII = """<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100">
<rsm:ExchangedDocument><ram:ID>R-1</ram:ID></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem>
<ram:SpecifiedTradeProduct><ram:Name>Bolt</ram:Name></ram:SpecifiedTradeProduct>
</ram:IncludedSupplyChainTradeLineItem></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


def _attach(name: str, content: str) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments[name] = content.encode()

    return changed(pdf(_two_lines), change)


def test_an_attached_electronic_invoice_is_read(tmp_path: Path) -> None:
    """The XML of a Factur-X file becomes data with roles and a table of its lines; paths begin with the attachment's name."""
    document = read(tmp_path, _attach("factur-x.xml", _CII), "a.pdf")
    number = next(datum for datum in document.data if datum.role == "invoice.number")
    assert (number.text, number.path) == ("R-1", "factur-x.xml/CrossIndustryInvoice/ExchangedDocument/ID")
    assert texts(document.tables[0]) == [["Item"], ["Bolt"]]
    assert lines(document.pages[0])[0] == "Invoice number: A-17"


@pytest.mark.parametrize(("name", "content"), [("notes.txt", "x"), ("a.xml", "<a/>"), ("factur-x.xml", "<a>")])
def test_other_attachments_are_noted(tmp_path: Path, name: str, content: str) -> None:
    """What is attached and not read is mentioned, and keeps nothing else from being read."""
    document = read(tmp_path, _attach(name, content), "a.pdf")
    assert document.data == []
    assert len(document.notes) == 1
    assert lines(document.pages[0])


def test_a_user_password_refuses_and_an_owner_password_does_not(tmp_path: Path) -> None:
    """A file that cannot be opened without a password says so; one that is only restricted is read."""

    def protected(user: str) -> bytes:
        return changed(pdf(_two_lines), lambda _document: None, encryption=pikepdf.Encryption(owner="boss", user=user))

    with pytest.raises(FileProblem) as problem:
        read(tmp_path, protected("secret"), "a.pdf")
    assert problem.value.category is FailureCategory.ENCRYPTED
    assert lines(read(tmp_path, protected(""), "a.pdf").pages[0])[1] == "Total 12,50 EUR"


def test_metadata_is_kept(tmp_path: Path) -> None:
    """Title and author come along."""

    def draw(canvas: Canvas) -> None:
        canvas.setTitle("Invoice 1")
        canvas.setAuthor("Acme")
        _two_lines(canvas)

    metadata = read(tmp_path, pdf(draw), "a.pdf").metadata
    assert (metadata["title"], metadata["author"]) == ("Invoice 1", "Acme")


def test_limits_on_pages_and_words_hold(tmp_path: Path) -> None:
    """One page or word too many and the file is too large, with the figures in the message's details."""

    def two_pages(canvas: Canvas) -> None:
        _two_lines(canvas)
        canvas.showPage()
        _two_lines(canvas)

    for limits in (Limits(max_pages=1), Limits(max_words=11), Limits(max_words=3)):
        with pytest.raises(FileProblem) as problem:
            read(tmp_path, pdf(two_pages), "a.pdf", limits)
        assert problem.value.category is FailureCategory.TOO_LARGE
    assert len(read(tmp_path, pdf(two_pages), "a.pdf", Limits(max_pages=2, max_words=12)).pages) == 2


def test_a_damaged_file_is_corrupt(tmp_path: Path) -> None:
    """A PDF head with nothing behind it is corrupt."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, b"%PDF-1.7\n" + b"x" * 500, "a.pdf")
    assert problem.value.category is FailureCategory.CORRUPT


def test_a_comb_is_one_text_in_its_box(tmp_path: Path) -> None:
    """A field that is shown a character a box is read as one text, whatever kind of field it is; several lines and choices are kept."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(20, 155, "Tax number of the applicant")
        form = canvas.acroForm
        form.textfield(name="tax", tooltip="Tax number", x=20, y=120, width=200, height=20, value="12345678", maxlen=8, fieldFlags="comb")
        form.textfield(name="why", x=20, y=60, width=200, height=50, value="first\nsecond", fieldFlags="multiline")
        form.listbox(
            name="days", x=20, y=10, width=80, height=40, value=["Mon", "Wed"], options=["Mon", "Tue", "Wed"], fieldFlags="multiSelect"
        )

    document = read(tmp_path, pdf(draw), "a.pdf")
    data = {datum.path: datum for datum in document.data}
    assert (data["tax"].text, data["tax"].label, data["tax"].page) == ("12345678", "Tax number", 1)
    assert (data["why"].text, data["days"].text) == ("first\nsecond", "Mon\nWed")
    box = data["tax"].box
    assert box is not None
    assert _near(box, (20, 80))
    assert any(word.text == "12345678" and box.x0 <= word.box.x0 <= word.box.x1 <= box.x1 for word in document.pages[0].words)
