"""Runs Sheaf on this machine as it runs in the cloud, until Ctrl-C: three functions, on stand-ins of Google's services.

Usage: python -m tools.cloud_local [--help]

Everything is on loopback, and nothing outlives it: stop it, and its documents, objects and queues are gone.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tools.cloud import backing, installation
from tools.cloud.installation import Installation, Plan
from tools.emulators import process
from tools.emulators.process import Missing

#: Where a browser and the command line find it, unless told otherwise.
PORT = 8421
_SECONDS = 5.0
_MISSING = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop; answers the exit code: 2 where this machine lacks a stand-in, 1 where something does not come up."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        _run(options)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return _MISSING
    except (RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    ports = {"api": options.port, "worker": options.worker_port, "trigger": options.trigger_port}
    _check(ports)
    told = _told_to_stop()
    with _scratch() as folder:
        print("Starting …", end="\r", file=sys.stderr, flush=True)
        with backing.running() as stands, installation.running(stands, Plan(ports=ports, environment={"TMPDIR": folder})) as made:
            scheduler = made.scheduler(seconds=options.tick_seconds)
            scheduler.start()
            print(introduction(made, folder), flush=True)
            told.wait()
            scheduler.stop()
        print("Stopped; nothing is left of it.", file=sys.stderr)


def _check(ports: Mapping[str, int]) -> None:
    for name, port in ports.items():
        if port and process.accepts(port):
            option = "--port" if name == "api" else f"--{name}-port"
            raise RuntimeError(f"Port {port} is taken, so the {name} function cannot have it. Name another with {option}.")


@contextmanager
def _scratch() -> Iterator[str]:
    """A folder for everything that is printed and set aside while the block runs, here and in the processes; it goes with it."""
    with tempfile.TemporaryDirectory(prefix="sheaf-cloud-") as folder:
        before, tempfile.tempdir = tempfile.tempdir, folder
        try:
            yield folder
        finally:
            tempfile.tempdir = before


def _told_to_stop() -> threading.Event:
    """An event that Ctrl-C, a closed terminal and SIGTERM set; asking again changes nothing, since all of it is to be stopped in order."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    return told


def introduction(made: Installation, logs: str) -> str:
    """What a person needs to use it."""
    stands = made.backing
    rows = {
        "api": made.addresses["api"],
        "worker": made.addresses["worker"],
        "trigger": made.addresses["trigger"],
        "Firestore": stands.firestore,
        "Cloud Storage": stands.storage,
        "Cloud Tasks": stands.tasks.address,
        "token keys": stands.tasks.certificates_url,
        "logs": logs,
    }
    return "\n".join(
        [
            f"Sheaf is up at {made.url} as it runs in the cloud: three functions, on stand-ins of Google's services.",
            "",
            "In another terminal:",
            f"  export SHEAF_URL={made.url} SHEAF_API_KEY={made.key}",
            "  .venv/bin/sheaf jobs create Receipts --fields 'shop,date:date,total:amount'",
            "  .venv/bin/sheaf files add Receipts samples/receipt-harbour-grocer.pdf",
            "  .venv/bin/sheaf submit Receipts --wait",
            "or",
            f"  curl -H 'Authorization: Bearer {made.key}' {made.url}/api/jobs",
            "",
            *(f"  {name:14}{where}" for name, where in rows.items()),
            "",
            "Ctrl-C stops it all, and what it holds goes with it.",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make cloud-local", description="Run Sheaf on this machine as it runs in the cloud, until Ctrl-C.", epilog=_EPILOG
    )
    parser.add_argument("--port", type=_port, default=PORT, help=f"port of the api function; 0 takes a free one [{PORT}]")
    parser.add_argument("--worker-port", type=_port, default=0, help="port of the worker function [a free one]")
    parser.add_argument("--trigger-port", type=_port, default=0, help="port of the trigger function [a free one]")
    parser.add_argument("--tick-seconds", type=_seconds, default=_SECONDS, help=f"seconds between two calls of the trigger [{_SECONDS:g}]")
    return parser


_EPILOG = (
    "It needs the official Firestore emulator (a component of the Google Cloud SDK) and java; all else comes with the project. "
    "With make, options go into ARGS: make cloud-local ARGS='--port 9000'."
)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:  # noqa: PLR2004 - the range of TCP ports
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.1 <= seconds <= 86_400:  # noqa: PLR2004 - what can be meant
        raise argparse.ArgumentTypeError(f"{text!r} is not 0.1 to 86400 seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
