"""Formats told by content first, by name where the content leaves it open."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.documents.sniff import HEAD_BYTES, sniff, sniff_file
from tests.unit.documents.compound import Tree, compound
from tests.unit.documents.making import docx, zipped

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def _stream(name: str) -> bytes:
    return _OLE2 + f"{name}\0".encode("utf-16-le")


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (b"%PDF-1.4\n", "a.txt", "pdf"),
        (b"junk before the head\n%PDF-1.4", "a", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a.pdf", "image"),
        (b"\xff\xd8\xff\xe0", "a", "image"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a", "image"),
        (b"\0\0\0\x18ftypavif", "a", "image"),
        (b"\0\0\0\x18ftypheic", "a", "heic"),
        (b"II*\0\x08", "a", "tiff"),
        (b"ISO-10303-21;\nHEADER;FILE_SCHEMA(('IFC4'));", "a.stp", "ifc"),
        (b"ISO-10303-21;\nHEADER;FILE_SCHEMA(('AP214'));", "a.ifc", "step"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER", "a.txt", "dxf"),
        (b"999\nmade by hand\n0\nSECTION\n", "a", "dxf"),
        (b"AutoCAD Binary DXF\r\n\x1a\0", "a", "dxf"),
        (b"AC1027\0\0", "a", "dwg"),
        (b"{\\rtf1\\ansi", "a.doc", "rtf"),
        (_stream("WordDocument"), "a", "doc"),
        (_stream("Workbook"), "a.doc", "xls"),
        (_stream("__properties_version1.0"), "a", "msg"),
        (_stream("EncryptedPackage"), "a.xlsx", "encrypted_office"),
        (_OLE2, "a.ppt", "ppt"),
        (b"\x1f\x8b\x08", "a.csv", "gzip"),
        (b"<!DOCTYPE html><p>x", "a.xml", "html"),
        (b"<?xml version='1.0'?><!-- c --><html xmlns='x'>", "a", "html"),
        (b"<table><tr><td>1</td></tr></table>", "a.txt", "html"),
        (b"<?xml version='1.0'?><Invoice/>", "a.html", "xml"),
        (b"\xef\xbb\xbf<order><id>1</id></order>", "a", "xml"),
        ("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16"), "a", "xml"),
        (b'{"a": 1}', "a.txt", "json"),
        (b'{"a": 1}\n{"a": 2}\n', "a.log", "json"),
        (b"[1] a footnote, not a list\n", "a.txt", "text"),
        (b"From: a@b\nTo: c@d\nSubject: x\n\nHello", "a.txt", "eml"),
        (b"From: a@b\nTo: c@d\n\nHello", "a.txt", "text"),
        (b"a;b;c\n1;2;3\n4;5;6\n", "a.txt", "csv"),
        (b"a\tb\n1\t2\n", "a", "csv"),
        (b"Dear Ann, dear Bob,\nthank you, truly, all\n", "a", "text"),
        (b"one column\nonly\n", "a.csv", "csv"),
        (b"# Title\n\n| a | b |\n|---|---|\n", "a.md", "text"),
        ("Gr\u00f6\u00dfe".encode("cp1252"), "a", "text"),
        (bytes(range(256)), "a.txt", "unknown"),
        (b"", "a", "text"),
    ],
)
def test_the_content_tells_the_format(head: bytes, name: str, expected: str) -> None:
    """Each head is told by what it holds, whatever its file is called."""
    assert sniff(head, name) == expected


def test_an_archive_is_told_by_its_members(tmp_path: Path) -> None:
    """Office files are archives with certain parts; a folder that is merely called ``word`` makes none."""
    path = tmp_path / "file"
    for content, expected in (
        (docx(""), "docx"),
        (zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}), "xlsx"),
        (zipped({"a" * 100: "x" * 2 * HEAD_BYTES, "ppt/presentation.xml": "<p/>"}), "pptx"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "odt"),
        (zipped({"word/letter.txt": "x"}), "zip"),
        (zipped({}), "zip"),
    ):
        path.write_bytes(content)
        assert sniff_file(path) == expected


def test_a_compound_file_is_told_by_all_of_its_streams(tmp_path: Path) -> None:
    """The names of its streams may stand behind much else; a damaged one is told by what its beginning and its name say."""
    path = tmp_path / "file"
    cases: list[tuple[Tree, str]] = [
        ({"A": b"x" * 2 * HEAD_BYTES, "Workbook": b"x"}, "xls"),
        ({"A": b"x" * 2 * HEAD_BYTES, "__properties_version1.0": b"x"}, "msg"),
        ({"A": b"x" * 2 * HEAD_BYTES, "B": {"Workbook": b"x"}}, "ole2"),
    ]
    for streams, expected in cases:
        path.write_bytes(compound(streams))
        assert sniff_file(path) == expected
    path.write_bytes(compound({"Workbook": b"x"})[:1000])
    assert sniff_file(path, "a.xls") == "xls"


def test_open_document_formats_are_named(tmp_path: Path) -> None:
    """An OpenDocument file starts with its uncompressed type."""
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    head = b"PK\x03\x04" + b"\0" * 22 + len(b"mimetype").to_bytes(2, "little") + b"\0\0" + b"mimetype" + mimetype
    (tmp_path / "file").write_bytes(head)
    assert sniff_file(tmp_path / "file") == "ods"


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_bytes_have_a_format(head: bytes, name: str) -> None:
    """No content and no name makes telling fail."""
    assert sniff(head, name)


@given(st.binary(max_size=300))
def test_comments_and_markup_starts_cost_no_more_than_their_length(filling: bytes) -> None:
    """Repeated comment starts, which backtracking patterns choke on, are told at once."""
    assert sniff(b"<!-- -->" * 4000 + filling, "a")
