"""The pool: workers that die are replaced, those that hang are killed, and a stop loses nothing. Its workers here are scripts."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sheaf.embedded import pool as pool_module
from sheaf.embedded.pool import Pool, environment
from sheaf.settings import Settings, read

#: Says it is ready, does what the script's end says, and waits for the end of its input.
_START = """
import sys, time, os
def say(text):
    print(text, flush=True)
say("ready")
"""
_WORKS = _START + 'say("busy 600"); say("idle"); sys.stdin.read()'
_HANGS = _START + 'say("busy -1"); time.sleep(3600)'
_IGNORES_THE_STOP = _START + 'say("busy 600"); time.sleep(3600)'
_STILLBORN = "raise SystemExit(3)"


class Released:
    """Whom the pool has given back, and a way to wait for it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._news = threading.Condition()

    def __call__(self, name: str) -> None:
        """One more."""
        with self._news:
            self.names.append(name)
            self._news.notify_all()

    def wait_for(self, count: int) -> None:
        """Until so many were."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.names) >= count, timeout=60)


@pytest.fixture
def released() -> Released:
    """Nobody yet."""
    return Released()


@pytest.fixture
def start(tmp_path: Path, released: Released, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Pool]]:
    """Starts pools, and stops them at the end."""
    monkeypatch.setattr(pool_module, "_WATCH_S", 0.01)
    made: list[Pool] = []

    def start_one(script: str, size: int = 1, margin_s: float = 0.0) -> Pool:
        command = [sys.executable, "-c", script]
        made.append(Pool(Settings(data_dir=tmp_path), size, release=released, command=command, margin_s=margin_s))
        made[-1].start()
        return made[-1]

    yield start_one
    for each in made:
        each.stop(0)


def _until(holds: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(6000):
        if holds():
            return
        waiting.wait(0.01)
    pytest.fail("it never came to hold")


def test_a_killed_worker_is_given_back_and_replaced(start: Callable[..., Pool], released: Released) -> None:
    """Another process takes its place, and what it held is free before."""
    pool = start(_WORKS, 2)
    _until(lambda: len(pool.pids) == 2)
    before = set(pool.pids)
    victim = pool.pids[0]
    os.kill(victim, signal.SIGKILL)
    released.wait_for(1)
    _until(lambda: len(pool.pids) == 2)
    assert victim not in pool.pids
    assert len(before & set(pool.pids)) == 1


def test_a_worker_over_its_deadline_is_killed(start: Callable[..., Pool], released: Released) -> None:
    """It cannot keep its place for ever, and neither can its successors."""
    start(_HANGS)
    released.wait_for(2)
    assert len(set(released.names)) >= 2


def test_a_worker_within_its_time_is_left_alone(start: Callable[..., Pool], released: Released) -> None:
    """The margin is kept to."""
    pool = start(_HANGS, margin_s=3600)
    _until(lambda: bool(pool.pids))
    pid = pool.pids[0]
    threading.Event().wait(0.2)
    assert pool.pids == [pid]
    assert released.names == []


def test_a_stop_lets_workers_finish(start: Callable[..., Pool], released: Released) -> None:
    """They are asked, end by themselves, and are not replaced."""
    pool = start(_WORKS, 2)
    _until(lambda: len(pool.pids) == 2)
    pool.stop(60)
    assert pool.pids == []
    assert len(released.names) == 2


def test_a_stop_ends_those_that_do_not_listen(start: Callable[..., Pool], released: Released) -> None:
    """When the grace is over, what they held is given back."""
    pool = start(_IGNORES_THE_STOP)
    _until(lambda: bool(pool.pids))
    pool.stop(0)
    assert pool.pids == []
    assert len(released.names) == 1


def test_workers_that_never_live_make_the_pool_hopeless(start: Callable[..., Pool], released: Released) -> None:
    """Whoever waits for work to be done can tell that it never will be."""
    pool = start(_STILLBORN)
    assert not pool.hopeless
    released.wait_for(3)
    _until(lambda: pool.hopeless)


def test_workers_that_die_at_work_do_not(start: Callable[..., Pool], released: Released) -> None:
    """A file that takes workers down is no reason to give up."""
    pool = start(_START + "raise SystemExit(1)")
    released.wait_for(3)
    assert not pool.hopeless


def test_a_command_that_is_not_there_is_stillborn(tmp_path: Path, released: Released) -> None:
    """It is told like any other worker that cannot start."""
    pool = Pool(Settings(data_dir=tmp_path), 1, release=released, command=[str(tmp_path / "nothing")])
    pool.start()
    released.wait_for(3)
    _until(lambda: pool.hopeless)
    pool.stop(0)


def test_workers_get_exactly_these_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment said before."""
    monkeypatch.setenv("SHEAF_API_KEY", "of the environment")
    monkeypatch.setenv("SHEAF_WORKERS", "7")
    settings = Settings(data_dir=tmp_path, log_format="json", max_file_bytes=5, sweep_seconds=0.5)
    assert read(environment(settings)) == settings
