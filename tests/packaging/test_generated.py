"""What a tool writes is kept as the tool writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_generated


def _write(folder: Path) -> None:
    (folder / "one.txt").write_text("one", encoding="utf-8")
    (folder / "two.txt").write_text("two", encoding="utf-8")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder just as its tool wrote it."""
    _write(tmp_path)
    return tmp_path


def test_a_folder_as_its_tool_writes_it_is_fine(kept: Path) -> None:
    """Nothing is said of what is as it should be."""
    assert list(check_generated.problems(kept, _write)) == []


def test_a_file_changed_missing_or_left_over_is_named(kept: Path) -> None:
    """A change by hand would be lost at the next writing, so it is noticed before."""
    (kept / "one.txt").write_text("by hand", encoding="utf-8")
    (kept / "two.txt").unlink()
    (kept / "zero.txt").touch()
    named = [problem.partition(":")[0] for problem in check_generated.problems(kept, _write)]
    assert named == [f"{kept.name}/{name}.txt" for name in ("one", "two", "zero")]
