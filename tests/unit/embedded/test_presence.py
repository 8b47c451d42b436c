"""Which consumers are alive: told by locks, never by process ids or clocks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheaf.adapters.clock import SystemClock
from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.embedded import presence
from sheaf.ports.queue import Message
from sheaf.services.messages import FILES, QUEUES

_LIVE_UNTIL_TOLD = """
import sys
from pathlib import Path
from sheaf.embedded import presence
with presence.announce(Path(sys.argv[1]), sys.argv[2]):
    print("here", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[EmbeddedQueue]:
    """A queue with one message."""
    made = EmbeddedQueue(tmp_path / "queue.sqlite3", QUEUES, clock=SystemClock())
    made.enqueue([Message(queue=FILES, name="m", payload={})])
    yield made
    made.close()


def _other(data_dir: Path, name: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", _LIVE_UNTIL_TOLD, str(data_dir), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"here\n"
    return process


def _end(process: subprocess.Popen[bytes], *, kill: bool) -> None:
    if kill:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "ended"])
def test_work_of_the_dead_is_given_back(tmp_path: Path, queue: EmbeddedQueue, *, kill: bool) -> None:
    """What a consumer held is deliverable as soon as its death is looked for, however it died."""
    process = _other(tmp_path, "c1")
    assert len(queue.claim("c1", 1)) == 1
    _end(process, kill=kill)
    assert presence.bury(tmp_path, queue) == ["c1"]
    assert queue.claim("c2", 1)[0].retry == 1


def test_the_living_keep_their_work(tmp_path: Path, queue: EmbeddedQueue) -> None:
    """A consumer that lives is never taken for dead."""
    process = _other(tmp_path, "c1")
    assert len(queue.claim("c1", 1)) == 1
    assert presence.bury(tmp_path, queue) == []
    assert queue.holders() == {"c1"}
    _end(process, kill=True)


def test_a_holder_that_nobody_knows_is_dead(tmp_path: Path, queue: EmbeddedQueue) -> None:
    """A folder that was copied without the consumers' files gives their work back all the same."""
    queue.claim("from another machine", 1)
    assert presence.bury(tmp_path, queue) == ["from another machine"]
    assert queue.holders() == set()


def test_the_dead_are_buried_once(tmp_path: Path, queue: EmbeddedQueue) -> None:
    """A second look finds nothing to do, and nothing is left of them."""
    _end(_other(tmp_path, "c1"), kill=True)
    assert presence.bury(tmp_path, queue) == ["c1"]
    assert presence.bury(tmp_path, queue) == []
    assert list((tmp_path / "consumers").iterdir()) == []


def test_an_empty_folder_has_no_dead(tmp_path: Path, queue: EmbeddedQueue) -> None:
    """Looking before the first consumer came is no error."""
    assert presence.bury(tmp_path, queue) == []
