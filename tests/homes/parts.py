"""The parts of the engine that tests replace in the functions' processes, and in their own beside them."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sheaf.services.kernel import Policy
from sheaf.settings import Settings
from tests.faults.kit import Tiny, TinyReading, known
from tests.homes.clock import SharedClock

#: The file of the clock that the processes of one home share.
CLOCK = "SHEAF_TEST_CLOCK"


def by_hand(settings: Settings) -> dict[str, Any]:
    """Documents that say what becomes of them (:class:`tests.faults.kit.Tiny`), and a clock that the test moves."""
    return small(settings, SharedClock(Path(os.environ[CLOCK])))


def small(settings: Settings, clock: SharedClock) -> dict[str, Any]:
    """As :func:`by_hand`, with a clock that is known already."""
    job_types = partial(known, Tiny())
    return {"clock": clock, "reading": TinyReading(), "job_types": job_types, "policy": Policy(max_file_bytes=settings.max_file_bytes)}


def rough(_: Settings) -> dict[str, Any]:
    """The same documents, each of which takes a moment; what is lost is looked for soon, but no slow machine loses its lease."""
    policy = Policy(dispatch_page=40, stalled_after=timedelta(seconds=3), retry_grace=timedelta(seconds=1))
    return {"reading": TinyReading(), "job_types": partial(known, Tiny(nap_s=0.05)), "policy": policy}
