"""Mail: headers and text as people read them, attachments as files."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from sheaf import bootstrap
from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem
from sheaf.ports.files import Member
from tests.unit.documents.making import lines, read, texts


def _message(text: str = "Hello Bob", subject: str = "Invoice 7") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann Example <ann@example.com>"
    message["To"] = "bob@example.com"
    message["Subject"] = subject
    message["Date"] = "Wed, 05 Mar 2025 10:00:00 +0100"
    message.set_content(text)
    return message


def _members(folder: Path, content: bytes) -> list[Member]:
    (folder / "input").write_bytes(content)
    return list(bootstrap.formats().members(folder / "input", "a.eml"))


def _head(*headers: str) -> bytes:
    return "\r\n".join(["From: a@b", "To: c@d", *headers, ""]).encode()


def test_headers_are_lines_data_and_metadata(tmp_path: Path) -> None:
    """The headers people look at come first; each is a datum with a role; the date is ISO in the metadata."""
    document = read(tmp_path, _message().as_bytes(), "a.eml")
    assert lines(document.pages[0]) == [
        "From: Ann Example <ann@example.com>",
        "To: bob@example.com",
        "Date: Wed, 05 Mar 2025 10:00:00 +0100",
        "Subject: Invoice 7",
        "Hello Bob",
    ]
    assert {datum.role: datum.text for datum in document.data}["message.subject"] == "Invoice 7"
    assert document.metadata["date"] == "2025-03-05T10:00:00+01:00"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?= =?iso-8859-1?q?_=FC?=", "Größe ü"),
        (b"Subject: =?utf-8?b?broken", "=?utf-8?b?broken"),
        (b"Subject: =?utf-8?b?a?=", "=?utf-8?b?a?="),
        (b"Subject: =?no-such-charset?q?x?=", "=?no-such-charset?q?x?="),
        ("Subject: Größe".encode(), "Größe"),
        ("Subject: Größe".encode("cp1252"), "Größe"),
        (b"Subject: one\r\n two", "one two"),
        (b"Subject: " + b"=?utf-8?q?a?= " * 3000, " ".join(["=?utf-8?q?a?="] * 3000)),
    ],
)
def test_broken_headers_read_as_well_as_they_can(tmp_path: Path, raw: bytes, expected: str) -> None:
    """Encoded words are decoded, bytes that should not be there are read, and what cannot be decoded stays."""
    assert read(tmp_path, _head() + raw + b"\r\n\r\nx", "a.eml").metadata["subject"] == expected


@pytest.mark.parametrize(("charset", "text"), [("shift_jis", "テスト用のメール"), ("iso-8859-15", "5 € für"), ("no-such", "für 5")])
def test_the_text_is_read_in_its_charset(tmp_path: Path, charset: str, text: str) -> None:
    """A declared charset is used; an unknown one is told from the bytes."""
    data = text.encode("utf-8" if charset == "no-such" else charset)
    headers = _head(f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit", "Subject: x")
    assert lines(read(tmp_path, headers + b"\r\n" + data, "a.eml").pages[0])[-1] == text


def test_of_alternatives_the_html_is_read(tmp_path: Path) -> None:
    """HTML has the tables; but plain text is read where the HTML shows nothing."""
    message = _message("plain")
    message.add_alternative("<table><tr><th>Item</th><th>Sum</th></tr><tr><td>Bolt</td><td>5</td></tr></table>", subtype="html")
    document = read(tmp_path, message.as_bytes(), "a.eml")
    assert texts(document.tables[0]) == [["Item", "Sum"], ["Bolt", "5"]]
    assert "plain" not in lines(document.pages[0])
    message = _message("plain")
    message.add_alternative("<style>p { color: red }</style><img src='cid:x'>", subtype="html")
    assert lines(read(tmp_path, message.as_bytes(), "a.eml").pages[0])[-1] == "plain"


def test_attachments_are_members(tmp_path: Path) -> None:
    """Names are the senders', made safe and kept apart; contents are decoded; attached text is a file, not text."""
    message = _message()
    for name in ("bill.pdf", "bill.pdf", "../../etc/x.pdf", "größe.pdf"):
        message.add_attachment(b"%PDF-1.4 data", maintype="application", subtype="pdf", filename=name)
    message.add_attachment("a,b\n1,2\n", subtype="csv", filename="rows.csv")
    message.add_attachment("note", filename="note.txt")
    found = _members(tmp_path, message.as_bytes())
    assert [member.name for member in found] == ["bill.pdf", "bill (2).pdf", "x.pdf", "größe.pdf", "rows.csv", "note.txt"]
    with found[0].open() as file:
        assert file.read() == b"%PDF-1.4 data"
    assert found[0].size == 13
    assert lines(read(tmp_path, message.as_bytes(), "a.eml").pages[0])[-1] == "Hello Bob"


def test_attached_mail_is_a_member_whole(tmp_path: Path) -> None:
    """A forwarded message becomes a file named by its subject, with its own attachments inside."""
    inner = _message("inner text", subject="Offer / May")
    inner.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="x.bin")
    message = _message("see below")
    message.add_attachment(inner)
    found = _members(tmp_path, message.as_bytes())
    assert [member.name for member in found] == ["Offer _ May.eml"]
    with found[0].open() as file:
        content = file.read()
    assert [member.name for member in _members(tmp_path, content)] == ["x.bin"]
    assert lines(read(tmp_path, content, "b.eml").pages[0])[-1] == "inner text"


def test_logos_are_no_members_and_photographs_are(tmp_path: Path) -> None:
    """Small images that the text shows are left out and counted; large ones and attached ones are files."""
    message = _message("plain")
    message.add_alternative("<p>text <img src='cid:logo'><img src='cid:photo'></p>", subtype="html")
    for name, size, disposition in (("logo", 2_000, "inline"), ("photo", 200_000, "inline"), ("scan", 2_000, "attachment")):
        message.add_attachment(
            b"\xff\xd8\xff" + b"x" * size,
            maintype="image",
            subtype="jpeg",
            filename=f"{name}.jpg",
            cid=f"<{name}>",
            disposition=disposition,
        )
    assert [member.name for member in _members(tmp_path, message.as_bytes())] == ["photo.jpg", "scan.jpg"]
    assert read(tmp_path, message.as_bytes(), "a.eml").notes == ["1 small images inside the text were left out."]


def test_a_nameless_attachment_gets_a_name(tmp_path: Path) -> None:
    """Its number and the ending of its type; signatures are none."""
    message = _message()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf")
    message.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert [member.name for member in _members(tmp_path, message.as_bytes())] == ["attachment-1.pdf"]


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (
            _head("Subject: x", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data") + b"\r\nx",
            Limits(),
            FailureCategory.ENCRYPTED,
        ),
        (_head("Subject: x") + b"\r\none two three", Limits(max_words=5), FailureCategory.TOO_LARGE),
        (
            _head("Subject: x", "Content-Type: multipart/mixed; boundary=b") + b"\r\n" + b"--b\r\n\r\nx\r\n" * 50,
            Limits(max_members=20),
            FailureCategory.TOO_LARGE,
        ),
        (_head("Subject: x") + b"Content-Type: message/rfc822\r\n\r\n" * 3000, Limits(), FailureCategory.UNSAFE),
        (
            _head("Subject: x") + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(40)),
            Limits(max_depth=20),
            FailureCategory.UNSAFE,
        ),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Encrypted, too long, too many parts and too deep each have their category."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.eml", limits)
    assert problem.value.category is category
