"""What every test runs under: marks, and how hard Hypothesis tries, by the profile that HYPOTHESIS_PROFILE names."""

from __future__ import annotations

import os
import signal
from types import FrameType

import pytest
from hypothesis import HealthCheck, settings

# A slow machine must not fail a test, so nothing here is timed.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile("default", _UNTIMED, max_examples=50, stateful_step_count=50)
settings.register_profile("ci", _UNTIMED, max_examples=100, stateful_step_count=500, derandomize=True)
settings.register_profile("deep", _UNTIMED, max_examples=2000, stateful_step_count=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


def _stop(number: int, _: FrameType | None) -> None:
    pytest.exit("told to stop", returncode=128 + number)


def pytest_configure(config: pytest.Config) -> None:
    """Name our marks, and end in order when told to stop: what tests have started is stopped with them."""
    signal.signal(signal.SIGTERM, _stop)
    config.addinivalue_line("markers", "embedded(why): run on the embedded home alone, since it is about nothing that the cloud home has")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name bytes by their parameter: an archive holds the time it was made at, and workers must agree on the names of tests."""
    del config
    return argname if isinstance(val, bytes) else None
