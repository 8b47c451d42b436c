"""What the fault suites run on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from tests.faults.homes import Home
from tests.faults.kit import Bench, installed


@pytest.fixture(params=list(Home), ids=str)
def home(request: pytest.FixtureRequest) -> Home:
    """Both homes of the engine, one after the other."""
    return cast("Home", request.param)


@pytest.fixture
def engine(home: Home) -> Iterator[Bench]:
    """An installation whose queue and clock are moved by hand."""
    with installed(home) as made:
        yield made
