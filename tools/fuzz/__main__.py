"""Fuzzes the readers of Sheaf.

Files are made from a sound sample of the format, led by coverage of sheaf.documents (Atheris, libFuzzer); archives are damaged inside
their parts too. A reader must refuse with a category or read within bounds; anything else is a finding, as is a file that takes longer
than --slowest seconds of processor time, or more than --memory megabytes. Findings are kept below build/fuzz/FORMAT, each kind once.

Examples:
  python -m tools.fuzz rtf --seconds 300
  python -m tools.fuzz all --seconds 60
  python -m tools.fuzz rtf --again build/fuzz/rtf/IndexError-tables-41.bin
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from sheaf.catalog import FORMATS
from tools.findings import ROOT

FINDINGS = ROOT / "build" / "fuzz"


def main(arguments: list[str]) -> int:
    """Fuzz the formats asked for, each in a process of its own; 0 when nothing was found, else 1."""
    asked = _parser().parse_args(arguments)
    if asked.again:
        from tools.fuzz.hunt import again

        again(asked.format, asked.again)
        return 0
    names = sorted(FORMATS) if asked.format == "all" else [asked.format]
    found = [_hunted(name, asked.seconds, asked.slowest, asked.memory) for name in names]
    return int(any(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tools.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("format", choices=[*sorted(FORMATS), "all"], help="whose reader to fuzz; all: one after the other")
    parser.add_argument("--seconds", type=int, default=60, help="how long to fuzz each (default: %(default)s)")
    parser.add_argument("--slowest", type=int, default=10, help="seconds of processor time that one file may take (default: %(default)s)")
    parser.add_argument("--memory", type=int, default=2000, help="megabytes that the reader may take (default: %(default)s)")
    parser.add_argument("--again", type=Path, metavar="FILE", help="read one finding again instead, and show what it does")
    return parser


def _hunted(name: str, seconds: int, slowest: int, memory: int) -> bool:
    """Fuzz one format in a child process, which a crash of native code may end; answers whether anything was found."""
    folder = FINDINGS / name
    folder.mkdir(parents=True, exist_ok=True)
    known = set(folder.iterdir())
    options = [f"-max_total_time={seconds}", f"-rss_limit_mb={memory}", f"-artifact_prefix={folder}/", "-max_len=20000"]
    command = [sys.executable, "-m", "tools.fuzz.hunt", name, str(slowest), *options]
    child = subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.PIPE, text=True)
    for line in child.stderr.splitlines():
        if line.startswith((f"{name}: ", "==")) or "DONE" in line:
            print(f"  {line}")
    found = sorted(path.name for path in set(folder.iterdir()) - known)
    ended = "" if child.returncode == 0 else f", ended with {child.returncode}"
    print(f"{name}: {len(found)} findings{ended}" + "".join(f"\n  {folder.relative_to(ROOT) / one}" for one in found), flush=True)
    return bool(found) or child.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
