"""A Cloud Tasks double, as there is no official emulator: google.cloud.tasks.v2 over gRPC, deliveries over HTTP, signed tokens.

``python -m tools.emulators.tasks --port N`` runs it, :func:`start` starts it as a process, and :class:`Double` inside a test's own, with
a clock moved by hand where wanted. ``tests/contract/test_tasks_conformance.py`` holds it to the vendor's documentation, sentence by
sentence. It differs knowingly: dispatching does not ramp up slowly, redirects are not followed, purging is immediate, queues are listed
without filters, there is no UpdateQueue, and nobody is asked for permission.
"""

from __future__ import annotations

import sys

from tools.emulators import process
from tools.emulators.tasks.dispatcher import HandClock
from tools.emulators.tasks.double import Double
from tools.emulators.tasks.faults import Faults
from tools.emulators.tasks.keys import Keys, KeyServer

__all__ = ["Double", "Faults", "HandClock", "KeyServer", "Keys", "start"]


def start(*, port: int | None = None, keys_port: int | None = None) -> process.Running:
    """The double as a process of its own; its keys are at ``http://127.0.0.1:KEYS_PORT/certs``."""
    port = port or process.free_port()
    command = [sys.executable, "-m", "tools.emulators.tasks", "--port", str(port), "--keys-port", str(keys_port or process.free_port())]
    return process.start("tasks", command, port)
