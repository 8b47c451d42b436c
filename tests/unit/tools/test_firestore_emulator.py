"""What the Firestore emulator needs, and what is said where it is not there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.emulators import firestore
from tools.emulators.process import Missing


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine that has nothing: no java, no SDK, no jar that is named; what is found of it is forgotten."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(firestore.JAR, raising=False)
    firestore._in_sdk.cache_clear()
    yield
    firestore._in_sdk.cache_clear()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Where the machine's programs are."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, answer: str = "") -> Path:
    """A program that says one thing."""
    path = folder / name
    path.write_text(f"#!{shutil.which('sh', path='/bin:/usr/bin')}\necho '{answer}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_without_java_it_is_missing() -> None:
    """The sentence names what to install."""
    with pytest.raises(Missing, match="needs java"):
        firestore.start()


def test_without_a_jar_it_is_missing(programs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No SDK, an SDK without the emulator, and a jar that is named and not there: the sentence names both ways out."""
    with pytest.raises(Missing, match=firestore.JAR):
        firestore.jar()
    program(programs, "gcloud", str(tmp_path / "sdk"))
    firestore._in_sdk.cache_clear()
    with pytest.raises(Missing, match="cloud-firestore-emulator"):
        firestore.jar()
    monkeypatch.setenv(firestore.JAR, str(tmp_path / "none.jar"))
    with pytest.raises(Missing, match=firestore.JAR):
        firestore.jar()


def test_the_jar_is_found_in_the_sdk(programs: Path, tmp_path: Path) -> None:
    """Where gcloud says that the SDK is, and above gcloud itself, which is not asked then."""
    for root, gcloud in ((tmp_path / "said", programs), (tmp_path / "above", tmp_path / "above" / "bin")):
        there = root / "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
        there.parent.mkdir(parents=True)
        there.touch()
        gcloud.mkdir(parents=True, exist_ok=True)
        (programs / "gcloud").unlink(missing_ok=True)
        made = program(gcloud, "gcloud", str(tmp_path / "said"))
        if gcloud != programs:
            (programs / "gcloud").symlink_to(made)
        firestore._in_sdk.cache_clear()
        assert firestore.jar() == there


def test_a_jar_that_is_named_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The variable names it."""
    named = tmp_path / "mine.jar"
    named.touch()
    monkeypatch.setenv(firestore.JAR, str(named))
    assert firestore.jar() == named
