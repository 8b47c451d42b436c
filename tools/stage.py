"""Bundles a function for deployment: its own folder with the sheaf package beside it, as a zip named by its content.

Usage: python -m tools.stage [NAME …]    every function where none is named; writes build/NAME-DIGEST.zip

The same sources give the same bytes on every machine, so a function is deployed again only where something changed.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.findings import ROOT

FUNCTIONS = ROOT / "functions"
PACKAGE = ROOT / "shared" / "sheaf"
BUILD = ROOT / "build"

#: The earliest time a zip can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


def main(names: list[str]) -> int:
    """Bundle the named functions and print where each went; answers the exit code."""
    unknown = set(names) - set(functions())
    if unknown:
        print(f"no such function: {', '.join(sorted(unknown))}; there are {', '.join(functions())}", file=sys.stderr)
        return 2
    for name in names or functions():
        print(bundle(name, BUILD))
    return 0


def functions() -> list[str]:
    """The functions there are: every folder with an entry point."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/main.py"))


def bundle(name: str, folder: Path) -> Path:
    """Stage and zip the function ``name`` into ``folder``, under a name that changes with its content."""
    with tempfile.TemporaryDirectory() as scratch:
        staged = stage(name, Path(scratch) / name)
        archive = zip_tree(staged, Path(scratch) / "bundle.zip")
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.move(archive, folder / f"{name}-{digest[:16]}.zip"))


def stage(name: str, target: Path) -> Path:
    """Lay out the function ``name`` in ``target`` as it is deployed; answers ``target``."""
    leave_out = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
    shutil.copytree(FUNCTIONS / name, target, ignore=leave_out)
    shutil.copytree(PACKAGE, target / "sheaf", ignore=leave_out)
    return target


def zip_tree(tree: Path, archive: Path) -> Path:
    """Zip the files of ``tree`` in the order of their names, without times or owners; answers ``archive``."""
    with zipfile.ZipFile(archive, "w") as out:
        for path in sorted(path for path in tree.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), date_time=_EPOCH)
            entry.external_attr = _REGULAR_FILE
            out.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
