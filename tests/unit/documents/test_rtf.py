"""RTF: text in every code page, tables as grids, what stands aside."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from sheaf.documents.limits import Limits
from sheaf.documents.model import Place
from sheaf.documents.rtf.compressed import unpacked
from sheaf.documents.rtf.reader import carried_html
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import lines, read, texts


def _rtf(body: str | bytes) -> bytes:
    return b"{\\rtf1\\ansi\\ansicpg1252\\deff0" + (body.encode("latin-1") if isinstance(body, str) else body) + b"}"


_FONTS = r"{\fonttbl{\f0\fnil Arial;}{\f1\fnil\fcharset204 Arial Cyr;}{\f2\fcharset128 MS Mincho;}}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"one\par two", ["one", "two"]),
        ("To\r\ntal: \\b 5\\b0\\par", ["Total: 5"]),
        (r"Gr\'f6\'dfe", ["Größe"]),
        (r"\ansicpg1250 \'9elu\'9d", ["žluť"]),
        (_FONTS + r"\f1 \'cf\'f0\'e8\'e2\'e5\'f2 \f0 \'e9", ["Привет é"]),
        (_FONTS + r"{\f2 \'93\'fa\'96\'7b}", ["日本"]),
        (r"\u8364? 5\u-3913\'20 x", ["€ 5\uf0b7 x"]),
        (r"\uc2\u955\'61\'62x {\uc0\u956 y}", ["λx μy"]),
        (r"\u-10179?\u-8704?", ["\U0001f600"]),
        (r"a\tab b\line c\~d\_e\emdash", ["a b", "c d-e—"]),
        (r"\{braces\} and \\", ["{braces} and \\"]),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt shown}}", ["shown"]),
        (r"seen{\v hidden}{\deleted gone}{\*\unknown no}{\*\bkmkstart b}", ["seen"]),
        (r"{\pict\pngblip 89504e47}after", ["after"]),
        (b"{\\pict\\bin6 }}}{{{}after", ["after"]),
        (r"text{\shp{\*\shpinst{\sp{\sn name}{\sv value}}{\shptxt boxed\par}}} on", ["text on", "boxed"]),
        (r"{\header Top\par}{\headerf Top}{\footer Foot}sum\chftn{\footnote\chftn note}", ["Top", "sum", "note", "Foot"]),
        (r"{\upr{old}{\*\ud{new}}}", ["new"]),
    ],
)
def test_text_reads_as_printed(tmp_path: Path, body: str | bytes, expected: list[str]) -> None:
    """Code pages by document and font, Unicode with its spare characters, fields, boxes, notes; nothing hidden."""
    assert lines(read(tmp_path, _rtf(body), "a").pages[0]) == expected


def test_pages_metadata_and_places(tmp_path: Path) -> None:
    """Explicit breaks make pages, the information group metadata; each paragraph is cited."""
    document = read(tmp_path, _rtf(r"{\info{\title An \'f6ffer}{\author A}}\b head\b0\par one\par\page two"), "a")
    assert [lines(page) for page in document.pages] == [["head", "one"], ["two"]]
    assert document.metadata == {"title": "An öffer", "author": "A"}
    assert (document.pages[0].words[0].bold, document.pages[1].words[0].place) == (True, Place(path="p[3]"))


def _row(*cells: str, define: str, mark: str = "") -> str:
    return rf"\trowd{mark}{define}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row "


def test_tables_have_spans_headers_and_places(tmp_path: Path) -> None:
    """Columns follow from where cells end, merges from their marks; a paragraph ends the table, cells keep their lines."""
    plain = r"\cellx1000\cellx2000\cellx3000"
    body = (
        r"before\par "
        + _row("Item", "Count", "Sum", define=plain, mark=r"\trhdr")
        + _row("Bolt", "3", r"6\par net", define=r"\clvmgf" + plain)
        + _row("", "4", "8", define=r"\clvmrg" + plain)
        + _row("Total", "14", define=r"\cellx2010\cellx3000")
        + r"\pard after\par"
    )
    page = read(tmp_path, _rtf(body), "a").pages[0]
    table = page.tables[0]
    assert texts(table) == [["Item", "Count", "Sum"], ["Bolt", "3", "6\nnet"], ["", "4", "8"], ["Total", "", "14"]]
    assert table.header_rows == 1
    bolt, total = table.rows[1][0], table.rows[3][0]
    assert bolt is not None
    assert total is not None
    assert (bolt.rowspan, total.colspan, bolt.place) == (2, 2, Place(path="tbl[1]/tr[2]/tc[1]"))
    assert lines(page)[0] == "before"
    assert lines(page)[-1] == "after"


def test_tables_inside_cells_stay_text(tmp_path: Path) -> None:
    """A table in a table is read as lines of its cell."""
    nested = r"\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}\pard\intbl\cell x\cell "
    page = read(tmp_path, _rtf(r"\trowd\cellx1\cellx2" + nested + r"\row" + _row("c", "d", define=r"\cellx1000\cellx2000")), "a").pages[0]
    assert [" ".join(text.split()) for text in texts(page.tables[0])[0]] == ["a b", "x"]


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (_rtf(""), Limits(), FailureCategory.EMPTY),
        (b"{" * 1_100 + b"{\\rtf1 x", Limits(), FailureCategory.CORRUPT),
        (_rtf("{" * 1_100 + "x"), Limits(), FailureCategory.UNSAFE),
        (_rtf("a b c"), Limits(max_words=2), FailureCategory.TOO_LARGE),
        (
            _rtf(_row("a", define=r"\cellx9") + _row(*"bcd", define=r"\cellx1000\cellx2000\cellx3000")),
            Limits(max_table_cells=5),
            FailureCategory.TOO_LARGE,
        ),
    ],
)
def test_what_cannot_be_read_has_its_category(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Nothing, nesting and too much of it are told apart."""
    from sheaf.documents.formats import rtf

    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        rtf.read(tmp_path / "a", limits)
    assert problem.value.category is category


def test_html_carried_inside_is_given_back() -> None:
    """What only RTF's readers are to see is left out, markup and text between it are kept."""
    body = (
        r"\fromhtml1 {\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'f6\'dfe \htmlrtf\par\htmlrtf0"
        r"{\*\mhtmltag84 <img src=x>}{\*\htmltag84 <b>}\htmlrtf\b\htmlrtf0 5{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}"
    )
    assert carried_html(_rtf(body)) == "<html><p>Größe <b>5</b></p>"
    assert carried_html(_rtf("plain")) is None


def test_packed_rtf_is_unpacked() -> None:
    """The worked examples of [MS-OXRTFCP] 3.1; sizes and checksums are not believed."""
    packed = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")
    assert unpacked(packed, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(crossing, 1000) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    plain = struct.pack("<II4sI", 12 + 5, 5, b"MELA", 0) + b"{\\rtf"
    assert unpacked(plain, 1000) == b"{\\rtf"
    for broken, category in (
        (packed[:20], FailureCategory.CORRUPT),
        (packed[:16] + bytes([packed[16] ^ 1]) + packed[17:], FailureCategory.CORRUPT),
        (b"", FailureCategory.CORRUPT),
        (struct.pack("<II4sI", 12, 2**31, b"LZFu", zlib.crc32(b"")), FailureCategory.TOO_LARGE),
    ):
        with pytest.raises(FileProblem) as problem:
            unpacked(broken, 1000)
        assert problem.value.category is category
