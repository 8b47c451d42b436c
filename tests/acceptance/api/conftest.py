"""What the tests of the API run on: both homes, each scenario as it stands, but for those that are about the embedded one by nature."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.api.cloud import install_in_cloud
from tests.acceptance.api.harness import Api, install
from tests.faults.kit import fast_folder
from tests.homes.choice import on_both_homes


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a scenario on both homes, unless it says why it is about the embedded one alone."""
    on_both_homes(metafunc, "api")


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """An installation behind its HTTP interface."""
    if request.param == "cloud":
        yield from _in_cloud()
    else:
        yield from _embedded()


def _in_cloud() -> Iterator[Api]:
    made = install_in_cloud()
    yield made
    made.client.close()


def _embedded() -> Iterator[Api]:
    with fast_folder() as folder:
        made = install(Path(folder))
        yield made
        made.client.close()
        made.close()
