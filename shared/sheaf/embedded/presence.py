"""Which consumers of a data folder are alive: each holds the lock of a file of its own for as long as it lives.

Process ids are used again and clocks jump; a lock ends with its process in every way there is, a power cut included.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.embedded.locks import try_lock

_FOLDER = "consumers"
#: A file of this ending is about to be locked and named.
_UNNAMED = ".new"


def announce(data_dir: Path, consumer_id: str) -> IO[bytes]:
    """Say that this process lives and works under ``consumer_id``, until the file that is answered is closed."""
    folder = data_dir / _FOLDER
    folder.mkdir(exist_ok=True)
    unnamed = folder / (consumer_id + _UNNAMED)
    file = unnamed.open("wb")
    try_lock(file)
    # Locked before it is named: nobody can find it unlocked and take its owner for dead.
    unnamed.rename(folder / consumer_id)
    return file


def bury(data_dir: Path, queue: EmbeddedQueue) -> list[str]:
    """Release what consumers hold that have died since, forget them, and answer who they were."""
    folder = data_dir / _FOLDER
    known = {path.name for path in folder.iterdir() if path.suffix != _UNNAMED} if folder.is_dir() else set()
    return [name for name in sorted(known | queue.holders()) if _buried(folder / name, queue)]


def _buried(path: Path, queue: EmbeddedQueue) -> bool:
    try:
        file = path.open("rb+")
    except FileNotFoundError:  # it has gone in order, or the folder came from another machine without it
        return queue.release(path.name) > 0
    with file:
        if not try_lock(file):
            return False
        queue.release(path.name)
        path.unlink(missing_ok=True)
    return True
