"""What every test runs under: marks, and how hard Hypothesis tries, by the profile that HYPOTHESIS_PROFILE names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

# A slow machine must not fail a test, so nothing here is timed.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile("default", _UNTIMED, max_examples=50, stateful_step_count=50)
settings.register_profile("ci", _UNTIMED, max_examples=100, stateful_step_count=500, derandomize=True)
settings.register_profile("deep", _UNTIMED, max_examples=2000, stateful_step_count=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


def pytest_configure(config: pytest.Config) -> None:
    """Name our marks."""
    config.addinivalue_line("markers", "embedded(why): run on the embedded home alone, since it is about nothing that the cloud home has")
