"""What lies at the bottom needs nothing, and nothing heavy is loaded before it is used."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from sheaf import catalog
from tools.findings import ROOT

#: Imports every module of a package with the standard library alone.
EVERY_MODULE = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
package = importlib.import_module(sys.argv[2])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""


@pytest.mark.parametrize("package", ["sheaf.domain", "sheaf.ports"])
def test_the_lowest_layers_need_the_standard_library_alone(package: str) -> None:
    """Their modules import where no library is installed."""
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", EVERY_MODULE, str(ROOT / "shared"), package]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


#: The catalogue's tables are its constants.
TABLES = [kinds for name, kinds in vars(catalog).items() if name.isupper()]
ENTRIES = [entry for kinds in TABLES for entry in kinds.values() if isinstance(entry, str)]


def test_every_format_of_the_catalogue_can_read() -> None:
    """A format that is listed has a reader, and a container hands out its members."""
    for format_ in catalog.FORMATS.values():
        module = importlib.import_module(format_.module)
        assert callable(module.read)
        assert hasattr(module, "members") == (format_.container or format_.archive)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_line_of_the_catalogue_names_something_that_loads(entry: str) -> None:
    """A kind that is listed can be used."""
    assert catalog.load(entry) is not None
