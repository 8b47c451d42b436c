"""Services that tests need beside the project itself: each started once for a test process, on loopback.

A laptop without one leaves its tests out, by name; with ``CI`` set they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn, TypeVar

import pytest

from tools.emulators.process import Missing

Started = TypeVar("Started")


def needed(name: str, start: Callable[[], Started]) -> Started:
    """What ``start`` answers; where the machine lacks the service, the test is not run, or fails in CI."""
    try:
        return start()
    except Missing as missing:
        _without(name, str(missing))


def _without(name: str, why: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{name} is missing, and CI must have it: {why}", pytrace=False)
    pytest.skip(f"not run: {name}: {why}")
