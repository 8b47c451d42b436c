"""Installation keys: one for all processes, whole, private."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sheaf.adapters.keys import installation_key


def test_every_caller_gets_the_same_whole_key(tmp_path: Path) -> None:
    """Callers that race for the first key all get one and the same, and leave nothing else behind."""
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: installation_key(tmp_path / "signing.key"), range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["signing.key"]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """The file's mode admits nobody but its owner."""
    installation_key(tmp_path / "signing.key")
    assert stat.S_IMODE((tmp_path / "signing.key").stat().st_mode) == 0o600
