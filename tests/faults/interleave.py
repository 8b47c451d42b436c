"""Every order of two callers' steps: each waits before each of its port calls until it is its turn.

``explore`` plays a scene again and again, each time with another order, until it has played all of them (depth first, as model checkers
do). A scene is deterministic but for the order, so that the same choices lead to the same place. Orders that differ only in which of two
calls comes first that do not touch each other, such as two reads or writes of two documents, are played once (sleep sets: Godefroid,
Partial-Order Methods, 1996); ``test_interleave.py`` holds that against every single order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sheaf.services.kernel import Kernel
from tests.faults.footprints import touch
from tests.faults.tools import Call, watched

#: A caller: what it does with the kernel it is given.
Caller = Callable[[Kernel], object]

_PATIENCE_S = 60.0


@dataclass(slots=True)
class _Turns:
    """Hands the turn from one caller to another; nobody runs who has not got it."""

    callers: int
    free: threading.Condition = field(default_factory=threading.Condition)
    #: Who wants the turn, and for which call; None is its beginning.
    waiting: dict[int, Call | None] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    turn: int | None = None
    errors: list[BaseException] = field(default_factory=list)

    def take(self, caller: int, call: Call | None) -> None:
        """Wait for the turn of this caller."""
        with self.free:
            self.turn = None
            self.waiting[caller] = call
            self.free.notify_all()
            assert self.free.wait_for(lambda: self.turn == caller, _PATIENCE_S), "stuck"
            del self.waiting[caller]

    def end(self, caller: int) -> None:
        """This caller has nothing more to do."""
        with self.free:
            self.turn = None
            self.ended.add(caller)
            self.free.notify_all()

    def ready(self) -> dict[int, Call | None]:
        """Wait until nobody runs; who wants the turn now, and for what?"""
        with self.free:
            quiet = self.free.wait_for(lambda: self.turn is None and len(self.waiting.keys() | self.ended) == self.callers, _PATIENCE_S)
            assert quiet, "stuck"
            return dict(sorted(self.waiting.items()))

    def give(self, caller: int) -> None:
        """Let this caller make its next call."""
        with self.free:
            self.turn = caller
            self.free.notify_all()


@dataclass(frozen=True, slots=True)
class _Stepping:
    """A hook that waits for its caller's turn before each call."""

    turns: _Turns
    caller: int

    def before(self, call: Call) -> None:
        """See the tools' Hook."""
        self.turns.take(self.caller, call)

    def after(self, call: Call) -> None:
        """See the tools' Hook."""


def play(
    kernel: Kernel, callers: Sequence[Caller], choices: Sequence[int], *, touching: Callable[[Call | None, Call | None], bool] = touch
) -> list[tuple[int, int]]:
    """Run the callers in the order of the choices, the first that is ready where they end; answers each choice and how many there were.

    With a ``touching`` that is always true every single order is played.
    """
    turns = _Turns(len(callers))
    made: list[tuple[int, int]] = []
    asleep: set[int] = set()
    known = False
    with _running(kernel, callers, turns):
        while ready := turns.ready():
            options = [caller for caller in ready if caller not in asleep]
            known = known or not options  # all that could come now was played in another order: on to the end, without further choices
            options = options or list(ready)
            choice = min(choices[len(made)], len(options) - 1) if len(made) < len(choices) else 0
            if not known:
                made.append((choice, len(options)))
            next_ = options[choice]
            asleep = {caller for caller in (*asleep, *options[:choice]) if caller in ready and not touching(ready[caller], ready[next_])}
            turns.give(next_)
    if turns.errors:
        raise turns.errors[0]
    return made


@contextmanager
def _running(kernel: Kernel, callers: Sequence[Caller], turns: _Turns) -> Iterator[None]:
    threads = [threading.Thread(target=_call, args=(kernel, caller, turns, n), daemon=True) for n, caller in enumerate(callers)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def _call(kernel: Kernel, caller: Caller, turns: _Turns, number: int) -> None:
    try:
        turns.take(number, None)
        caller(watched(kernel, _Stepping(turns, number)))
    except BaseException as error:  # noqa: BLE001 - handed to whoever plays the scene
        turns.errors.append(error)
    finally:
        turns.end(number)


def explore(scene: Callable[[Sequence[int]], list[tuple[int, int]]], most: int) -> int:
    """Play a scene in every order there is; says how many there were, and fails beyond ``most``."""
    choices: list[int] = []
    for played in range(1, most + 1):
        made = scene(choices)
        while made and made[-1][0] == made[-1][1] - 1:
            made.pop()
        if not made:
            return played
        choices = [choice for choice, _ in made]
        choices[-1] += 1
    raise AssertionError(f"more than {most} orders")
