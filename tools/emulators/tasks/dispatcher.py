"""Carries out what is due: one thread that waits for it, and a bounded number of hands that send."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from tools.emulators.tasks import faults
from tools.emulators.tasks.attempts import Answer, Dispatch
from tools.emulators.tasks.faults import Faults, Mishap
from tools.emulators.tasks.pace import SECOND
from tools.emulators.tasks.registry import Registry
from tools.emulators.tasks.sending import Sender

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOST = Answer(status=0, reason="UNAVAILABLE: lost on the way")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The current time, aware."""
        ...


@runtime_checkable
class MovedByHand(Protocol):
    """A clock that stands still until somebody sets it, and whom nobody has to wait for."""

    moment: datetime


class HandClock:
    """A clock that stands still until it is moved, by :meth:`Dispatcher.advance`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The time it was set to."""
        return self.moment


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(UTC)


class Dispatcher:
    """Holds the registry's lock: whoever looks at it or changes it does so within :meth:`changing`."""

    def __init__(self, registry: Registry, sender: Sender, clock: Clock, *, hands: int) -> None:
        self.faults: Faults = faults.NONE
        self.registry = registry
        self._sender = sender
        self.clock = clock
        self._room = hands
        self._pool = ThreadPoolExecutor(hands, thread_name_prefix="delivery")
        self._changed = threading.Condition()
        self._stopping = False
        self._rng = registry.rng
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        self._thread.start()

    def now(self) -> int:
        """The time in microseconds since 1970."""
        return (self.clock.now() - _EPOCH) // timedelta(microseconds=1)

    @contextmanager
    def changing(self) -> Iterator[Registry]:
        """The registry, to oneself; what became due by the change is carried out behind it."""
        with self._changed:
            yield self.registry
            self._changed.notify_all()

    def send(self, dispatch: Dispatch) -> None:
        """Carry out an attempt that was begun out of turn; within :meth:`changing`."""
        self._room -= 1
        self._pool.submit(self._deliver, dispatch)

    def settle(self, patience_s: float = 120.0) -> None:
        """Wait until every attempt that was begun is answered and none can begin now; raises TimeoutError where that does not come."""
        with self._changed:
            if not self._changed.wait_for(self._is_quiet, patience_s):
                raise TimeoutError(f"deliveries are still under way after {patience_s:g} s")

    def advance(self, seconds: float) -> None:
        """Move a clock that is moved by hand on, stopping at each moment at which something is due until it is done."""
        until = self.now() + round(seconds * SECOND)
        self.settle()
        while (due := self._next_due()) is not None and due <= until:
            self.move(due)
            self.settle()
        self.move(until)
        self.settle()

    def move(self, moment: int) -> None:
        """Set a clock that is moved by hand, whatever is under way."""
        if not isinstance(self.clock, MovedByHand):
            raise TypeError("this clock moves by itself")
        with self._changed:
            self.clock.moment = _EPOCH + timedelta(microseconds=max(moment, self.now()))
            self._changed.notify_all()

    def stop(self) -> None:
        """Begin nothing more, and wait for no answer."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _next_due(self) -> int | None:
        with self._changed:
            return self.registry.next_due(self.now())

    def _run(self) -> None:
        with self._changed:
            while not self._stopping:
                self._begin()
                self._changed.wait(self._patience())

    def _begin(self) -> None:
        self.registry.shuffle(on=self.faults.shuffled)
        for dispatch in self.registry.take(self.now(), self._room):
            self.send(dispatch)

    def _patience(self) -> float | None:
        """Seconds until something is due; a clock moved by hand, and a hand that becomes free, are told of."""
        if isinstance(self.clock, MovedByHand) or self._room <= 0:
            return None
        due = self.registry.next_due(now := self.now())
        return None if due is None else max(0.0, (due - now) / SECOND)

    def _is_quiet(self) -> bool:
        due = self.registry.next_due(now := self.now())
        return self.registry.running == 0 and (due is None or due > now)

    def _deliver(self, dispatch: Dispatch) -> None:
        answer = self._sent(dispatch)
        with self._changed:
            self._room += 1
            self.registry.answer(dispatch, answer, self.now())
            self._changed.notify_all()

    def _sent(self, dispatch: Dispatch) -> Answer:
        asked = self.faults
        if asked.delay_s:
            time.sleep(self._rng.random() * asked.delay_s)
        match faults.of_delivery(asked, self._rng):
            case Mishap.BEFORE:
                return _LOST
            case Mishap.AFTER:
                self._sender.send(dispatch)
                return _LOST
            case Mishap.TWICE:
                return self._sent_twice(dispatch)
            case Mishap.NONE:
                return self._sender.send(dispatch)

    def _sent_twice(self, dispatch: Dispatch) -> Answer:
        """At once, or one after the other; either way the first answer counts."""
        if self._rng.random() < 1 / 2:
            other = threading.Thread(target=self._sender.send, args=(dispatch,), daemon=True)
            other.start()
            return self._sender.send(dispatch)
        answer = self._sender.send(dispatch)
        self._sender.send(dispatch)
        return answer


def generator(seed: int | None) -> random.Random:
    """What draws the faults."""
    return random.Random(seed)  # noqa: S311 - chance for tests, no secret
