"""Any file at all: told, read or refused with a reason, never anything else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf import bootstrap
from sheaf.catalog import FORMATS
from sheaf.documents.limits import Limits
from sheaf.documents.model import Document
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.making import read, zipped
from tests.unit.documents.samples import MAKERS, sample

_SMALL = Limits(max_unpacked_bytes=2**24, max_words=100_000)


def _exhausted(document: Document) -> None:
    """Take everything out of a document: what is made on demand may not fail either."""
    for table in document.tables:
        for row in table.rows:
            assert all(cell is None or isinstance(cell.text, str) for cell in row)
    for page in document.pages:
        assert all(word.text == word.text.strip() != "" for word in page.words)


def _refused_or(action: Callable[[], None]) -> None:
    refusal = None
    try:
        action()
    except FileProblem as problem:
        refusal = problem
    assert refusal is None or (refusal.category in FailureCategory and refusal.message.endswith("."))


def test_every_format_has_a_sample() -> None:
    """What the tests below damage is there for each format of the catalogue, and for none that is gone."""
    assert sorted(MAKERS) == sorted(FORMATS)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_told_and_read(tmp_path: Path, name: str) -> None:
    """A file of each format is recognised whatever it is called, and read by its own module."""
    path = tmp_path / "input"
    path.write_bytes(sample(name))
    assert bootstrap.formats().sniff_file(path, "attachment") == name
    document = bootstrap.formats().read(path, name="attachment")
    assert document.format == name
    assert document.pages
    assert bootstrap.formats().is_container(name) == hasattr(import_module(FORMATS[name].module), "members")


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_reader_fails_otherwise_on_any_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever the bytes, a reader reads or refuses with a category and a sentence."""
    path = tmp_path / "input"
    path.write_bytes(content)
    module = import_module(FORMATS[name].module)
    _refused_or(lambda: _exhausted(module.read(path, _SMALL)))


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 12), st.binary(max_size=12)), min_size=1, max_size=6),
    inside=st.booleans(),
)
def test_no_reader_fails_otherwise_on_damage(tmp_path: Path, name: str, edits: list[tuple[int, int, bytes]], inside: bool) -> None:  # noqa: FBT001 - Hypothesis hands it over by name
    """A sound file with bytes cut out and put in, also inside an office file's parts, is read or refused, and so are its members."""
    sound = sample(name)
    content = _damaged_inside(sound, edits) if inside and sound.startswith(b"PK") else _damaged(sound, edits)
    path = tmp_path / "input"
    path.write_bytes(content)

    def read_all() -> None:
        _exhausted(import_module(FORMATS[name].module).read(path, _SMALL))
        for member in bootstrap.formats(_SMALL).members(path, f"a.{name}"):
            with member.open() as file:
                assert len(file.read()) <= member.size

    _refused_or(read_all)


def _damaged(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for start, cut, put in edits:
        at = start % (len(content) + 1)
        content = content[:at] + put + content[at + cut :]
    return content


def _damaged_inside(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    victim = sorted(parts)[edits[0][0] % len(parts)]
    return zipped({**parts, victim: _damaged(parts[victim], edits)})


def test_what_cannot_be_read_names_itself_and_what_can(tmp_path: Path) -> None:
    """The message of an unsupported file helps: its format, and those there are."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, b"AC1027\0\0", "part.pdf")
    assert problem.value.category is FailureCategory.UNSUPPORTED
    assert problem.value.details == {"format": "dwg"}
    assert "pdf, " in problem.value.message


def test_a_format_that_has_no_name_is_not_called_unknown(tmp_path: Path) -> None:
    """The sentence stays one."""
    with pytest.raises(FileProblem, match="Files of this format cannot be read"):
        read(tmp_path, bytes(range(256)) * 8, "part.bin")


@pytest.mark.parametrize(
    ("content", "limits", "category"),
    [
        (b"", Limits(), FailureCategory.EMPTY),
        (b"x" * 11, Limits(max_bytes=10), FailureCategory.TOO_LARGE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), Limits(), FailureCategory.ENCRYPTED),
    ],
)
def test_files_are_refused_before_they_are_read(tmp_path: Path, content: bytes, limits: Limits, category: FailureCategory) -> None:
    """Empty, too large and password-protected office files need no reader to say so."""
    with pytest.raises(FileProblem) as problem:
        read(tmp_path, content, "a.docx", limits)
    assert problem.value.category is category


def test_a_file_that_is_gone_is_missing(tmp_path: Path) -> None:
    """A path without a file is its own category."""
    with pytest.raises(FileProblem) as problem:
        bootstrap.formats().read(tmp_path / "gone", name="a.pdf")
    assert problem.value.category is FailureCategory.FILE_MISSING


def test_files_that_hold_no_files_have_no_members(tmp_path: Path) -> None:
    """Asking a plain file for members is no mistake."""
    (tmp_path / "input").write_bytes(b"text")
    assert list(bootstrap.formats().members(tmp_path / "input", "a.txt")) == []
