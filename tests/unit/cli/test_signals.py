"""Signals that unwind a command."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sheaf.cli.signals import unwinding


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _interrupted(number: int, cleared: list[bool]) -> None:
    with unwinding():
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)
            cleared.append(True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_once(number: signal.Signals) -> None:
    """A second one does not break off the clearing away; behind the block all is as it was."""
    cleared: list[bool] = []
    with pytest.raises(SystemExit) as ended:
        _interrupted(number, cleared)
    assert cleared == [True]
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) is signal.SIG_DFL


def test_an_ignored_signal_stays_ignored() -> None:
    """As under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with unwinding():
        os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_a_thread_has_no_signals() -> None:
    """Elsewhere than in the main thread the block simply runs."""

    def run() -> bool:
        with unwinding():
            return signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(run).result()
