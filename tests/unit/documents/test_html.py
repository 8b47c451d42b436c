"""HTML reads as a browser shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import GRID_WIDTH, Place
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import lines, read, texts


def _lines(folder: Path, body: str, head: str = "") -> list[str]:
    return lines(read(folder, f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "a.html").pages[0])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one\n two</p>three", ["one two", "three"]),
        ("<p>a<br>b<br/>c</p>", ["a", "b", "c"]),
        ("<div>x<div>y</div>z</div>", ["x", "y", "z"]),
        ("<p>Tot<b>al</b> &amp; more</p>", ["Total & more"]),
        ("<p>a&nbsp;b</p>", ["a b"]),
        ("<pre>a  b\n  c</pre>", ["a b", "c"]),
        ("<script>x</script><style>y</style><template>z</template><p>seen</p>", ["seen"]),
        ("<p hidden>x</p><p style='display: NONE'>y</p><p style='color:red;visibility:hidden'>z</p><p>seen</p>", ["seen"]),
        ("<span style='font-size:0px'>x</span><p>seen</p>", ["seen"]),
        ("<!-- x --><p>seen</p>", ["seen"]),
        ("<input value='typed'><input type=hidden value=x><select><option>a<option selected>b</select>", ["typed b"]),
        ("<input type=checkbox checked> yes <input type=checkbox> no", ["☒ yes ☐ no"]),
        ("<dl><dt>Due</dt><dd>1 May</dd><dt>IBAN</dt><dd>DE1</dd><dd>DE2</dd></dl>", ["Due 1 May", "IBAN DE1", "DE2"]),
        ("<p>" + "word " * 30 + "</p>", ["word " * 19 + "word", "word " * 9 + "word"]),
    ],
)
def test_what_is_shown_is_read(tmp_path: Path, body: str, expected: list[str]) -> None:
    """Blocks make lines, inline elements do not, and what is hidden stays away."""
    assert _lines(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("style", "body", "expected"),
    [
        (".x { display: none }", "<p class='y x'>no</p><p>yes</p>", ["yes"]),
        ("#x, b.z { display: none }", "<p id=x>no</p><b class=z>no</b><i class=z>yes</i>", ["yes"]),
        ("small { display: block }", "Pen<small>blue</small>", ["Pen", "blue"]),
        (".a { display: inline-block }", "<b class=a>x</b><b class=a>y</b>", ["x y"]),
        ("header { display: flex }", "<header><div>Left<br>below</div><div>Right</div></header>", ["Left Right", "below"]),
        (".g { display: grid; grid-template-columns: 1fr repeat(1, 80px) }", "<div class=g><p>a</p><p>b</p><p>c</p></div>", ["a b", "c"]),
        ("@media print { p { display: none } } i { display: none }", "<p>yes</p><i>no</i>", ["yes"]),
        ("/* p { display: none } */ .n > p { display: none }", "<p>yes</p>", ["yes"]),
    ],
)
def test_style_sheets_decide_what_shows_and_where(tmp_path: Path, style: str, body: str, expected: list[str]) -> None:
    """The rules that hide, break lines and set things side by side are followed, conditional ones are not."""
    assert _lines(tmp_path, body, f"<style>{style}</style>") == expected


def test_tables_become_tables_with_spans(tmp_path: Path) -> None:
    """Spans are counted, covered cells absent, and a cell cites its path."""
    body = (
        "<table><tr><th>Pos</th><th>Text</th><th>Sum</th></tr>"
        "<tr><td rowspan=2>1</td><td>Bolt</td><td>5</td></tr><tr><td>Nut</td><td>6</td></tr>"
        "<tr><td colspan=2>Total</td><td>11</td></tr></table>"
    )
    table = read(tmp_path, f"<html><body>{body}</body></html>", "a.html").tables[0]
    assert texts(table) == [["Pos", "Text", "Sum"], ["1", "Bolt", "5"], ["", "Nut", "6"], ["Total", "", "11"]]
    assert table.header_rows == 1
    first, total = table.rows[1][0], table.rows[3][0]
    assert first is not None
    assert total is not None
    assert (first.rowspan, total.colspan) == (2, 2)
    assert first.place == Place(path="/html/body[1]/table[1]/tr[2]/td[1]")


def test_values_stand_under_their_headers(tmp_path: Path) -> None:
    """Words of one column begin at one place, also in a table inside a table, which alone counts as data."""
    inner = "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Bolts, long</td><td>5</td></tr></table>"
    body = f"<html><body><table><tr><td>Left</td><td>{inner}</td></tr></table></body></html>"
    page = read(tmp_path, body, "a.html").pages[0]
    starts = {word.text: word.box.x0 for word in page.words}
    assert starts["Price"] == starts["5"] > starts["Item"] == starts["Bolts,"] > starts["Left"] == 0
    assert len(page.tables) == 1
    cell = page.tables[0].rows[1][1]
    assert cell is not None
    assert cell.box is not None
    assert cell.box.x0 == starts["5"]


def test_words_cite_the_element_they_begin_in(tmp_path: Path) -> None:
    """Paths are XPaths; bold elements make bold words."""
    words = read(tmp_path, "<html><body><p>a</p><p>b <b>c</b></p></body></html>", "a.html").pages[0].words
    assert [(word.text, word.place, word.bold) for word in words] == [
        ("a", Place(path="/html/body[1]/p[1]"), False),
        ("b", Place(path="/html/body[1]/p[2]"), False),
        ("c", Place(path="/html/body[1]/p[2]/b[1]"), True),
    ]
    assert words[2].box.x0 == 2 * GRID_WIDTH


def test_json_ld_is_data_with_roles(tmp_path: Path) -> None:
    """schema.org's invoice properties have roles, the rest is data all the same; a damaged script is noted."""
    script = (
        '{"@graph": [{"@type": "Invoice", "confirmationNumber": "R-1", "customer": {"name": "Ann"}, '
        '"totalPaymentDue": {"price": 12.50, "priceCurrency": "EUR"}}]}'
    )
    scripts = f'<script type="Application/LD+JSON">{script}</script><script type="application/ld+json">{{</script>'
    document = read(tmp_path, f"<html><head>{scripts}</head><body>x</body></html>", "a.html")
    roles = {datum.role: (datum.text, datum.path) for datum in document.data if datum.role}
    assert roles["invoice.number"] == ("R-1", "jsonld[1]/@graph/0/confirmationNumber")
    assert roles["buyer.name"][0] == "Ann"
    assert roles["totals.due"][0] == "12.5"
    assert {datum.path: datum.label for datum in document.data}["jsonld[1]/@graph/0/customer/name"] == "customer name"
    assert len(document.notes) == 1


