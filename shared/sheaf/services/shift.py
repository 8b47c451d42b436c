"""What one worker holds at once: small files are claimed together and ended together, each still by itself.

Every file is guarded, counted and answered for as if it had come alone; it shares the trips to the store, which for a file of a few
kilobytes take longer than reading it. Steps of runs, larger files, calls that are made again, by the queue or by the sweeper, and files
that a worker was lost over go one by one: whatever took down a worker once is not to take down its neighbours' attempts again.
"""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.domain.errors import NotFound
from sheaf.domain.tasks import Refusal
from sheaf.ports.queue import Delivery
from sheaf.services import claims, execute, metrics, worker
from sheaf.services.complete import Ending, Held
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric

#: How a delivery was answered: in a word, with the error that asks for it to be made again, or not at all, since it was not begun.
Answer = str | Exception | None


class Shift:
    """Deliveries in the hands of one worker: made, then each done (or not), then ended."""

    def __init__(self, kernel: Kernel, deliveries: Sequence[Delivery]) -> None:
        """Claim the small files among the deliveries."""
        self._kernel = kernel
        self._deliveries = deliveries
        self._answers: list[Answer] = [None] * len(deliveries)
        self._held: dict[int, Held] = {}
        self._endings: dict[int, tuple[Held, Ending]] = {}
        self._claim()

    def do(self, number: int) -> None:
        """Do the delivery of that number, to its end or up to :meth:`end`."""
        if self._answers[number] is not None:
            return
        held = self._held.pop(number, None)
        try:
            if held is not None:
                self._attempt(number, held)
            else:
                self._conclude()
                self._answers[number] = worker.handle(self._kernel, self._deliveries[number])
        except Exception as error:  # noqa: BLE001 - the queue's contract: any failure means to deliver again
            self._answers[number] = error

    def end(self) -> list[Answer]:
        """End what was done, let go of what was not begun, and answer for every delivery."""
        self._conclude()
        for number, error in zip(self._held, self._given_back(), strict=True):
            self._answers[number] = error
            self._count(error)
        metrics.write(self._kernel)
        return self._answers

    def _claim(self) -> None:
        together = [number for number, delivery in enumerate(self._deliveries) if self._is_small(delivery)]
        if len(together) < 2:  # noqa: PLR2004 - one alone has nothing to share
            return
        for number, claim in zip(together, self._taken(together), strict=True):
            if isinstance(claim, Held):
                self._held[number] = claim
            else:
                self._answers[number] = _refused(claim)
                self._count(self._answers[number])

    def _is_small(self, delivery: Delivery) -> bool:
        size = delivery.payload.get("bytes")
        return delivery.retry == 0 and isinstance(size, int) and size <= self._kernel.policy.small_bytes

    def _taken(self, numbers: Sequence[int]) -> Sequence[Held | Refusal | Exception]:
        try:
            return claims.take_each(self._kernel, [worker.call_of(self._deliveries[number]) for number in numbers])
        except Exception as error:  # noqa: BLE001 - as in do()
            return [error] * len(numbers)

    def _given_back(self) -> Sequence[Exception | None]:
        try:
            return claims.give_back(self._kernel, list(self._held.values()))
        except Exception as error:  # noqa: BLE001 - as in do()
            return [error] * len(self._held)

    def _attempt(self, number: int, held: Held) -> None:
        ending = execute.attempt(self._kernel, held, alone=False)
        if ending is None:
            self._answers[number] = worker.DONE
        else:
            self._endings[number] = held, ending

    def _conclude(self) -> None:
        endings, self._endings = self._endings, {}
        for number, error in zip(endings, self._concluded(list(endings.values())), strict=True):
            self._answers[number] = error or worker.DONE
            self._count(error)

    def _concluded(self, endings: Sequence[tuple[Held, Ending]]) -> Sequence[Exception | None]:
        try:
            return execute.conclude_each(self._kernel, endings)
        except Exception as error:  # noqa: BLE001 - as in do()
            return [error] * len(endings)

    def _count(self, answer: Answer) -> None:
        if isinstance(answer, Exception):
            self._kernel.tally.add(Metric.FAILED_DELIVERIES)


def _refused(why: Refusal | Exception) -> str | Exception:
    if isinstance(why, Refusal):
        return why.value
    return worker.GONE if isinstance(why, NotFound) else why
