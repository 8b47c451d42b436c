"""The tool that fuzzes readers: what it tries, what it keeps."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.unit.documents.damage import parts_of
from tests.unit.documents.samples import sample

pytest.importorskip("atheris", reason="Atheris is not made for this platform")

from tools.fuzz import hunt


def test_a_finding_is_named_by_its_kind() -> None:
    """Two failures of one kind have one name, whatever they say."""
    assert hunt.kind_of(IndexError("a")) == hunt.kind_of(IndexError("b")) == "IndexError-outside.bin"


def test_findings_are_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The first file of a kind is kept and told of; the next one is not, and what is read or refused is none."""
    monkeypatch.setattr(hunt, "FINDINGS", tmp_path / "found")
    (tmp_path / "found" / "csv").mkdir(parents=True)
    monkeypatch.setattr("tests.unit.documents.soundness.take", _take)
    one = hunt.Hunt("csv", 5, tmp_path)
    for content in (b"bad one", b"bad two", b"fine"):
        one.try_one(content)
    (kept,) = (tmp_path / "found" / "csv").iterdir()
    assert kept.read_bytes() == b"bad one"
    assert "ZeroDivisionError" in capsys.readouterr().err


def _take(_name: str, path: Path) -> None:
    if path.read_bytes().startswith(b"bad"):
        raise ZeroDivisionError


def test_a_reader_that_goes_on_for_ever_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processor time is counted, and a file that takes too much of it is a finding."""
    monkeypatch.setattr(hunt, "FINDINGS", tmp_path / "found")
    (tmp_path / "found" / "csv").mkdir(parents=True)
    monkeypatch.setattr("tests.unit.documents.soundness.take", _forever)
    before = signal.signal(signal.SIGVTALRM, hunt.stop)
    try:
        hunt.Hunt("csv", 0.05, tmp_path).try_one(b"x")
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert [path.name.partition("-")[0] for path in (tmp_path / "found" / "csv").iterdir()] == ["TooSlow"]


def _forever(_name: str, _path: Path) -> None:
    while True:
        pass


def test_a_finding_is_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file can be shown to the reader that it was found for."""
    (tmp_path / "finding").write_bytes(b"{\\rtf1 }")
    hunt.again("rtf", tmp_path / "finding")
    assert capsys.readouterr().out.strip() == "The document holds no text."


def test_archives_are_damaged_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some variants of an archive are sound archives with other parts."""
    monkeypatch.setattr("atheris.Mutate", lambda data, _largest: data + b"!")
    sound = sample("odt")
    variants = [hunt.mutated(sound, 20_000, seed) for seed in range(8)]
    assert any(parts_of(variant).keys() == parts_of(sound).keys() and parts_of(variant) != parts_of(sound) for variant in variants)
