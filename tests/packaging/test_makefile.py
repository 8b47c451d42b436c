"""The Makefile tells what it can do, and what it lacks."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tools.findings import ROOT

TARGETS = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def _make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # A make that runs these tests hands its own settings down; this one is to be its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_target_with_a_sentence() -> None:
    """Nobody has to read the Makefile to use it."""
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", _make().stdout, re.MULTILINE))
    assert sorted(listed) == sorted(TARGETS)
    assert [name for name, sentence in listed.items() if not sentence.endswith(".")] == []


@pytest.mark.parametrize("target", ["setup", "run", "test", "check", "format", "lock", "bench", "clean", "up"])
def test_each_activity_has_one_name(target: str) -> None:
    """The names that the documentation uses are there, once each."""
    assert TARGETS.count(target) == 1


def test_without_a_suitable_python_it_says_what_is_needed() -> None:
    """A machine whose only Python is too old gets a sentence, not a trace."""
    answer = _make("setup", "PYTHONS=/bin/false no-such-python")
    assert answer.returncode != 0
    assert "needs Python 3.11 or newer" in answer.stderr
    assert "make PYTHON=" in answer.stderr
