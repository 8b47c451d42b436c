"""Bundles a function for deployment: its own folder with the sheaf package beside it, as a zip named by its content.

Usage: python -m tools.stage [NAME …]    every function where none is named; writes build/NAME-DIGEST.zip

A requirements.txt that refers to another file (-r PATH) is written out in full, since nothing outside the bundle is there.
The same sources give the same name on every machine, so a function is deployed again only where something changed.
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
        folder.mkdir(parents=True, exist_ok=True)
        return zip_tree(staged, folder / f"{name}-{digest(staged)[:16]}.zip")


def stage(name: str, target: Path) -> Path:
    """Lay out the function ``name`` in ``target`` as it is deployed; answers ``target``."""
    leave_out = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
    shutil.copytree(FUNCTIONS / name, target, ignore=leave_out)
    shutil.copytree(PACKAGE, target / "sheaf", ignore=leave_out)
    (target / "requirements.txt").write_text(requirements(FUNCTIONS / name / "requirements.txt"), encoding="utf-8")
    return target


def requirements(path: Path) -> str:
    """The text of a requirements file, with every ``-r`` line replaced by what it refers to.

    Raises:
        FileNotFoundError: it, or a file it refers to, is not there.
    """
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(requirements(path.parent / line[3:].strip()) if line.startswith("-r ") else line for line in lines)


def digest(tree: Path) -> str:
    """The SHA-256 of the names and contents of ``tree``'s files; not of its zip, which differs from one zlib to another."""
    contents = (f"{path.relative_to(tree).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in _files(tree))
    return hashlib.sha256("".join(contents).encode()).hexdigest()


def _files(tree: Path) -> list[Path]:
    return sorted(path for path in tree.rglob("*") if path.is_file())


def zip_tree(tree: Path, archive: Path) -> Path:
    """Zip the files of ``tree`` in the order of their names, without times or owners; answers ``archive``."""
    with zipfile.ZipFile(archive, "w") as out:
        for path in _files(tree):
            entry = zipfile.ZipInfo(path.relative_to(tree).as_posix(), date_time=_EPOCH)
            entry.external_attr = _REGULAR_FILE
            out.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
