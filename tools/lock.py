"""Writes the hash-locked requirements of every supported Python and platform, with no address in them.

Usage: python -m tools.lock [--upgrade]

Versions that are locked already stay unless a declaration rules them out or ``--upgrade`` is given.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tools import install

FLOOR = "3.11"

#: Groups of pyproject.toml that become environments of their own (tools/environments.py), on whatever versions suit them.
APART = ("tasks-emulator", "werk24", "peers", "readers")

#: What each lock is made from; a lock is held to the versions of those before it.
SOURCES: dict[str, tuple[str, ...]] = {
    "runtime": ("pyproject.toml", "--all-extras"),
    # What the functions need that read no files.
    "core": ("pyproject.toml", "--constraints", "requirements/runtime.txt"),
    "dev": ("pyproject.toml", "--all-extras", "--group", "dev", "--constraints", "requirements/runtime.txt"),
    "build": ("--group", "build", "--constraints", "requirements/dev.txt"),
    "uv": ("--group", "uv"),
    **{name: ("--group", name) for name in APART},
}

#: One resolution for every Python, and nothing about where the packages came from.
RULES = ("--universal", "--fork-strategy", "fewest", "--python-version", FLOOR, "--generate-hashes", "--no-emit-index-url")


def main(options: list[str]) -> None:
    """Write each lock in turn.

    Raises:
        CalledProcessError: the declared requirements clash, or the index cannot be reached.
    """
    settings = install.pip_config()
    # Only the main index speaks of every platform's files; what a machine keeps beside it is its own affair.
    settings.pop("extra-index-url", None)
    for name, source in SOURCES.items():
        output = ["--output-file", f"requirements/{name}.txt", "--custom-compile-command", "make lock"]
        command = [str(install.VENV / "bin" / "uv"), "pip", "compile", "--quiet", *RULES, *options, *output, *source]
        subprocess.run(command, check=True, cwd=install.ROOT, env=install.uv_environment(settings, os.environ))


if __name__ == "__main__":
    main(sys.argv[1:])
