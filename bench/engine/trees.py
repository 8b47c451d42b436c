"""Processes and all that they started, as Linux shows them in /proc: processor time, memory, and who is at the ends."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
#: Fields of /proc/PID/stat behind the name: state, parent …; user and system time of the process, and of the children it waited for.
_PARENT, _TIMES = 1, slice(11, 15)


def stats() -> dict[int, list[str]]:
    """The fields of every process's stat behind its name."""
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                found[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
    return found


def members(roots: Iterable[int], known: Mapping[int, list[str]] | None = None) -> list[int]:
    """The processes below and with ``roots`` that live at the moment."""
    known = stats() if known is None else known
    children = defaultdict(list)
    for pid, fields in known.items():
        children[int(fields[_PARENT])].append(pid)
    waiting, found = [pid for pid in roots if pid in known], []
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children[pid]
    return found


def leaves(root: int) -> list[int]:
    """The processes of a tree that have none below them."""
    known = stats()
    tree = members([root], known)
    parents = {int(known[pid][_PARENT]) for pid in tree}
    return [pid for pid in tree if pid not in parents]


def cpu_s(roots: Iterable[int]) -> float:
    """Processor seconds that the trees have used so far, those of ended children that were waited for among them."""
    known = stats()
    return sum(sum(map(int, known[pid][_TIMES])) for pid in members(roots, known)) / _TICKS


def peaks(roots: Iterable[int]) -> dict[int, int]:
    """The most resident bytes that each living process of the trees has ever had."""
    return {pid: _kib(pid, "status", "VmHWM:") * 1024 for pid in members(roots)}


def shared_out(roots: Iterable[int]) -> int:
    """Bytes of the trees at the moment, those that several processes share counted once (PSS)."""
    return sum(_kib(pid, "smaps_rollup", "Pss:") for pid in members(roots)) * 1024


def _kib(pid: int, file: str, field: str) -> int:
    try:
        lines = (_PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
