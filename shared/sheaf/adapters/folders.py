"""The folder of an embedded installation."""

from __future__ import annotations

from pathlib import Path


def private_folder(path: Path) -> Path:
    """The folder, made now if it is not there, for its owner's eyes alone."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
