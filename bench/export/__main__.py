"""``python -m bench.export [--rows N] [--columns N] [--only NAME …]``: time and peak memory of each export, in a process of its own."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.export.table import fields, rows
from bench.export.writers import WRITERS


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every writer and print a table; ratios are to the bare library in the same run, the making of the rows taken off both."""
    options = _options(arguments)
    if options.child:
        print(json.dumps(_measure(options.child, options.rows, options.columns)))
        return
    wanted = [name for name in WRITERS if name == "rows" or not options.only or name in options.only]
    _print({name: _child(name, options.rows, options.columns) for name in wanted}, options.rows, options.columns)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.export", description="Time the exports against the bare writer libraries.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--only", nargs="+", choices=list(WRITERS), metavar="NAME", help="measure only these")
    parser.add_argument("--child", choices=list(WRITERS), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _child(name: str, count: int, columns: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.export", "--rows", str(count), "--columns", str(columns), "--child", name]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, Any] = json.loads(answer.stdout)
    return measured


def _measure(name: str, count: int, columns: int) -> dict[str, Any]:
    made = fields(columns)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results"
        started, cpu = time.perf_counter(), time.process_time()
        with path.open("wb") as out:
            WRITERS[name](rows(count, made), made, out)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        return {"seconds": seconds, "cpu": cpu, "bytes": path.stat().st_size, "peak": _peak_bytes()}


def _peak_bytes() -> int:
    """Peak resident memory of this process; the kernel counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _print(measured: Mapping[str, Mapping[str, Any]], count: int, columns: int) -> None:
    base = measured["rows"]["cpu"]
    print(f"{count:,} rows x {columns} columns")
    print(f"{'writer':<10} {'seconds':>8} {'cpu':>8} {'rows/s':>9} {'ratio':>6} {'MB':>7} {'peak MB':>8}")
    for name, one in measured.items():
        bare = measured.get(f"bare {name}")
        ratio = f"{(one['cpu'] - base) / (bare['cpu'] - base):.2f}" if bare else ""
        size, peak = one["bytes"] / 2**20, one["peak"] / 2**20
        print(f"{name:<10} {one['seconds']:>8.1f} {one['cpu']:>8.1f} {count / one['seconds']:>9,.0f} {ratio:>6} {size:>7.1f} {peak:>8.1f}")


if __name__ == "__main__":
    main()
