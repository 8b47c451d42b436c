"""Runs the double until it is told to stop.

Usage: python -m tools.emulators.tasks --port N [--keys-port N] [--queue NAME …]
"""

from __future__ import annotations

import argparse
import signal
import threading

from google.cloud.tasks_v2 import types

from tools.emulators.tasks.double import Double


def main() -> None:
    """Serve."""
    options = _parser().parse_args()
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    with Double(port=options.port, keys_port=options.keys_port) as double:
        for name in options.queue:
            with double.dispatcher.changing() as registry:
                registry.create(name.partition("/queues/")[0], types.Queue.pb(types.Queue(name=name)), double.dispatcher.now())
        print(f"Cloud Tasks double on {double.address}, keys at {double.certificates_url}", flush=True)
        stopped.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.emulators.tasks", description="A Cloud Tasks double on loopback.")
    parser.add_argument("--port", type=int, default=9022, help="port of the API")
    parser.add_argument("--keys-port", type=int, default=0, help="port of the keys that tokens are signed with; 0 takes a free one")
    parser.add_argument("--queue", action="append", default=[], help="projects/P/locations/L/queues/Q to begin with; may be repeated")
    return parser


if __name__ == "__main__":
    main()
