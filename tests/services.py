"""Services that tests need beside the project itself: each started once for a test process, on loopback.

A laptop without one leaves its tests out, by name; with ``CI`` set they fail instead.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from functools import cache
from typing import NoReturn, TypeVar

import pytest

from tools.emulators import firestore as firestore_emulator
from tools.emulators import gcs as fake_gcs
from tools.emulators import s3 as fake_s3
from tools.emulators.process import Missing, Running

Started = TypeVar("Started")


@cache
def gcs() -> Running:
    """Cloud Storage's stand-in, its objects in memory; a bucket for each test keeps them apart."""
    return _until_exit(needed("fake-gcs-server", fake_gcs.start))


@cache
def firestore() -> str:
    """Host and port of the official Firestore emulator: the one that the environment names, else one of this test process's own.

    Processes that tests start inherit the name; a project for each test keeps them apart.
    """
    if firestore_emulator.HOST not in os.environ:
        os.environ[firestore_emulator.HOST] = _until_exit(needed("Firestore emulator", firestore_emulator.start)).address
    return os.environ[firestore_emulator.HOST]


@cache
def s3() -> Running:
    """Amazon S3's stand-in, in a process of its own; a bucket for each test keeps them apart."""
    return _until_exit(needed("moto", fake_s3.start))


def needed(name: str, start: Callable[[], Started]) -> Started:
    """What ``start`` answers; where the machine lacks the service, the test is not run, or fails in CI."""
    try:
        return start()
    except Missing as missing:
        _without(name, str(missing))


def _until_exit(running: Running) -> Running:
    atexit.register(running.stop)
    return running


def _without(name: str, why: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{name} is missing, and CI must have it: {why}", pytrace=False)
    pytest.skip(f"not run: {name}: {why}")
