"""How the checks say what they found."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def report(problems: Iterable[str], *, fine: str) -> int:
    """Print each problem on a line of its own, or ``fine`` where there is none; answers the exit code."""
    found = list(problems)
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(fine)
    return 1 if found else 0
