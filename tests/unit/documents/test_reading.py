"""Any file at all: told, read or refused with a reason, never anything else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf import bootstrap
from sheaf.catalog import FORMATS
from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem
from tests.unit.documents.damage import Edit, edited, inside, parts_of
from tests.unit.documents.making import read
from tests.unit.documents.samples import MAKERS, sample
from tests.unit.documents.soundness import take


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
    take(name, path)


_EDITS = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 12), st.binary(max_size=12)), min_size=1, max_size=6)


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=_EDITS, part=st.none() | st.integers(0, 20))
def test_no_reader_fails_otherwise_on_damage(tmp_path: Path, name: str, edits: list[Edit], part: int | None) -> None:
    """A sound file with bytes cut out and put in, also inside an archive's parts, is read or refused, and so are its members."""
    path = tmp_path / "input"
    path.write_bytes(edited(sample(name), edits) if part is None else inside(sample(name), part, lambda data: edited(data, edits)))
    take(name, path)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_reader_fails_otherwise_on_what_is_cut_off(tmp_path: Path, name: str) -> None:
    """A file that ends too soon, wherever, is read as far as it goes or refused."""
    content = sample(name)
    for sixteenths in range(16):
        (tmp_path / "input").write_bytes(content[: len(content) * sixteenths // 16] or b"\0")
        take(name, tmp_path / "input")


_BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "entities": lambda part: b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>' + part,
    "nesting": lambda part: b"<a>" * 100_000 + part,
    "zeros": lambda _part: bytes(2**25),
    "spaces": lambda part: part + b" " * 2**20,
}


@pytest.mark.parametrize("bomb", sorted(_BOMBS))
@pytest.mark.parametrize("name", sorted(name for name in FORMATS if sample(name).startswith(b"PK")))
def test_bombs_inside_archives_are_held(tmp_path: Path, name: str, bomb: str) -> None:
    """Parts that expand, nest or never end are refused or read, whichever of an archive's parts they are."""
    path = tmp_path / "input"
    for number in range(len(parts_of(sample(name)))):
        path.write_bytes(inside(sample(name), number, _BOMBS[bomb]))
        refusal = take(name, path)
        assert bomb != "zeros" or (refusal is not None and refusal.category is FailureCategory.TOO_LARGE)


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
