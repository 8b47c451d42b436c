"""Ports that fail on purpose: every call to them can be recorded, crashed before or after, or answered with Unavailable.

``watched`` wraps any port; what happens at its calls is up to hooks, which are told of each call before and after it is made:

* :class:`Recorder` keeps the calls, :class:`Touched` the runs they write to,
* :class:`CrashAt` ends the caller at the n-th call, as the death of its process would,
* :class:`Flaky` answers some calls with Unavailable, half of them after they took effect,
* those of :mod:`.outages` take ports away, those of :mod:`.places` crash at the places that calls are made from.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from sheaf.domain.errors import SheafError, Unavailable
from sheaf.ports.store import Write, Written
from sheaf.services.kernel import Kernel

T = TypeVar("T")

#: The ports of a kernel that speak to the outside.
OUTSIDE = ("store", "blobs", "queue")


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
