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

    __slots__ = ("answer", "called", "done", "work")

    def __init__(self, work: Work) -> None:
        self.work = work
        self.done = False
        self.answer: Answer | Exception | None = None
        #: Held until the caller is called: because his work is done, or because it is his turn to do what waits.
        self.called = threading.Lock()
        self.called.acquire()


class Grouping(Generic[Work, Answer]):
    """Hands pieces of work over in groups, one group at a time.

    ``do`` gets the pieces in the order they came and answers each with its answer or its error; if it raises, all of them get that.
    Callers take turns at doing all that waits, so nobody waits for more than the group before his own.
    """

    def __init__(self, do: Callable[[Sequence[Work]], Sequence[Answer | Exception]]) -> None:
        self._do = do
        self._guard = threading.Lock()
        self._waiting: deque[_Ticket[Work, Answer]] = deque()
        self._busy = False

    def submit(self, work: Work) -> Answer:
        """Have ``work`` done, with whatever else is waiting; returns its answer or raises its error."""
        ticket: _Ticket[Work, Answer] = _Ticket(work)
        with self._guard:
            self._waiting.append(ticket)
            idle, self._busy = not self._busy, True
        if not idle:
            self._await(ticket)
        if not ticket.done:
            self._do_next()
        if isinstance(ticket.answer, Exception):
            raise ticket.answer
        return cast("Answer", ticket.answer)

    def _await(self, ticket: _Ticket[Work, Answer]) -> None:
        try:
            ticket.called.acquire()
        except BaseException:
            self._withdraw(ticket)
            raise

    def _withdraw(self, ticket: _Ticket[Work, Answer]) -> None:
        """Take an interrupted caller's work back unless it is under way, and pass on his turn if it had come."""
        with self._guard:
            if ticket not in self._waiting:
                return
            self._waiting.remove(ticket)
            was_called = ticket.called.acquire(blocking=False)
        if was_called:
            self._hand_over([], [])

    def _do_next(self) -> None:
        with self._guard:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
        answers: Sequence[Answer | Exception] = [Unavailable("The work was broken off, and may have been done.")] * len(group)
        try:
            answers = self._do([ticket.work for ticket in group])
        except Exception as error:  # noqa: BLE001 — each caller is given the error
            answers = [error] * len(group)
        finally:
            self._hand_over(group, answers)

    def _hand_over(self, group: Sequence[_Ticket[Work, Answer]], answers: Sequence[Answer | Exception]) -> None:
        with self._guard:
            successor = self._waiting[0] if self._waiting else None
            self._busy = successor is not None
            if successor is not None:
                successor.called.release()
        for ticket, answer in zip(group, answers, strict=True):
            ticket.answer = answer
            ticket.done = True
            ticket.called.release()
