"""Environments of their own for development tools that cannot share ``.venv``, each made from one hash-locked requirements file.

Usage: python -m tools.environments [NAME ...]     (none: all that the tests need)

What is locked here is run beside Sheaf in tests and benches, never shipped with it or imported by it, so its licence binds nobody.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import install
from tools.emulators.process import Missing

ENVIRONMENTS = install.ROOT / "build" / "environments"

#: Those that tests need, made by ``make setup``; a bench makes its own on first use.
OF_TESTS = ("tasks-emulator", "werk24")


def environment(name: str) -> Path:
    """The interpreter of the environment that ``requirements/NAME.txt`` locks, made now unless it is there and of that lock.

    Processes that ask at once wait for the first. Raises Missing where it cannot be made.
    """
    place = ENVIRONMENTS / name
    python, stamp, wanted = place / "bin" / "python", place / "installed", _digest(name)
    with _alone(name):
        if not (python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
            _make(name, place)
            stamp.write_text(wanted, encoding="utf-8")
    return python


def _digest(name: str) -> str:
    parts = [sys.version, sys.base_prefix, str(install.ROOT), install.lock(name).read_text(encoding="utf-8")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    with Path(ENVIRONMENTS, f"{name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(name: str, place: Path) -> None:
    print(f"installing {name} requirements into an environment of their own", file=sys.stderr, flush=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", place], check=True)
        _install(name, place / "bin" / "python")
    except (subprocess.CalledProcessError, OSError) as error:
        raise Missing(f"the environment {name} cannot be made here: {error}") from error


def _install(name: str, python: Path) -> None:
    """By uv, and by pip where uv cannot be used; both are those of .venv."""
    settings = install.uv_environment(install.pip_config(), os.environ)
    sync = ("pip", "sync", "--quiet", "--require-hashes", "--python")
    try:
        subprocess.run([install.VENV / "bin" / "uv", *sync, python, install.lock(name)], check=True, env=settings)
    except (subprocess.CalledProcessError, OSError):
        install.pip("--require-hashes", "-r", install.lock(name), into=python)


def main(names: list[str]) -> int:
    """Make the environments named, or those of the tests; answers the exit code."""
    try:
        for name in names or OF_TESTS:
            environment(name)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
