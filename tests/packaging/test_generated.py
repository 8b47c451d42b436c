"""What a tool writes is kept as the tool writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_generated


def _write(folder: Path) -> None:
    folder.mkdir()
    (folder / "one.txt").write_text("one", encoding="utf-8")
    (folder / "two.txt").write_text("two", encoding="utf-8")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder just as its tool wrote it."""
    _write(tmp_path / "things")
    return tmp_path / "things"


def test_a_folder_as_its_tool_writes_it_is_fine(kept: Path) -> None:
    """Nothing is said of what is as it should be."""
    assert list(check_generated.problems(kept, _write)) == []


def test_a_file_changed_missing_or_left_over_is_named(kept: Path) -> None:
    """A change by hand would be lost at the next writing, so it is noticed before."""
    (kept / "one.txt").write_text("by hand", encoding="utf-8")
    (kept / "two.txt").unlink()
    (kept / "zero.txt").touch()
    named = [problem.partition(":")[0] for problem in check_generated.problems(kept, _write)]
    assert named == [f"things/{name}.txt" for name in ("one", "two", "zero")]


def test_a_single_file_is_held_to_its_tool_too(tmp_path: Path) -> None:
    """A document that was never written, or is stale, is named."""
    assert list(check_generated.problems(tmp_path / "a.json", lambda path: path.touch())) == [
        "a.json: not as its tool writes it; run: make generate"
    ]
