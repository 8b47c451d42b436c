"""The tick: nothing that fails in it ends it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from sheaf.embedded.ticker import Ticker

if TYPE_CHECKING:
    import pytest


def test_every_duty_is_done_at_once_and_again(caplog: pytest.LogCaptureFixture) -> None:
    """A duty that fails spoils neither its neighbours nor the next tick."""
    caplog.set_level(logging.CRITICAL)
    done, enough = [], threading.Event()

    def fails() -> None:
        raise RuntimeError("this duty always fails")

    def counts() -> None:
        done.append(1)
        if len(done) == 3:
            enough.set()

    ticker = Ticker(0.001, [fails, counts])
    ticker.start()
    assert enough.wait(60)
    ticker.stop()
    after = len(done)
    assert after >= 3
    assert len(done) == after


def test_stopping_does_not_wait_for_the_next_tick() -> None:
    """A long interval does not hold up the end."""
    ticker = Ticker(3600, [])
    ticker.start()
    ticker.stop()
