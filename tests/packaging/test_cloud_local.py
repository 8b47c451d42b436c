"""``make cloud-local``: it comes up, tells a person what they need, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from tests import services
from tools import cloud_local
from tools.emulators import firestore, process
from tools.emulators.process import Missing
from tools.findings import ROOT

#: Nothing takes so long; it is there so that a fault ends the test run instead of holding it up.
PATIENCE_S = 240


def test_it_comes_up_and_leaves_nothing_behind() -> None:
    """The address and the key that it prints are good, and after Ctrl-C no part of it listens and no file of it is there."""
    services.needed("Firestore emulator", firestore.jar)
    services.gcs()
    command = [sys.executable, "-m", "tools.cloud_local", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as started:
        try:
            said = _introduction(started)
            address, key = re.findall(r"SHEAF_(?:URL|API_KEY)=(\S+)", said)
            answer = httpx.get(f"{address}/api/jobs", headers={"Authorization": f"Bearer {key}"})
            started.send_signal(signal.SIGINT)
            assert started.wait(PATIENCE_S) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGTERM)
    assert answer.json() == {"jobs": [], "total": 0, "next_cursor": None}
    ports = {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", said)}
    assert len(ports) == 7
    assert not [port for port in ports if process.accepts(port)]
    [folder] = re.findall(r"logs +(\S+)", said)
    assert not Path(folder).exists()


def _introduction(started: subprocess.Popen[str]) -> str:
    """What it prints until it is up."""
    assert started.stdout is not None
    said = ""
    while "Ctrl-C stops" not in said:
        line = started.stdout.readline()
        assert line, f"it ended: {started.stderr.read() if started.stderr else ''}"
        said += line
    return said


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In a sentence, with an exit code of its own."""

    def lacking() -> NoReturn:
        raise Missing("There is no such emulator.")

    monkeypatch.setattr(firestore, "start", lacking)
    with _signals_as_they_were():
        assert cloud_local.main([]) == 2
    assert capsys.readouterr().err.endswith("There is no such emulator.\n")


def test_a_taken_port_is_said_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    """And how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken, _signals_as_they_were():
        assert cloud_local.main(["--port", str(taken.getsockname()[1])]) == 1
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--port", "x"], ["--tick-seconds", "0"], ["--tick-seconds", "nan"], ["up"]])
def test_options_that_cannot_be_meant_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything starts."""
    with pytest.raises(SystemExit) as ended:
        cloud_local.main(arguments)
    assert ended.value.code == 2
    assert "error" in capsys.readouterr().err


@contextlib.contextmanager
def _signals_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
