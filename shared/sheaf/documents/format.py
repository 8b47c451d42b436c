"""What the catalogue says of a file format; apart from the reading, since whoever lists kinds reads nothing."""

from __future__ import annotations

from sheaf.domain.record import record


@record(frozen=True, slots=True)
class Format:
    """Where a file format is read, as the catalogue lists it."""

    #: The module with ``read`` and, for a container, ``members``; imported on first use.
    module: str
    #: Its files hold files.
    container: bool = False
    #: Its files hold nothing but files.
    archive: bool = False
