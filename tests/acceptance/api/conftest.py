"""What the tests of the API run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.api.harness import Api, install
from tests.faults.kit import fast_folder


@pytest.fixture
def api() -> Iterator[Api]:
    """An installation behind its HTTP interface."""
    with fast_folder() as folder:
        made = install(Path(folder))
        yield made
        made.client.close()
        made.kernel.store.close()
