"""The documents: their commands run, and what they show is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHEAF = Path(sys.executable).with_name("sheaf")


def commands(block: str) -> list[list[str]]:
    """The sheaf commands of a console block, without prompt, folder and comment."""
    lines = [line.removeprefix("$ ").partition("  #")[0] for line in block.splitlines() if line.startswith("$ ")]
    return [shlex.split(line)[1:] for line in lines if "sheaf " in line]


def blocks() -> list[str]:
    """Every console block of the README."""
    return re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def run(arguments: list[str], data: Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a command of the README on stores of its own."""
    environment = {**os.environ, "SHEAF_DATA_DIR": str(data), "COLUMNS": "80"}
    return subprocess.run([SHEAF, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_first_screen_is_what_the_demo_prints(tmp_path: Path) -> None:
    """Every line that README shows of ``make run`` comes out of it, but for ids and times."""
    shown = [line for line in blocks()[0].splitlines()[1:] if line.strip() and line != "…"]
    result = run(["demo", "--output-dir", str(tmp_path)], tmp_path / "data")
    assert result.returncode == 0, result.stderr
    printed = {stripped(line) for line in (result.stdout + result.stderr).replace(f"{tmp_path}{os.sep}", "").splitlines()}
    assert not [line for line in shown if stripped(line) not in printed]


def stripped(line: str) -> str:
    """A line without what differs from run to run: ids, seconds, and how sure a value is."""
    return re.sub(r"[0-9a-f]{24}|\d+(\.\d+)? s\b| +\d+%", "*", line).strip()


@pytest.mark.parametrize("block", blocks()[1:])
def test_the_commands_work_one_after_the_other(block: str, tmp_path: Path) -> None:
    """Each command of a block succeeds on what those before it left."""
    for arguments in commands(block):
        if arguments[0] == "up":
            continue
        if arguments[0] == "export":
            arguments += ["--output", str(tmp_path / "receipts.xlsx")]
        result = run(arguments, tmp_path / "data")
        assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"


def test_it_says_what_it_is_and_shows_a_run_in_the_first_thirty_lines() -> None:
    """A newcomer sees one sentence, the command and its result without scrolling."""
    first = README.splitlines()[:30]
    assert any("make run" in line for line in first)
    assert any("files read" in line for line in first)


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link of a document names a file that is there."""
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (path.parent / target).exists()]
