"""What is committed belongs to everyone, not to one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_tracked


def test_nothing_committed_belongs_to_one_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """No ignored file, no path of a home, no key and no huge file is in the repository."""
    assert check_tracked.main() == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("data = '" + "/home" + "/ann/data.csv'", "the path of a home or work tree"),
        ("see " + "/root" + "/.cache", "the path of a home or work tree"),
        ("-----BEGIN " + "RSA PRIVATE KEY-----", "a private key"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "a cloud key"),
    ],
)
def test_what_belongs_to_one_machine_is_named_with_its_line(line: str, what: str) -> None:
    """The line number leads there."""
    assert list(check_tracked.text_problems(f"first\n{line}\n".encode())) == [f"line 2 holds {what}"]


@pytest.mark.parametrize(
    "line", ["docs" + "/work" + "/notes", "example.com" + "/home" + "/page", "gs://bucket" + "/work" + "/a", "GET /api" + "/root" + "/x"]
)
def test_an_ordinary_path_is_no_machine_s(line: str) -> None:
    """Addresses and relative paths that merely contain such a word pass."""
    assert list(check_tracked.text_problems(line.encode())) == []


def test_a_huge_file_is_named(tmp_path: Path) -> None:
    """What is too large to keep in a repository is not kept there."""
    path = tmp_path / "model.bin"
    with path.open("wb") as out:
        out.truncate(check_tracked.LARGEST + 1)
    assert list(check_tracked.problems(path)) == ["larger than 2,000,000 bytes"]
