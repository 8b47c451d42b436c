"""One supervisor per data folder, and how clients find it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sheaf.domain.errors import Conflict
from sheaf.embedded import serverfile
from sheaf.embedded.serverfile import Server

_HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sheaf.embedded import serverfile
with serverfile.hold(Path(sys.argv[1])) as file:
    file.publish(serverfile.Server(url="http://127.0.0.1:1", pid=7, started_at=datetime.now(UTC)))
    print("held", flush=True)
    sys.stdin.read()
"""


def _holder(folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_running_server_is_found(tmp_path: Path) -> None:
    """Clients learn where it answers."""
    process = _holder(tmp_path)
    found = serverfile.running(tmp_path)
    assert found is not None
    assert (found.url, found.pid) == ("http://127.0.0.1:1", 7)
    process.communicate()


def test_a_second_one_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    """Two supervisors never share a folder."""
    process = _holder(tmp_path)
    with pytest.raises(Conflict, match=r"already running .* at http://127.0.0.1:1 \(process 7\)"), serverfile.hold(tmp_path):
        pass
    process.communicate()


def test_what_a_killed_server_left_is_stale(tmp_path: Path) -> None:
    """The file of a server that was killed names nobody, and does not stand in the way of the next."""
    process = _holder(tmp_path)
    process.kill()
    process.communicate()
    assert (tmp_path / "server.json").read_bytes() != b""
    assert serverfile.running(tmp_path) is None
    with serverfile.hold(tmp_path):
        pass


def test_a_server_that_is_just_starting_is_not_found_yet(tmp_path: Path) -> None:
    """It holds the folder before it can say where it answers."""
    with serverfile.hold(tmp_path) as file:
        assert serverfile.running(tmp_path) is None
        file.publish(Server(url="http://127.0.0.1:2", pid=1, started_at=datetime.now(UTC)))
        assert serverfile.running(tmp_path) is not None
    assert serverfile.running(tmp_path) is None


def test_no_server_without_a_folder(tmp_path: Path) -> None:
    """Asking about a folder that is not there makes none."""
    assert serverfile.running(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()
