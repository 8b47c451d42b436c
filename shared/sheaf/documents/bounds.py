"""Checks every reader makes before it trusts a file."""

from __future__ import annotations

from pathlib import Path

from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem

#: Files that are read as a tree of objects (XML, JSON) may be no larger: a tree takes about ten times its source in memory.
MAX_TREE_BYTES = 100 * 2**20


def check_size(path: Path, limits: Limits) -> int:
    """The file's size in bytes.

    Raises:
        FileProblem: ``file_missing``, ``empty`` or ``too_large``.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise FileProblem(FailureCategory.FILE_MISSING, "The file is no longer there.") from error
    if size == 0:
        raise FileProblem(FailureCategory.EMPTY, "The file is empty.")
    if size > limits.max_bytes:
        raise too_large("The file", size, limits.max_bytes)
    return size


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The whole file, after :func:`check_size`."""
    check_size(path, limits)
    return path.read_bytes()


def too_large(what: str, size: int, limit: int, unit: str = "bytes") -> FileProblem:
    """The problem of something beyond its limit, with both figures."""
    return FileProblem(FailureCategory.TOO_LARGE, f"{what} has {size} {unit}; at most {limit} are read.", size=size, limit=limit)
