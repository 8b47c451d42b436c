"""A function as a process, served by functions-framework as the platform serves it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tools import stage
from tools.emulators import process
from tools.emulators.process import LOOPBACK, Running

#: Requests that one process answers at once: the api's may be long streams, the worker's take a core each.
THREADS = {"api": 64, "worker": 8, "trigger": 4}


def start(name: str, environment: Mapping[str, str], *, port: int = 0, source: Path | None = None) -> Running:
    """Start the function of that name on ``port`` (0 is any free one), from its folder or from another entry point.

    Raises RuntimeError, with what it printed, when it does not come up, or when somebody else listens there.
    """
    port = port or process.free_port()
    if process.accepts(port):
        raise RuntimeError(f"Port {port} is taken, so the {name} function cannot have it. Name another.")
    return process.start(
        name,
        [sys.executable, "-m", "functions_framework"],
        port,
        environment={
            **environment,
            "FUNCTION_TARGET": name,
            "FUNCTION_SOURCE": str(source or stage.FUNCTIONS / name / "main.py"),
            "HOST": LOOPBACK,
            "PORT": str(port),
            "THREADS": str(THREADS[name]),
        },
    )
