"""Functions as they are deployed: staged, and compiled as the platform's build compiles them."""

from __future__ import annotations

import compileall
import shutil
from pathlib import Path
from py_compile import PycInvalidationMode

from tools import stage


def compiled(name: str, folder: Path) -> Path:
    """The bundle of a function in a folder of its name; answers the folder."""
    return _compile(stage.stage(name, folder))


def bare(folder: Path, source: Path) -> Path:
    """A function that is one file, laid out and compiled in the same way."""
    folder.mkdir()
    shutil.copy(source, folder / "main.py")
    return _compile(folder)


def _compile(folder: Path) -> Path:
    """As Google's Python buildpack does with a function's folder (``compileall -f -q .``; cmd/python/functions_framework).

    A compiled file is bound to its source's content, as ``SOURCE_DATE_EPOCH`` in the build's environment has it: an image sets the times
    of its files anew.
    """
    compileall.compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder
