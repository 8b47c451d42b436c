"""What every object store refuses before it does anything, beside paths: content types, ranges, and signed URLs without an end."""

from __future__ import annotations

from datetime import timedelta

from sheaf.domain.errors import InvalidInput

_MAX_TYPE_CHARACTERS = 255
_LARGEST_UPLOAD = 10**10
#: GCS signs for no longer either (https://cloud.google.com/storage/docs/access-control/signed-urls).
_LONGEST_GRANT = timedelta(days=7)


def check_type(content_type: str) -> str:
    """Return ``content_type``; raises InvalidInput for what could not stand in a header."""
    if not 0 < len(content_type) <= _MAX_TYPE_CHARACTERS or not content_type.isascii() or not content_type.isprintable():
        raise InvalidInput(f"{content_type[:80]!r} is not a content type.", field="content_type")
    return content_type


def check_range(start: int, end: int | None) -> None:
    """Raise InvalidInput for a range that is negative or backward."""
    if start < 0 or (end is not None and end < start):
        raise InvalidInput(f"There are no bytes from {start} up to {end}.", field="start")


def check_lifetime(expires_in: timedelta) -> timedelta:
    """Return ``expires_in``; raises InvalidInput when no URL is signed for so long, or so short."""
    if not timedelta(0) < expires_in <= _LONGEST_GRANT:
        raise InvalidInput("A signed URL holds for up to seven days.", field="expires_in")
    return expires_in


def check_max_bytes(max_bytes: int) -> int:
    """Return ``max_bytes``; raises InvalidInput when no upload is allowed so many."""
    if not 0 < max_bytes <= _LARGEST_UPLOAD:
        raise InvalidInput(f"An upload takes 1 to {_LARGEST_UPLOAD:,} bytes.", field="max_bytes")
    return max_bytes
