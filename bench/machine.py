"""What the figures were taken on: without it they mean nothing."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """A machine and the versions that matter."""

    processor: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    sqlite: str
    #: Median of a 4 KiB write and fsync in the folder for temporary files, where the benches keep their stores.
    fsync_ms: float
    libraries: dict[str, str]

    def __str__(self) -> str:
        names = " · ".join(f"{name} {number}" for name, number in self.libraries.items())
        return (
            f"{self.processor}, {self.cores} cores, {self.memory_gib:.0f} GiB, fsync {self.fsync_ms:.2f} ms · {self.kernel} · "
            f"Python {self.python} · SQLite {self.sqlite} · {names}"
        )


def look(libraries: Sequence[str] = ()) -> Machine:
    """Describe this machine; takes a moment for the disk."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        fsync_ms=_fsync_ms(),
        libraries={name: _version(name) for name in dict.fromkeys(["sheaf", *libraries])},
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", described.read_text(encoding="utf-8")) if described.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _fsync_ms(rounds: int = 50) -> float:
    taken = []
    with tempfile.TemporaryFile(buffering=0) as file:
        for _ in range(rounds):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append(1000 * (time.perf_counter() - began))
    return median(taken)
