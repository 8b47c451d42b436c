"""Measuring side by side: alternating rounds, medians with their spread, and what a tree of processes used."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What something took."""

    seconds: float
    #: Processor seconds, of all its processes.
    cpu: float
    #: Peak resident bytes of its largest process.
    peak: int
    output: str = ""


def alternating(candidates: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Each candidate's answers; every round runs all of them, the order turned round each time, so that what drifts meets all alike."""
    answers: dict[str, list[T]] = {name: [] for name in candidates}
    for number in range(rounds):
        for name in list(candidates)[:: -1 if number % 2 else 1]:
            answers[name].append(candidates[name]())
    return answers


def middle(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def spread(values: Sequence[float]) -> str:
    """The rounds' least and most, for a row's note; empty for a single round."""
    return f"{min(values):.3g}–{max(values):.3g} in {len(values)} rounds" if len(values) > 1 else ""


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def used() -> tuple[float, float]:
    """Wall clock, and processor seconds of this process and of its children that have ended, for differences."""
    usages = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.perf_counter(), sum(usage.ru_utime + usage.ru_stime for usage in usages)


def in_process(command: Sequence[str], *, environment: Mapping[str, str] | None = None, stdin: str = "") -> Cost:
    """Run a command to its end; its costs include the children that it waited for. Raises CalledProcessError when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("pipes were asked for")
    with process.stdin, process.stdout:
        process.stdin.write(stdin)
        process.stdin.close()
        output = process.stdout.read()
    usage = ended(process)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), output)
    return Cost(seconds=time.perf_counter() - began, cpu=usage.ru_utime + usage.ru_stime, peak=peak_bytes(usage), output=output)


def ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> resource.struct_rusage:
    """Wait for a process and answer what it and the children it waited for used."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage


def peak_bytes(usage: resource.struct_rusage) -> int:
    """Peak resident bytes of the largest process; the kernel counts in KiB, macOS in bytes."""
    return usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
