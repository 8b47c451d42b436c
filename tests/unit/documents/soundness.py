"""What must hold of any file whatever: it is refused with a category and a sentence, or read within bounds and to the end."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from sheaf import bootstrap
from sheaf.catalog import FORMATS
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.domain.errors import FailureCategory, FileProblem

#: Bounds that a small file can reach.
SMALL = Limits(max_unpacked_bytes=2**24, max_words=100_000, max_table_cells=200_000, max_pixels=2**20)


def take(name: str, path: Path) -> FileProblem | None:
    """Read the file at ``path`` by the reader of the format ``name``, and by that of the format it is told to be.

    The answer is the named reader's refusal, None where it read the file. Pages that wait for recognition are left waiting.

    Raises:
        Exception: whatever a reader raises that it must not; AssertionError where what it read is out of bounds.
    """
    told = bootstrap.formats(SMALL).sniff_file(path, "attachment")
    if told in FORMATS and told != name:
        _refusal(told, path)
    return _refusal(name, path)


def _refusal(name: str, path: Path) -> FileProblem | None:
    refusal = None
    try:
        _read(name, path)
    except FileProblem as problem:
        refusal = problem
    assert refusal is None or (refusal.category in FailureCategory and refusal.message.endswith("."))
    return refusal


def _read(name: str, path: Path) -> None:
    module = import_module(FORMATS[name].module)
    exhaust(module.read(path, SMALL))
    for member in module.members(path, SMALL) if hasattr(module, "members") else ():
        with member.open() as file:
            assert len(file.read()) <= member.size


def exhaust(document: Document) -> None:
    """Take everything out of a document: what is made on demand may not fail either, and all of it is within bounds."""
    assert len(document.pages) <= SMALL.max_pages
    assert sum(len(page.words) for page in document.pages) <= SMALL.max_words
    cells = 0
    for table in document.tables:
        for row in table.rows:
            cells += len(row)
            assert all(cell is None or isinstance(cell.text, str) for cell in row)
    assert cells <= 2 * SMALL.max_table_cells
    for page in document.pages:
        assert all(word.text == word.text.strip() != "" for word in page.words)
    assert all(isinstance(datum.text, str) for datum in document.data)
