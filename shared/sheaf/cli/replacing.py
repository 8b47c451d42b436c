"""Files that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import uuid4

from sheaf.domain.errors import InvalidInput

_Made = TypeVar("_Made")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside ``path`` that takes its place when the block ends well, and is gone when it does not.

    Raises InvalidInput when it cannot be written there.
    """
    fresh = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    out = _attempt(path, lambda: fresh.open("xb"))
    try:
        with out:
            yield out
        _attempt(path, lambda: fresh.replace(path))
    finally:
        fresh.unlink(missing_ok=True)


def _attempt(path: Path, action: Callable[[], _Made]) -> _Made:
    try:
        return action()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.", field="output") from error