@pytest.mark.parametrize(("charset", "text"), [("shift_jis", "請求書 東京"), ("iso-8859-2", "Świętojańska Łódź"), ("utf-8", "Größe")])
def test_a_declared_charset_is_used(tmp_path: Path, charset: str, text: str) -> None:
    """What the page declares is how its bytes are read, unless they are Unicode."""
    page = f"<html><head><meta charset={charset}><title>{text}</title></head><body>{text}</body></html>".encode(charset)
    document = read(tmp_path, page, "a.html")
    assert lines(document.pages[0]) == [text]
    assert document.metadata["title"] == text


@pytest.mark.parametrize("body", ["", "<p hidden>x</p>", "<!-- only -->"])
def test_a_page_that_shows_nothing_is_empty(tmp_path: Path, body: str) -> None:
    """Without text or data there is nothing to read."""
    with pytest.raises(FileProblem) as problem:
        _lines(tmp_path, body)
    assert problem.value.category is FailureCategory.EMPTY


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        ("<table>" + ("<tr>" + "<td colspan=1000 rowspan=60000>x" * 17) + "</table>", Limits()),
        ("<table>" + "<tr><td colspan=100>x" * 20 + "</table>", Limits(max_table_cells=1000)),
        ("<p>" + "x " * 20, Limits(max_words=10)),
    ],
)
def test_spans_and_words_are_bounded(tmp_path: Path, body: str, limits: Limits) -> None:
    """Small pages that claim huge tables, and pages of too many words, are too large."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, f"<html><body>{body}</body></html>", "a.html", limits)
    assert problem.value.category is FailureCategory.TOO_LARGE
