"""What can go wrong between a sender, the service and a worker, switched on for tests and benches."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """Shares of calls, 0 to 1, that go wrong in each way."""

    #: Deliveries that reach the worker a second time, at the same time or after the first was answered.
    duplicates: float = 0.0
    #: Deliveries whose answer is lost on the way back, so that the worker did what is delivered again.
    lost_answers: float = 0.0
    #: Deliveries that are lost on the way, so that the worker knows nothing of them.
    lost_requests: float = 0.0
    #: Most seconds by which a delivery is late.
    delay_s: float = 0.0
    #: Whether tasks that are due are delivered in any order.
    shuffled: bool = False
    #: Calls of the API that are refused as UNAVAILABLE, and those that are carried out and then answered so.
    refused_calls: float = 0.0
    lost_replies: float = 0.0


NONE = Faults()


class Mishap(Enum):
    """What befalls one call."""

    NONE = auto()
    BEFORE = auto()
    AFTER = auto()
    TWICE = auto()


def of_delivery(faults: Faults, rng: random.Random) -> Mishap:
    """What befalls a delivery."""
    return _drawn(rng, {Mishap.BEFORE: faults.lost_requests, Mishap.AFTER: faults.lost_answers, Mishap.TWICE: faults.duplicates})


def of_call(faults: Faults, rng: random.Random) -> Mishap:
    """What befalls a call of the API."""
    return _drawn(rng, {Mishap.BEFORE: faults.refused_calls, Mishap.AFTER: faults.lost_replies})


def _drawn(rng: random.Random, shares: dict[Mishap, float]) -> Mishap:
    drawn = rng.random()
    for mishap, share in shares.items():
        if drawn < share:
            return mishap
        drawn -= share
    return Mishap.NONE
