"""Work that may hang, crash or devour memory, such as reading a file from outside: done in a process of its own, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from sheaf.domain.record import record


@record(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What one call may cost."""

    #: Seconds by the wall clock, from the call to its last piece, whoever of the two lets the other wait.
    seconds: float
    #: Bytes of memory that the process may hold beside its code; 0 for as many as there are.
    memory: int = 0


class Processes(Protocol):
    """Processes that are kept warm and do one call at a time each; one that dies, hangs or swells is replaced, and nobody else harmed."""

    def call(self, entry: str, argument: bytes, bounds: Bounds) -> Iterator[bytes]:
        """Have the function ``module:name`` do its work on ``argument`` elsewhere, and hand on the pieces that it yields, as they come.

        The function takes bytes and answers an iterable of bytes. Its process begins no call before this one is over or was closed, and
        is ended with its caller's.

        Raises:
            FileProblem: ``timeout`` and ``crashed`` where the process had to be ended or has ended by itself, ``too_large`` where memory
                did not do; else what :func:`sheaf.domain.retries.failure_of` makes of what the function raised.
            Unavailable: no process can be started.
        """
        ...

    def warm_up(self, modules: Sequence[str]) -> None:
        """Have a process ready that loads these modules for as long as it has nothing better to do; does not wait for it."""
        ...

    def close(self) -> None:
        """End every process that has nothing to do; later calls start others."""
        ...
