"""Compound files (OLE2), as Office kept its files before 2007 and Outlook does still, opened within bounds.

See [MS-CFB].
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import olefile

from sheaf.documents.bounds import check_size, too_large
from sheaf.documents.limits import Limits
from sheaf.domain.errors import FailureCategory, FileProblem

#: A message's attachment or recipient has about so many properties, each a stream.
_STREAMS_PER_MEMBER = 20


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[tuple[Any, list[list[str]]]]:
    """The file, and the paths of all storages and streams in it.

    Raises:
        FileProblem: ``corrupt``, ``too_large`` or ``unsafe``; ``corrupt`` also for whatever else fails in the block.
    """
    size = check_size(path, limits)
    try:
        with path.open("rb") as file, olefile.OleFileIO(file) as compound:
            names = compound.listdir(streams=True, storages=True)
            _check(compound, names, size, limits)
            yield compound, names
    except FileProblem:
        raise
    except Exception as error:  # a damaged file may lead olefile to raise anything
        raise FileProblem(FailureCategory.CORRUPT, "The file is damaged and cannot be read.") from error


def _check(compound: Any, names: list[list[str]], size: int, limits: Limits) -> None:
    most = limits.max_members * _STREAMS_PER_MEMBER
    if len(names) > most:
        raise too_large("The file", len(names), most, "streams")
    # Streams share no bytes, so together they are no larger than the file.
    held = sum(compound.get_size(name) for name in names if compound.get_type(name) == olefile.STGTY_STREAM)
    if held > size:
        raise FileProblem(FailureCategory.UNSAFE, "The file claims to hold more than its own size.", size=size, held=held)
