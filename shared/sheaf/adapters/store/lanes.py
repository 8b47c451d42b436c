"""Which of several commits must wait for each other, and which may be made side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

from sheaf.ports.store import Update, Write

A = TypeVar("A")

#: Commits under way at once.
_MOST = 16


def lanes(each: Sequence[Sequence[Write]]) -> list[list[int]]:
    """The commits' numbers in lanes: within one they go in order, and no two lanes touch a common document.

    Changes that guard nothing (:class:`Update` without a version, such as the increments of a counter) come to the same in any order
    and hold up nobody.
    """
    lane = list(range(len(each)))
    for together in _conflicts(each):
        first = min(lane[number] for number in together)
        joined = {lane[number] for number in together}
        lane = [first if own in joined else own for own in lane]
    numbers: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(lane):
        numbers[own].append(number)
    return list(numbers.values())


def _conflicts(each: Sequence[Sequence[Write]]) -> list[set[int]]:
    """For each document that somebody guards, creates, replaces or deletes: the commits that touch it."""
    touching: dict[str, set[int]] = defaultdict(set)
    for number, writes in enumerate(each):
        for write in writes:
            touching[write.path].add(number)
    guarded = {write.path for write in chain.from_iterable(each) if not isinstance(write, Update) or write.version is not None}
    return [touching[path] for path in sorted(guarded) if len(touching[path]) > 1]


def side_by_side(commit: Callable[[Sequence[Write]], A], each: Sequence[Sequence[Write]]) -> list[A]:
    """What ``commit`` answers for each, lanes at the same time."""

    def in_order(numbers: Sequence[int]) -> list[tuple[int, A]]:
        return [(number, commit(each[number])) for number in numbers]

    found = lanes(each)
    if len(found) < 2:  # noqa: PLR2004 - one lane needs no company
        return [answer for lane in found for _, answer in in_order(lane)]
    with ThreadPoolExecutor(min(_MOST, len(found))) as threads:
        answers = dict(chain.from_iterable(threads.map(in_order, found)))
    return [answers[number] for number in range(len(each))]
