"""What the services need to know of files without reading them: their format, and what is packed inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from sheaf.domain.record import record


@record(frozen=True, slots=True)
class Member:
    """A file inside a file: an archive's entry or a message's attachment."""

    #: Relative POSIX path, safe to show and to join.
    name: str
    size: int
    open: Callable[[], BinaryIO]


class FileReading(Protocol):
    """Tells formats apart and opens containers."""

    def sniff(self, head: bytes, name: str) -> str:
        """The format's name from its first bytes (up to 64 KiB) and its file name; ``unknown`` where nothing fits."""
        ...

    def sniff_file(self, path: Path, name: str) -> str:
        """As :meth:`sniff`, by the whole file: what is inside a ZIP decides whether it is an archive or an office document."""
        ...

    def is_container(self, format_: str) -> bool:
        """Whether files of this format hand members to the run."""
        ...

    def members(self, path: Path, name: str) -> Iterator[Member]:
        """The members of one level, bounded; raises FileProblem."""
        ...
