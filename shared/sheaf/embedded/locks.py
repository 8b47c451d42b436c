"""File locks that end with the process that holds them, however it ends."""

from __future__ import annotations

import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    #: Far behind the content, which others must be able to read: locks are mandatory there.
    _PLACE = 2**30

    def try_lock(file: IO[Any], *, shared: bool = False) -> bool:
        """Lock an open file without waiting; False when another holds it. Closing the file, or dying, lets go."""
        del shared  # there are no shared locks; a reader that is turned away takes the file as held, which is what it asked
        place = file.tell()
        try:
            file.seek(_PLACE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(place)
        return True

else:
    import fcntl

    def try_lock(file: IO[Any], *, shared: bool = False) -> bool:
        """Lock an open file without waiting; False when another holds it. Closing the file, or dying, lets go."""
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
