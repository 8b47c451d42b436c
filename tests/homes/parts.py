"""The parts of the engine that tests replace in the functions' processes, and in their own beside them."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from sheaf.services.kernel import Policy
from sheaf.settings import Settings
from tests.faults.kit import Tiny, TinyReading
from tests.homes.clock import SharedClock

#: The file of the clock that the processes of one home share.
CLOCK = "SHEAF_TEST_CLOCK"


def by_hand(settings: Settings) -> dict[str, Any]:
    """Documents that say what becomes of them (:class:`tests.faults.kit.Tiny`), and a clock that the test moves."""
    return small(settings, SharedClock(Path(os.environ[CLOCK])))


def small(settings: Settings, clock: SharedClock) -> dict[str, Any]:
    """As :func:`by_hand`, with a clock that is known already."""
    job_types = partial(_same, Tiny())
    return {"clock": clock, "reading": TinyReading(), "job_types": job_types, "policy": Policy(max_file_bytes=settings.max_file_bytes)}


def _same(job_type: Tiny, _: str) -> Tiny:
    return job_type
