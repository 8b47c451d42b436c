"""What every contestant can do; each runs in a process of its own, see :mod:`bench.engine.driver`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """How the run that was begun last stands, by its counter."""

    total: int
    counted: int
    #: When the counter said that the last task had ended (seconds since 1970); None before that.
    finished_at: float | None = None
    #: How often it was said that the run is over.
    finishes: int = 0


class Contestant(Protocol):
    """A queue with its workers, which live while its block runs; one run at a time."""

    def stock(self, tasks: int) -> None:
        """Make a run of so many tasks that can be begun; not timed."""
        ...

    def begin(self) -> None:
        """Hand the whole run to the workers."""
        ...

    def state(self) -> State:
        """How the run stands."""
        ...

    def hand_one(self, number: int) -> None:
        """Hand the task of that number, alone, to the workers."""
        ...

    def started(self) -> dict[int, float]:
        """When each task that ended was begun (seconds since 1970), by number."""
        ...

    def workers(self) -> list[int]:
        """The processes that do tasks, as they live at the moment; each may be killed, and another takes its place."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
