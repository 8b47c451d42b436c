"""The samples' truth is true: every value stands in its document, check digits are right, and nothing is left out."""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from stdnum import iban

from sheaf import bootstrap
from sheaf.extraction.spec import load_fields

SAMPLES = Path(__file__).parents[3] / "samples"
NOT_DOCUMENTS = {"README.md", "fields.json", "truth.jsonl"}
LINES: list[dict[str, Any]] = [json.loads(line) for line in (SAMPLES / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
FIELDS = [field.name for field in load_fields(SAMPLES / "fields.json")]


def content(name: str) -> bytes:
    """The bytes of a document, also of one inside an archive or a message."""
    outer, _, inner = name.partition("/")
    data = (SAMPLES / outer).read_bytes()
    if not inner:
        return data
    if outer.endswith(".zip"):
        return zipfile.ZipFile(io.BytesIO(data)).read(inner)
    attached = {str(part.get_filename()): part.get_content() for part in message(data).iter_attachments()}
    return bytes(attached[inner])


def message(data: bytes) -> EmailMessage:
    """A message, parsed."""
    return email.message_from_bytes(data, policy=email.policy.default)


def text(name: str) -> str:
    """All that a person can read in a document."""
    data = content(name)
    match Path(name).suffix:
        case ".pdf":
            return _pdf_text(data) or _recognised(data)
        case ".jpg":
            return _recognised(data)
        case ".docx":
            document = docx.Document(io.BytesIO(data))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        case ".xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
            return "\n".join(f"{value:.2f}" if isinstance(value, float) else str(value) for row in sheet.values for value in row)
        case ".eml":
            body = message(data).get_body()
            return "\n".join([*map(str, message(data).values()), body.get_content() if body else ""])
        case _:
            return data.decode("utf-8-sig").replace("&amp;", "&")


def _recognised(data: bytes) -> str:
    """What is read off a picture."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        document = bootstrap.formats().read(Path(file.name), name="scan")
    return "\n".join(word.text for page in document.pages for word in page.words)


def _pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document) + _form_values(data)
    finally:
        document.close()


def _form_values(data: bytes) -> str:
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as document:
        form = document.Root.get("/AcroForm")
        return "\n".join(str(field.get("/V", "")) for field in form.Fields) if form is not None else ""


def squeezed(value: str) -> str:
    """Letters and digits alone, so that spacing, case and marks of a language do not matter."""
    return re.sub(r"\W+", "", value).casefold()


def truths() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document's values, and those of each row of a list."""
    for line in LINES:
        yield from ((line["file"], each) for each in [line, *line.get("rows", [])])


def test_every_sample_is_described_and_labelled() -> None:
    """Every file and every file inside one stands in the README and has a line of truth with each field and no other."""
    described = set(re.findall(r"^\| `([^`]+)`", (SAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    labelled = {line["file"] for line in LINES}
    top = {path.name for path in SAMPLES.iterdir()} - NOT_DOCUMENTS
    assert described == labelled | {name for name in top if name.endswith(".zip")}
    assert top == {name.partition("/")[0] for name in described}
    assert all(set(line) - {"file", "rows"} == set(FIELDS) for line in LINES)


def test_the_samples_are_small_and_many() -> None:
    """A clone is quick to fetch: at least fifteen documents in less than a megabyte."""
    assert len(LINES) >= 15
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 2**20


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["file"])
def test_the_truth_stands_in_the_document(line: dict[str, Any]) -> None:
    """Numbers, names, accounts and totals are found in the text of their document, as a reader would see them."""
    found = squeezed(text(line["file"]))
    for each in [line, *line.get("rows", [])]:
        wanted = [each[name] for name in ("document_number", "issuer", "recipient", "iban")] + [each["total"] and each["total"]["amount"]]
        assert [value for value in wanted if value and squeezed(value) not in found] == []


def test_every_account_number_is_valid_and_invented() -> None:
    """IBANs pass their check digits, the national ones too, so that recognising them by checksum is tried for real."""
    accounts = {each["iban"] for _, each in truths() if each["iban"]}
    assert len(accounts) > 10
    assert all(iban.is_valid(account) for account in accounts)
