"""Secrets of one installation, kept in files that only their owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_BYTES = 32


def installation_key(path: Path) -> bytes:
    """The secret at ``path``, 32 random bytes made by whoever asks first; every process gets the same, whole one."""
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Write a new key under a name of its own and link it into place, which only one of several callers can do."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
