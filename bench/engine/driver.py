"""A contestant's own process: ``python -m bench.engine.driver MODULE``. Asked in lines of JSON on its input, it answers each with one.

It is the parent of the contestant's workers, hands them their tasks, and ends with its input. Every contestant has the same one, in the
environment that the contestant is installed in, so that what handing over tasks costs is measured alike.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any

from bench.engine.contestant import Contestant

_POLL_S = 0.02


def run(contestant: Contestant, patience_s: float) -> dict[str, Any]:
    """Hand over the whole run and wait for its end; answers both times in seconds, counted from the start."""
    began = time.time()
    contestant.begin()
    handed = time.time() - began
    deadline = time.monotonic() + patience_s
    while (state := contestant.state()).finished_at is None and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    taken = None if state.finished_at is None else state.finished_at - began
    return {"handed_s": handed, "taken_s": taken, **asdict(state)}


def ticks(contestant: Contestant, count: int, every_s: float, patience_s: float) -> list[float]:
    """Hand over ``count`` tasks one by one; answers the seconds from handing over to beginning, of those that began."""
    contestant.stock(count)
    sent = dict(_handed(contestant, count, every_s))
    deadline = time.monotonic() + patience_s
    while contestant.state().counted < count and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return [at - sent[number] for number, at in sorted(contestant.started().items())]


def feed(contestant: Contestant, count: int, every_s: float) -> None:
    """Hand over ``count`` tasks one by one, while other questions are answered."""
    contestant.stock(count)
    threading.Thread(target=lambda: [*_handed(contestant, count, every_s)], daemon=True).start()


def _handed(contestant: Contestant, count: int, every_s: float) -> Iterator[tuple[int, float]]:
    """Each task's number and when it was handed over, at a steady pace."""
    first = time.time()
    for number in range(count):
        time.sleep(max(0.0, first + number * every_s - time.time()))
        yield number, time.time()
        contestant.hand_one(number)


#: What can be asked: its name in ``do``, beside its arguments.
ASKED: Mapping[str, Callable[..., Any]] = {
    "stock": lambda contestant, tasks: contestant.stock(tasks),
    "run": run,
    "ticks": ticks,
    "feed": feed,
    "state": lambda contestant: asdict(contestant.state()),
    "workers": lambda contestant: contestant.workers(),
}


def main(name: str) -> None:
    """Serve one contestant until the input ends; what anything else prints goes where errors go."""
    answers, sys.stdout = sys.stdout, sys.stderr
    module = import_module(name)
    with module.contestant() as contestant:
        _say(module.ABOUT, answers)
        for line in sys.stdin:
            asked = json.loads(line)
            _say(ASKED[asked.pop("do")](contestant, **asked), answers)


def _say(answer: object, out: Any) -> None:
    print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
