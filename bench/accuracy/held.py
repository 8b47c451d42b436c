"""How much of a true value the given words hold: recognised lines may be cut, and what is not there cannot be read.

The lines of some sets of recognised words end at their first comma, so that "12, Long Lane, 55100 Town" is given as "12" alone while the
truth is whole. :func:`held` gives the truth as far as the lines have it, to be scored beside the whole one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sheaf.extraction.parsing.found import squash

_TOKEN = re.compile(r"[^\W_]+")
#: Lines that may stand between two lines of one value: a registration number between a name and its street.
GAP = 1


def held(truth: str, lines: Sequence[str]) -> str:
    """The lines that ``truth`` has whole and in order, the chain with the most letters, joined by a space; "" when there is none.

    A line counts where it begins and ends with words of the truth; the first must be where the truth begins.
    """
    whole = squash(truth)
    starts, ends = _bounds(truth)
    best: dict[int, tuple[int, int, list[int]]] = {}
    for index, line in enumerate(lines):
        places = _places(squash(line), whole, starts, ends)
        chains = [one for place in places for one in _chains(best, index, place)]
        if chains:
            best[index] = max(chains, key=_longest)
    letters, _, chain = max(best.values(), default=(0, 0, []), key=_longest)
    return " ".join(lines[index] for index in chain) if letters else ""


def _longest(chain: tuple[int, int, list[int]]) -> tuple[int, int]:
    """By letters; of two alike, what ends earlier in the truth leaves more of it to come."""
    letters, end, _ = chain
    return letters, -end


def _bounds(text: str) -> tuple[set[int], set[int]]:
    """Where words begin and end in the squashed text."""
    starts, ends, position = set(), set(), 0
    for match in _TOKEN.finditer(text):
        starts.add(position)
        position += len(squash(match[0]))
        ends.add(position)
    return starts, ends


def _places(line: str, whole: str, starts: set[int], ends: set[int]) -> list[tuple[int, int]]:
    if not line:
        return []
    found = [match.start() for match in re.finditer(f"(?={re.escape(line)})", whole)]
    return [(start, start + len(line)) for start in found if start in starts and start + len(line) in ends]


def _chains(best: dict[int, tuple[int, int, list[int]]], index: int, place: tuple[int, int]) -> list[tuple[int, int, list[int]]]:
    """(letters, end in the truth, lines) of every chain that this line at this place ends."""
    start, end = place
    size = end - start
    found = [(size, end, [index])] if start == 0 else []
    before = (best[one] for one in range(max(index - 1 - GAP, 0), index) if one in best)
    return found + [(letters + size, end, [*chain, index]) for letters, reached, chain in before if reached <= start]
