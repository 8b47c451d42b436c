"""Environments of their own: made of one lock, once, and anew when the lock changes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import environments, install, lock
from tools.emulators.process import Missing


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A checkout with one lock and nothing installed; the answer tells what was."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "tool.txt").write_text("one==1\n", encoding="utf-8")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "environments")
    installed: list[str] = []
    monkeypatch.setattr(environments, "_install", lambda name, _: installed.append(name))
    return installed


def test_an_environment_is_made_once(made: list[str]) -> None:
    """Asked for again it is there, and it is an interpreter."""
    python = environments.environment("tool")
    assert environments.environment("tool") == python
    assert made == ["tool"]
    assert subprocess.run(
        [python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    ).stdout.strip() == str(python.parents[1])


def test_another_lock_is_another_environment(made: list[str]) -> None:
    """What was installed by the older lock does not stand in for the newer."""
    environments.environment("tool")
    install.lock("tool").write_text("one==2\n", encoding="utf-8")
    environments.environment("tool")
    assert made == ["tool", "tool"]


@pytest.mark.usefixtures("made")
def test_what_cannot_be_installed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, so that a test can be left out with a word; it is tried again the next time."""

    def fail(*_: object) -> None:
        raise subprocess.CalledProcessError(1, "uv")

    monkeypatch.setattr(environments, "_install", fail)
    for _ in range(2):
        with pytest.raises(Missing, match="tool"):
            environments.environment("tool")


def test_what_the_tests_need_is_locked() -> None:
    """Every environment that ``make setup`` makes has its group and its lock."""
    assert set(environments.OF_TESTS) <= set(lock.APART)
    assert all(install.lock(name).exists() for name in lock.APART)
