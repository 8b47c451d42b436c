"""Files that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from sheaf.domain.errors import InvalidInput


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside ``path`` that takes its place when the block ends well, and is gone when it does not.

    Raises InvalidInput when there is no such folder, or it may not be written to.
    """
    fresh = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        out = fresh.open("xb")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.", field="output") from error
    try:
        with out:
            yield out
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
