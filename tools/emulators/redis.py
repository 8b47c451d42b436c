"""Redis with its append-only file, on loopback; the machine's, else the one in the peers' environment."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools import environments
from tools.emulators import process
from tools.emulators.process import LOOPBACK, Missing, Running

#: What it keeps survives a crash of the machine but for the last second: the documented default of the append-only file.
DURABILITY: Sequence[str] = ("--appendonly", "yes", "--appendfsync", "everysec")


def start(folder: Path) -> Running:
    """Start an empty server whose data lies in ``folder``, which the caller removes; raises Missing where there is no Redis."""
    data, port = folder / "redis", process.free_port()
    data.mkdir(parents=True)
    place = ["--bind", LOOPBACK, "--port", str(port), "--dir", str(data), "--daemonize", "no"]
    return process.start("redis", [program(), *place, *DURABILITY], port)


def url(running: Running) -> str:
    """How clients address it."""
    return f"redis://{running.address}/0"


def version() -> str:
    """The server's version; raises Missing."""
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout
    return said.partition("v=")[2].split()[0]


def program() -> Path:
    """The server's program; raises Missing."""
    if found := shutil.which("redis-server"):
        return Path(found)
    brought = environments.environment("peers").with_name("redis-server")
    if not brought.exists():
        raise Missing("There is no Redis: install it (Debian: redis-server), or let the peers' environment bring one.")
    return brought
