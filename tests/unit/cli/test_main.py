"""The first page of the command line."""

from __future__ import annotations

import subprocess
import sys

from click.testing import CliRunner

import sheaf
from sheaf.cli.main import cli

_HEAVY = {"flask", "httpx", "lxml", "numpy", "openpyxl", "pydantic", "pypdfium2", "rich", "sqlite3", "waitress"}


def test_help_loads_nothing_heavy() -> None:
    """So that it is there at once, and completion too."""
    script = (
        f"import sys; from sheaf.cli.main import cli; cli(['--help'], standalone_mode=False); print(sorted({_HEAVY} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_the_packages() -> None:
    """As it is installed."""
    assert CliRunner().invoke(cli, ["--version"]).stdout == f"sheaf, version {sheaf.__version__}\n"


def test_a_shell_can_complete_commands() -> None:
    """By click's protocol, as the help says."""
    environment = {"_SHEAF_COMPLETE": "bash_complete", "COMP_WORDS": "sheaf te", "COMP_CWORD": "1"}
    assert "templates" in CliRunner().invoke(cli, [], prog_name="sheaf", env=environment).stdout


def test_a_broken_pipe_is_no_trace() -> None:
    """Whoever has read enough may close it."""
    script = f"{sys.executable} -m sheaf.cli.main --help | head -1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
