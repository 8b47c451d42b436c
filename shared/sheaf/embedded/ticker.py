"""The tick: every so often, repair what was lost and bury the consumers that died."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)


class Ticker:
    """Calls ``duties`` at once and then every ``seconds``, in a thread of its own; one that fails spoils no other and no later tick."""

    def __init__(self, seconds: float, duties: Sequence[Callable[[], object]]) -> None:
        self._seconds = seconds
        self._duties = duties
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the duty that is being done."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for duty in self._duties:
                _do(duty)
            self._stopping.wait(self._seconds)


def _do(duty: Callable[[], object]) -> None:
    try:
        duty()
    except Exception:  # noqa: BLE001 - whatever it was, it must not end the tick
        _log.exception("a duty of the tick failed; the next tick does it again")
