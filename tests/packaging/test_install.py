"""Setting up: where packages come from is the machine's affair, and nothing is done twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import install

PIP_SAYS = """\
:env:.index-url='https://mirror.example/simple'
:env:.disable-pip-version-check='1'
global.cert='/etc/ssl/own.pem'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.index-url='https://old.example/simple'
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, with locks and a .venv that holds nothing."""
    root = tmp_path / "checkout"
    (root / "requirements").mkdir(parents=True)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    for name in ("uv", "build", "runtime", "dev"):
        (root / "requirements" / f"{name}.txt").write_text(f"{name}==1\n", encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]\nname = 'sheaf'\n[tool.hatch]\n", encoding="utf-8")
    monkeypatch.setattr(install, "ROOT", root)
    monkeypatch.setattr(install, "PYTHON", root / ".venv" / "bin" / "python")
    monkeypatch.setattr(install, "STAMPS", root / ".venv" / "installed.json")
    return root


def test_uv_looks_where_pip_does() -> None:
    """Indexes and certificates that pip is set to become uv's; the environment comes before the files."""
    environment = install.uv_environment(dict(install._settings(PIP_SAYS)), {})
    assert environment["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert environment["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert environment["SSL_CERT_FILE"] == "/etc/ssl/own.pem"


def test_what_is_said_to_uv_itself_stands() -> None:
    """A user who set uv's own variables is not overruled by pip's configuration."""
    environment = install.uv_environment({"index-url": "https://pip.example/simple"}, {"UV_DEFAULT_INDEX": "https://uv.example/simple"})
    assert environment["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


@pytest.mark.usefixtures("checkout")
def test_a_set_up_that_holds_is_not_done_again() -> None:
    """With the stamp of these very locks nothing is to do; dev serves for runtime too."""
    wanted = install.stamps()
    install.STAMPS.write_text(json.dumps(wanted), encoding="utf-8")
    assert install.fresh(wanted) == {"runtime", "dev"}


@pytest.mark.parametrize("changed", ["requirements/dev.txt", "requirements/uv.txt", "pyproject.toml"])
def test_a_changed_lock_or_declaration_is_set_up_anew(checkout: Path, changed: str) -> None:
    """Any change to what a profile is made from makes its stamp stale."""
    install.STAMPS.write_text(json.dumps(install.stamps()), encoding="utf-8")
    path = checkout / changed
    path.write_text(path.read_text(encoding="utf-8").replace("'sheaf'", "'other'") + "\n# more\n", encoding="utf-8")
    assert "dev" not in install.fresh(install.stamps())


def test_an_environment_that_is_gone_is_not_fresh(checkout: Path) -> None:
    """A stamp without an interpreter to run counts for nothing."""
    install.STAMPS.write_text(json.dumps(install.stamps()), encoding="utf-8")
    (checkout / ".venv" / "bin" / "python").unlink()
    assert install.fresh(install.stamps()) == set()
