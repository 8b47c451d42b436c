"""What the fault suites run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.kit import Bench, bench, fast_folder


@pytest.fixture
def engine() -> Iterator[Bench]:
    """An installation whose queue and clock are moved by hand."""
    with fast_folder() as folder:
        made = bench(Path(folder))
        yield made
        made.kernel.store.close()
