"""Outlook's messages read as mail is, whichever form their text has."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sheaf import bootstrap
from sheaf.documents.model import Document
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.ports.files import Member
from tests.unit.documents.compound import Tree, compound, message, part
from tests.unit.documents.making import lines, read, texts

_SENT = 133541064000000000  # 5 March 2024, 10:00 UTC, in tenths of microseconds since 1601
_HEADERS = {0x0037: "Rechnung Größe", 0x0C1A: "Ann", 0x5D01: "ann@example.com"}


def _plain_rtf(source: str) -> bytes:
    return struct.pack("<II4sI", 12 + len(source), len(source), b"MELA", 0) + source.encode()


def _read(folder: Path, tree: Tree) -> Document:
    return read(folder, compound(tree), "a")


def _members(folder: Path, tree: Tree) -> list[Member]:
    (folder / "input").write_bytes(compound(tree))
    return list(bootstrap.formats().members(folder / "input", "a.msg"))


def test_headers_text_and_data(tmp_path: Path) -> None:
    """Sender, recipients by kind, date and subject are shown, kept and named; an address of the directory's own is left out."""
    people = [
        part({0x3001: "Bob", 0x39FE: "bob@example.com"}, numbers={0x0C15: 1}),
        part({0x3001: "Cid", 0x3003: "/O=ACME/CN=CID"}, numbers={0x0C15: 2}),
        part({0x3001: "secret"}, numbers={0x0C15: 3}),
    ]
    document = _read(tmp_path, message({**_HEADERS, 0x1000: "Total due\r\n5 EUR"}, numbers={0x0039: _SENT}, recipients=people))
    assert lines(document.pages[0]) == [
        "From: Ann <ann@example.com>",
        "To: Bob <bob@example.com>",
        "Cc: Cid",
        "Date: Tue, 05 Mar 2024 10:00:00 +0000",
        "Subject: Rechnung Größe",
        "Total due",
        "5 EUR",
    ]
    assert (document.format, document.metadata["date"]) == ("msg", "2024-03-05T10:00:00+00:00")
    assert [datum.role for datum in document.data][:2] == ["message.from", "message.to"]


def test_what_the_properties_lack_the_headers_sent_say(tmp_path: Path) -> None:
    """The headers that the message came with fill what no property holds."""
    sent = "From: x@y\nReply-To: desk@example.com\nDate: Mon, 4 Mar 2024 09:00:00 +0100\n\n"
    document = _read(tmp_path, message({**_HEADERS, 0x007D: sent, 0x1000: "text", 0x0E04: "Bob; Cid"}))
    assert document.metadata["reply_to"] == "desk@example.com"
    assert (document.metadata["from"], document.metadata["to"]) == ("Ann <ann@example.com>", "Bob; Cid")
    assert document.metadata["date"] == "2024-03-04T09:00:00+01:00"


_TABLE = "<table><tr><td>Item<td>Sum<tr><td>Größe<td>5</table>"


@pytest.mark.parametrize(
    ("body", "extra"),
    [
        ({}, {0x1013: _TABLE.encode()}),
        ({}, {0x1013: _TABLE.encode("cp1252")}),
        ({0x1013: _TABLE}, {}),
        ({}, {0x1009: _plain_rtf(r"{\rtf1\ansi\fromhtml1 {\*\htmltag " + _TABLE.replace("ö", r"\'f6").replace("ß", r"\'df") + "}}")}),
        ({}, {0x1009: _plain_rtf(r"{\rtf1\ansi\trowd\cellx9\cellx99 Item\cell Sum\cell\row Gr\'f6\'dfe\cell 5\cell\row}")}),
    ],
    ids=["html", "html-1252", "html-text", "html-in-rtf", "rtf"],
)
def test_every_form_of_text_keeps_its_table(tmp_path: Path, body: Mapping[int, str], extra: Mapping[int, bytes]) -> None:
    """HTML, HTML carried by RTF and plain RTF are preferred to the text without tables."""
    document = _read(tmp_path, message({**_HEADERS, **body, 0x1000: "plain"}, binaries=extra))
    assert texts(document.tables[0]) == [["Item", "Sum"], ["Größe", "5"]]
    assert "plain" not in lines(document.pages[0])


def test_damaged_rtf_gives_way_to_the_text(tmp_path: Path) -> None:
    """A text that cannot be unpacked is none."""
    assert "plain" in lines(_read(tmp_path, message({**_HEADERS, 0x1000: "plain"}, binaries={0x1009: b"x" * 40})).pages[0])


def test_attachments_are_members(tmp_path: Path) -> None:
    """Files keep name and bytes, messages inside become mail with their own attachments, small pictures of the text are left out."""
    inner = message({0x0037: "Inner: one", 0x1000: "inside"}, attachments=[part({0x3707: "b.txt"}, binaries={0x3701: b"b"})], head=24)
    enclosed: dict[str, Any] = {**part({0x3001: "Inner"}), "__substg1.0_3701000D": inner}
    picture = part({0x3707: "logo.png", 0x370E: "image/png", 0x3712: "logo"}, binaries={0x3701: b"\x89PNG"})
    data = bytes(range(256)) * 40
    tree = message(
        _HEADERS,
        binaries={0x1013: b'<p>text<img src="cid:logo">'},
        attachments=[
            part({0x3707: "a/../Größe.pdf"}, binaries={0x3701: data}),
            enclosed,
            picture,
            part({0x3704: "old.doc"}, binaries={0x3701: b"d"}),
        ],
    )
    found = _members(tmp_path, tree)
    assert [member.name for member in found] == ["Größe.pdf", "Inner: one.eml", "old.doc"]
    with found[0].open() as file:
        assert file.read() == data
    with found[1].open() as file:
        mail = file.read()
    assert lines(read(tmp_path, mail, "inner").pages[0]) == ["Subject: Inner: one", "inside"]
    (tmp_path / "input").write_bytes(mail)
    assert [member.name for member in bootstrap.formats().members(tmp_path / "input", "a.eml")] == ["b.txt"]
    with _members(tmp_path, tree)[1].open() as file:
        assert file.read() == mail


def _nested(depth: int) -> Tree:
    tree = message({0x1000: "innermost"}, head=24)
    for _ in range(depth):
        tree = message({0x1000: "x"}, attachments=[{**part({}), "__substg1.0_3701000D": tree}], head=24)
    return tree


@pytest.mark.parametrize(
    ("content", "category"),
    [
        (compound(message({})), FailureCategory.EMPTY),
        (compound(message(_HEADERS))[:600], FailureCategory.CORRUPT),
        (compound(message({}, attachments=[{**part({}), "__substg1.0_3701000D": _nested(25)}])), FailureCategory.UNSAFE),
        (
            compound(message({}, attachments=[part({0x370E: "application/pkcs7-mime"}, binaries={0x3701: b"sealed"})])),
            FailureCategory.ENCRYPTED,
        ),
    ],
)
def test_what_cannot_be_read_has_its_category(tmp_path: Path, content: bytes, category: FailureCategory) -> None:
    """Nothing, damage, nesting and secrets are told apart."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.msg")
    assert problem.value.category is category
