"""Workers and tick for as long as something has to be done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Self

from sheaf.embedded import pool, presence
from sheaf.embedded.installation import Installation
from sheaf.embedded.pool import Pool
from sheaf.embedded.ticker import Ticker
from sheaf.services import sweep

#: What is begun when a command is interrupted may take so long.
GRACE_S = 10.0


class Workforce:
    """Keeps the workers of a data folder while its block runs.

    Several may work on one folder at a time, each with consumers of its own. What consumers held that died since, is given back first.
    """

    def __init__(
        self, installation: Installation, *, workers: int = 0, grace_s: float = GRACE_S, command: Sequence[str] = pool.COMMAND
    ) -> None:
        settings, queue = installation.settings, installation.queue
        self._grace_s = grace_s
        self.pool = Pool(settings, workers or settings.workers or os.cpu_count() or 1, release=queue.release, command=command)
        self._bury = partial(presence.bury, settings.data_dir, queue)
        self._ticker = Ticker(settings.sweep_seconds, [self._bury, partial(sweep.sweep, installation.kernel)])

    def __enter__(self) -> Self:
        self._bury()
        self.pool.start()
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ticker.stop()
        self.pool.stop(self._grace_s)
        self._bury()
