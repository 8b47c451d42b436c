"""``sheaf up`` as a process: it serves, stops in order, and after any end goes on where it was."""

from __future__ import annotations

import signal
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cli.kit import PATIENCE_S, Server, Shell, kill_group, write_notes

_FIELDS = "order_number,date:date,total:amount"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder to work in."""
    return Shell(tmp_path)


def _until_ended(shell: Shell, job: str) -> Any:
    waiting = threading.Event()
    for _ in range(PATIENCE_S):
        now = shell.ok("progress", job, "--json").json
        if now["tasks_open"] == 0 and now["completed_at"]:
            return now
        waiting.wait(0.3)
    pytest.fail("the run never ended")


def _submit_notes(shell: Shell, count: int) -> None:
    write_notes(shell.folder / "notes", count)
    shell.ok("jobs", "create", "Notes", "--fields", _FIELDS)
    shell.ok("files", "add", "Notes", "notes")
    shell.ok("submit", "Notes")


@pytest.mark.parametrize("whole_group", [True, False], ids=["everything killed", "supervisor killed"])
def test_a_run_survives_kill_9(shell: Shell, *, whole_group: bool) -> None:
    """Killed in the middle and started again, it resumes by itself; every file is read and counted once."""
    with shell.up() as server:
        _submit_notes(shell, 60)
        if whole_group:
            kill_group(server.process)
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    with shell.up():
        ended = _until_ended(shell, "Notes")
    assert (ended["status"], ended["tasks_total"], ended["tasks_completed"]) == ("completed", 60, 60)
    rows = shell.ok("results", "Notes", "--limit", "100", "--json").json["rows"]
    assert [row["file"] for row in rows] == [f"notes/note-{number:03d}.txt" for number in range(60)]
    assert [row["values"]["order_number"] for row in rows] == [f"ORD-{number:05d}" for number in range(60)]
    log = shell.ok("logs", "Notes", "--json").json["events"]
    assert [event["kind"] for event in log].count("finished") == 1


def test_it_stops_in_order_and_says_nothing_of_itself_behind(shell: Shell) -> None:
    """SIGTERM ends it with code 0, and the next command works without it."""
    with shell.up() as server:
        assert server.stop() == 0
    assert shell.ok("jobs", "list", "--json").json == {"jobs": [], "total": 0}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_both_signals_stop_it(shell: Shell, number: int) -> None:
    """Ctrl-C and a service manager are answered alike, and told what becomes of the work; calls that only look are not logged."""
    with shell.up() as server:
        shell.ok("jobs", "list")
        assert server.stop(number) == 0
    log = (shell.folder / "up.log").read_text()
    assert log.splitlines()[-1] == "Stopped; what was going on goes on at the next start."
    assert "method=GET" not in log


def test_commands_find_the_server_of_their_folder(shell: Shell) -> None:
    """They go through it: what is created there is there, and a run needs no worker of the command's own."""
    with shell.up():
        _submit_notes(shell, 3)
        done = shell.ok("watch", "Notes", "--json").json
        assert done["status"] == "completed"


def test_a_second_server_is_refused(shell: Shell) -> None:
    """One supervisor per folder; the message says where the first is."""
    with shell.up() as server:
        done = shell.run("up", "--port", "0")
    assert done.code == 4
    assert server.url in done.err


def test_a_taken_port_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    """Another folder's server on the same port is told how to go on."""
    with shell.up() as server:
        port = server.url.rpartition(":")[2]
        done = shell.run("up", "--port", port, "--data-dir", str(tmp_path / "other"))
    assert done.code == 4
    assert "--port" in done.err
    assert "Traceback" not in done.err


def test_an_open_address_demands_a_key(shell: Shell) -> None:
    """Nothing is served to other machines without credentials."""
    done = shell.run("up", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
    assert done.code == 2
    assert "SHEAF_API_KEY" in done.err


def test_a_key_is_asked_for_and_shown(tmp_path: Path) -> None:
    """With SHEAF_API_KEY set, callers without it are turned away, at the door and by the command line."""
    shell = Shell(tmp_path, {"SHEAF_API_KEY": "a long and random text"})
    with shell.up() as server:
        shell.ok("jobs", "list", "--url", server.url)
        shell.ok("--url", server.url, "jobs", "list")
        stranger = Shell(tmp_path).run("jobs", "list", "--url", server.url, "--json")
        assert stranger.code == 5
        assert stranger.json["status"] == 401
        wrong = Shell(tmp_path).run("jobs", "list", "--url", server.url, "--key", "another text")
        assert wrong.code == 5


def test_it_answers_on_its_address(shell: Shell) -> None:
    """Health, and a page at the root."""
    with shell.up() as server:
        for path in ("/api/health", "/"):
            assert _status(server, path) == 200


def _status(server: Server, path: str) -> int:
    with urllib.request.urlopen(server.url + path) as answer:  # noqa: S310 - our own address
        return int(answer.status)


def test_uploads_reach_a_server_elsewhere(shell: Shell, tmp_path: Path) -> None:
    """With --url everything goes over the network, folders and order kept, into the other folder's stores."""
    away = tmp_path / "away"
    away.mkdir()
    with shell.up() as server:
        client = Shell(away)
        write_notes(away / "notes", 12)
        client.ok("jobs", "create", "Remote", "--fields", _FIELDS, "--url", server.url)
        client.ok("files", "add", "Remote", "notes", "--url", server.url)
        done = client.ok("submit", "Remote", "--wait", "--json", "--url", server.url).json
        assert done["tasks_completed"] == 12
        rows = client.ok("results", "Remote", "--json", "--url", server.url).json["rows"]
    assert [row["file"] for row in rows] == [f"notes/note-{number:03d}.txt" for number in range(12)]
    assert not client.data_dir.exists()


def test_a_server_that_is_not_there_is_a_sentence(shell: Shell) -> None:
    """The exit code says that it could not be reached."""
    done = shell.run("jobs", "list", "--url", "http://127.0.0.1:9")
    assert done.code == 6
    assert "cannot be reached" in done.err
    assert "Traceback" not in done.err
