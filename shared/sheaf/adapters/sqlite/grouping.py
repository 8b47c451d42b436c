"""Several threads' work done as one: while one transaction is being written out, the next ones gather, and then share one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

from sheaf.domain.errors import Unavailable

Work = TypeVar("Work")
Answer = TypeVar("Answer")

_MOST_AT_ONCE = 64


class _Ticket(Generic[Work, Answer]):
    """One caller's work and, once done, its answer or error."""

    __slots__ = ("answer", "done", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = False
        self.answer: Answer | Exception | None = None


class Grouping(Generic[Work, Answer]):
    """Hands pieces of work over in groups, one group at a time.

    ``do`` gets the pieces in the order they came and answers each with its answer or its error; if it raises, all of them get that.
    Whoever finds the way free takes along all that wait, so nobody waits for more than the group before his own.
    """

    def __init__(self, do: Callable[[Sequence[Work]], Sequence[Answer | Exception]]) -> None:
        self._do = do
        self._waiting: deque[_Ticket[Work, Answer]] = deque()
        self._turn = threading.Lock()

    def submit(self, work: Work) -> Answer:
        """Have ``work`` done, with whatever else is waiting; returns its answer or raises its error."""
        ticket: _Ticket[Work, Answer] = _Ticket(work)
        self._waiting.append(ticket)
        while not ticket.done:
            with self._turn:
                if not ticket.done:
                    self._do_next()
        if isinstance(ticket.answer, Exception):
            raise ticket.answer
        return cast("Answer", ticket.answer)

    def _do_next(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
        answers: Sequence[Answer | Exception] = [Unavailable("The work was broken off, and may have been done.")] * len(group)
        try:
            answers = self._do([ticket.work for ticket in group])
        except Exception as error:  # noqa: BLE001 — each caller is given the error
            answers = [error] * len(group)
        finally:
            for ticket, answer in zip(group, answers, strict=True):
                ticket.answer = answer
                ticket.done = True
