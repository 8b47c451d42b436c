"""The secret of an installation: made once, kept in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from sheaf.domain.errors import Unavailable

_BYTES = 32


def installation_key(path: Path) -> bytes:
    """Return the key in ``path``, made now if there is none; processes that start at once agree on one.

    Raises Unavailable for a file that is not such a key.
    """
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != _BYTES:
        raise Unavailable(f"{path.name} is not a key of {_BYTES} bytes; restore it, or remove it so that a new one is made.")
    return key


def _make(path: Path) -> None:
    """Write the key aside and link it: whoever links first wins, and nobody sees half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    file = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, secrets.token_bytes(_BYTES))
        os.fsync(file)
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        os.close(file)
        aside.unlink()
