"""What ends a worker that hangs: a timer that runs without the interpreter's lock, and signs by which its supervisor can tell."""

from __future__ import annotations

import faulthandler
import time

from sheaf.embedded.signs import Signs

#: The timer is a thread, which takes longer to start and stop than a small file takes to read: it is set anew once in so many seconds.
SLACK_S = 1.0


class Guard:
    """Watches over one thing after the other; each may take its deadline, and up to :data:`SLACK_S` more."""

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._deadline_s = 0.0
        self._since: float | None = None

    def begin(self, deadline_s: float) -> None:
        """Something begins that must be over in so many seconds; whatever began before is over."""
        now = time.monotonic()
        if self._since is not None and deadline_s == self._deadline_s and now - self._since < SLACK_S:
            return
        self._since, self._deadline_s = now, deadline_s
        self._signs.busy(deadline_s + SLACK_S)
        # It ends even a worker that hangs inside a C library, and says where.
        faulthandler.dump_traceback_later(deadline_s + SLACK_S, exit=True)

    def rest(self) -> None:
        """Nothing is being done."""
        if self._since is not None:
            self._since = None
            faulthandler.cancel_dump_traceback_later()
            self._signs.idle()
