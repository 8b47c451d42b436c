"""The interleaver itself: it plays every order there is, and what it leaves out could not have come to anything else."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sheaf.ports.store import Put
from sheaf.services.kernel import Kernel
from tests.faults.homes import Home
from tests.faults.interleave import explore, play
from tests.faults.kit import installed
from tests.faults.tools import Call

#: One caller's program: reads of a document, and writes of what it has read so far.
Program = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Notes:
    """A store that only notes what is written."""

    documents: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str) -> Any:
        """What is noted there."""
        return self.documents.get(path)

    def commit(self, writes: Sequence[Put]) -> None:
        """Note it."""
        self.documents |= {write.path: write.data for write in writes}


def follow(program: Program, who: int, said: list[Any], kernel: Kernel) -> None:
    """Do what a program says; what it has read is part of what it writes."""
    for method, path in program:
        if method == "get":
            said.append(kernel.store.get(path))
        else:
            kernel.store.commit([Put(path=path, data={"by": who, "knows": str(said)})])


def outcomes(kernel: Kernel, programs: Sequence[Program], *, every: bool) -> tuple[int, set[str]]:
    """How many orders were played, and all that they came to."""
    found = set()

    def once(choices: Sequence[int]) -> list[tuple[int, int]]:
        notes, said = Notes(), [[] for _ in programs]  # type: ignore[var-annotated]  # whatever is read
        callers = [lambda k, n=n, p=p: follow(p, n, said[n], k) for n, p in enumerate(programs)]
        given: dict[str, Any] = {"touching": touch_all} if every else {}
        made = play(replace(kernel, store=notes), callers, choices, **given)  # type: ignore[arg-type]  # as much of a store as they use
        found.add(str((sorted(notes.documents.items()), said)))
        return made

    return explore(once, most=5_000), found


def touch_all(one: Call | None, other: Call | None) -> bool:
    """Every order matters."""
    del one, other
    return True


@pytest.mark.parametrize(("one", "other"), [(1, 1), (2, 3), (4, 4)])
def test_every_single_order_is_played(one: int, other: int) -> None:
    """Of two callers with so many calls there are as many orders as there are ways to choose the places of the one's."""
    with installed(Home.EMBEDDED) as engine:
        programs = [[("commit", "a/a")] * one, [("commit", "a/a")] * other]
        played, _ = outcomes(engine.kernel, programs, every=True)
    assert played == math.comb(one + other + 2, one + 1)  # a caller's beginning is a step of its own


@pytest.mark.parametrize("seed", range(25))
def test_what_is_left_out_comes_to_nothing_new(seed: int) -> None:
    """Any two programs come to exactly the same in the orders that are played as in every single one."""
    rng = random.Random(seed)
    programs = [[(rng.choice(["get", "commit"]), rng.choice(["a/a", "a/b", "b/a"])) for _ in range(rng.randint(1, 3))] for _ in range(2)]
    with installed(Home.EMBEDDED) as engine:
        all_orders, all_outcomes = outcomes(engine.kernel, programs, every=True)
        played, found = outcomes(engine.kernel, programs, every=False)
    assert found == all_outcomes
    assert played <= all_orders
