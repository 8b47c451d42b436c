"""The wheel: the package, all of it, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import sheaf
from tools.check_tracked import tracked
from tools.findings import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here without a network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_alone(wheel: Path) -> None:
    """Every tracked file of the package is in it, and no test, tool or sample."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {name for name in held if not name.startswith("sheaf/")} == set()
    assert {name.removeprefix("shared/") for name in tracked("shared/sheaf") if (ROOT / name).exists()} - held == set()


def test_the_wheel_carries_its_licence_and_command(wheel: Path) -> None:
    """Who installs it gets the sheaf command and the terms."""
    with zipfile.ZipFile(wheel) as archive:
        named = {name.partition(".dist-info/")[2]: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    assert "sheaf = sheaf.cli.main:main" in named["entry_points.txt"]
    assert "Apache License" in named["licenses/LICENSE"]


def test_the_version_stands_in_one_place(wheel: Path) -> None:
    """The package's own version is what the wheel and the installed metadata say, and pyproject.toml says none."""
    assert wheel.name.split("-")[1] == sheaf.__version__ == version("sheaf")
    assert not re.search(r"^version\s*=", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
