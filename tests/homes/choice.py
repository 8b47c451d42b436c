"""Which homes a scenario runs on: both, unless it says why it is about the embedded one alone (``@pytest.mark.embedded``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def on_both_homes(metafunc: pytest.Metafunc, fixture: str) -> None:
    """Have the fixture made once for each home that the test is about; to be called from ``pytest_generate_tests``."""
    if fixture in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("embedded")
        metafunc.parametrize(fixture, ["embedded"] if alone else ["embedded", "cloud"], indirect=True)
