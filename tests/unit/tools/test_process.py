"""Services as child processes: they end when they are stopped, and when who started them is gone."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tools.emulators import process
from tools.findings import ROOT

SERVER = """
import http.server, sys
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()
"""
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
STARTER = """
import sys
from tools.emulators import process
process._GRACE_S = 0.1
port = process.free_port()
process.start("server", [sys.executable, "-c", sys.argv[1], str(port)], port)
print(port, flush=True)
sys.stdin.read()
"""

#: A wait that ends by itself; only a service that stays lasts this long.
PATIENCE_S = 60.0


def test_a_service_ends_when_it_is_stopped() -> None:
    """Nothing listens any more, and stopping it again is no error."""
    port = process.free_port()
    running = process.start("server", [sys.executable, "-c", SERVER, str(port)], port)
    assert process.accepts(port)
    running.stop()
    running.stop()
    assert not process.accepts(port)
    assert running.guard.poll() is not None


@pytest.mark.parametrize("server", [SERVER, f"{DEAF}\n{SERVER}"], ids=["one that listens", "one that is deaf to SIGTERM"])
def test_a_service_ends_with_who_started_it(server: str) -> None:
    """Killed, a process can stop nothing; its services end all the same."""
    command = [sys.executable, "-c", STARTER, server]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        assert process.accepts(port)
        starter.kill()
    until = time.monotonic() + PATIENCE_S
    while process.accepts(port):
        assert time.monotonic() < until
        time.sleep(0.05)
