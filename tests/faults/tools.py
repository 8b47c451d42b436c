"""Ports that fail on purpose: every call to them can be recorded, crashed before or after, or answered with Unavailable.

``watched`` wraps any port; what happens at its calls is up to hooks, which are told of each call before and after it is made:

* :class:`Recorder` keeps the calls, :class:`Touched` the runs they write to,
* :class:`CrashAt` ends the caller at the n-th call, as the death of its process would,
* :class:`Away` answers no call of some ports, :class:`Outage` none for a while,
* :class:`Sites` finds the places that calls are made from, and :class:`CrashFrom` crashes at one of them,
* :class:`Flaky` answers some calls with Unavailable, half of them after they took effect.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sheaf.domain.errors import SheafError, Unavailable
from sheaf.ports.clock import Clock
from sheaf.ports.store import Write, Written
from sheaf.services.kernel import Kernel

T = TypeVar("T")

#: The ports of a kernel that speak to the outside.
OUTSIDE = ("store", "blobs", "queue")


#: Methods that change something.
WRITES = frozenset({"commit", "enqueue", "put", "delete"})

#: The way to a call: files and lines.
Site = tuple[tuple[str, int], ...]


class Crash(BaseException):
    """The process dies here: nothing catches it, and nothing behind it is done."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a port."""

    port: str
    method: str
    arguments: tuple[Any, ...]

    @property
    def name(self) -> str:
        """Such as ``store.commit``."""
        return f"{self.port}.{self.method}"


class Hook(Protocol):
    """What is told of every call."""

    def before(self, call: Call) -> None:
        """The call is about to be made; raising keeps it from being made."""
        ...

    def after(self, call: Call) -> None:
        """The call was made and had its effect; raising keeps its answer from the caller."""
        ...


class Watched:
    """A port whose every call passes the hooks."""

    def __init__(self, port: str, inner: Any, hooks: Sequence[Hook]) -> None:
        self._port, self._inner, self._hooks = port, inner, hooks

    def commit_each(self, each: Sequence[Sequence[Write]], *, lasting: bool = True) -> list[list[Written] | SheafError]:
        """One commit after the other, each a call of its own: nothing holds them together but that they are asked for at once."""
        del lasting
        return [self._alone(writes) for writes in each]

    def _alone(self, writes: Sequence[Write]) -> list[Written] | SheafError:
        try:
            written: list[Written] = self.commit(writes)
        except SheafError as error:
            return error
        return written

    def __getattr__(self, method: str) -> Any:
        return _passing(self._port, method, getattr(self._inner, method), self._hooks)


def _passing(port: str, method: str, made: Callable[..., T], hooks: Iterable[Hook]) -> Callable[..., T]:
    def call(*arguments: Any, **named: Any) -> T:
        seen = Call(port, method, (*arguments, *named.values()))
        for hook in hooks:
            hook.before(seen)
        answer = made(*arguments, **named)
        with _closed_if_lost(answer):
            for hook in hooks:
                hook.after(seen)
        return answer

    return call


@contextmanager
def _closed_if_lost(answer: Any) -> Iterator[None]:
    """An open file that does not reach its caller is closed, as the end of a process or a connection would."""
    try:
        yield
    except BaseException:
        if close := getattr(answer, "close", None):
            close()
        raise


def watched(kernel: Kernel, *hooks: Hook) -> Kernel:
    """The kernel with every port that speaks to the outside passing the hooks."""
    wrapped: dict[str, Any] = {port: Watched(port, getattr(kernel, port), hooks) for port in OUTSIDE}
    return replace(kernel, **wrapped)


@dataclass(slots=True)
class Recorder:
    """Keeps every call that was made."""

    calls: list[Call] = field(default_factory=list)

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""
        self.calls.append(call)

    def arguments(self, name: str) -> list[Any]:
        """The first argument of each call of that name."""
        return [call.arguments[0] for call in self.calls if call.name == name]


@dataclass(slots=True)
class Touched:
    """Keeps the ids of the runs that something was written to."""

    run_ids: set[str] = field(default_factory=set)

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if call.name == "store.commit":
            self.run_ids |= {write.path.split("/")[3] for write in call.arguments[0] if "/runs/" in write.path}

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""


@dataclass(slots=True)
class CrashAt:
    """Crashes at the ``number``-th call (0 is the first), before it is made or after; ``hit`` says whether it came to that."""

    number: int
    after_it: bool
    hit: bool = False
    _seen: int = 0

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        del call
        self._seen += 1
        if not self.after_it:
            self._crash()

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""
        del call
        if self.after_it:
            self._crash()

    def _crash(self) -> None:
        if self._seen == self.number + 1 and not self.hit:
            self.hit = True
            raise Crash


@dataclass(frozen=True, slots=True)
class Away:
    """Answers every call of some ports with Unavailable, before it has any effect."""

    ports: Container[str]

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if call.port in self.ports:
            raise Unavailable(f"{call.port} does not answer.")

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""


@dataclass(slots=True)
class Outage:
    """Answers every call of some ports with Unavailable for a while: from the ``number``-th call on, for ``length`` by the clock."""

    ports: Container[str]
    number: int
    length: timedelta
    clock: Clock
    failed: int = 0
    _seen: int = 0
    _until: datetime | None = None

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if self._seen == self.number:
            self._until = self.clock.now() + self.length
        self._seen += 1
        if self._until is not None and call.port in self.ports and self.clock.now() < self._until:
            self.failed += 1
            raise Unavailable(f"{call.port} is away.")

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""


@dataclass(slots=True)
class Sites:
    """Finds the first call made from each place in the services, by the way that led there; ``known`` ones are passed over."""

    known: set[Site] = field(default_factory=set)
    #: Those places, and whether what they call changes anything.
    found: list[tuple[Site, bool]] = field(default_factory=list)

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        if (here := _site()) not in self.known:
            self.known.add(here)
            self.found.append((here, call.method in WRITES))

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""


@dataclass(slots=True)
class CrashFrom:
    """Crashes at the first call from a place, before it is made or after."""

    place: Site
    after_it: bool
    hit: bool = False

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        del call
        self._crash(after=False)

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""
        del call
        self._crash(after=True)

    def _crash(self, *, after: bool) -> None:
        if after is self.after_it and not self.hit and _site() == self.place:
            self.hit = True
            raise Crash


def _site() -> Site:
    """The lines of the services that are being carried out, the innermost first."""
    lines, frame = [], sys._getframe(1)
    while frame := frame.f_back:  # type: ignore[assignment]  # None ends it
        if str(frame.f_globals.get("__name__", "")).startswith("sheaf.services"):
            lines.append((frame.f_code.co_filename, frame.f_lineno))
    return tuple(lines)


@dataclass(slots=True)
class Flaky:
    """Answers a share of the calls with Unavailable, as often after their effect as before it."""

    rng: random.Random
    rate: float
    failed: int = 0

    def before(self, call: Call) -> None:
        """See :class:`Hook`."""
        self._fail(call)

    def after(self, call: Call) -> None:
        """See :class:`Hook`."""
        self._fail(call)

    def _fail(self, call: Call) -> None:
        if self.rng.random() < self.rate / 2:
            self.failed += 1
            raise Unavailable(f"{call.name} did not answer.")
