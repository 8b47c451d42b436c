"""A crash before and after every single call to the outside, in every handler: afterwards the engine finds its way by itself."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from sheaf.domain.errors import SheafError
from sheaf.domain.states import RunStatus
from sheaf.services import cancel, retry, submit, sweep
from sheaf.services.kernel import Kernel
from tests.faults.homes import Home
from tests.faults.kit import AGES, TENANT, THOROUGH, Bench, ends_by_message, installed, packed
from tests.faults.outages import Outage
from tests.faults.places import CrashFrom, Site, Sites
from tests.faults.promises import check_ended
from tests.faults.tools import OUTSIDE, Crash, CrashAt, Flaky, Hook, Recorder, watched

CONTENTS = [b"ok", b"corrupt", b"flaky 1", b"rows 5", packed({"a": b"ok", "b.zip": packed({"c": b"boom"})})]
#: All of it where it is proved, a taste of it elsewhere.
EVERY = THOROUGH or bool(os.environ.get("CI"))
Story = Callable[[Bench, str], None]


@pytest.fixture
def engine(home: Home) -> Iterator[Bench]:
    """An installation whose pages are so small that every call has to split its work."""
    with installed(home, dispatch_page=3, rows_per_object=2) as made:
        yield made


def reads(engine: Bench, run_id: str) -> None:
    """A run is submitted and read."""
    submit.submit(engine.kernel, TENANT, run_id)
    deliver_all(engine)


def retries(engine: Bench, run_id: str) -> None:
    """A run is read, and its failures are tried once more; its first end is left to a call."""
    reads(engine, run_id)
    with ends_by_message():
        for _ in range(3):
            engine.clock.move(AGES)
            deliver_all(engine)
    retry.retry_failed(engine.kernel, TENANT, run_id)
    deliver_all(engine)


def cancels(engine: Bench, run_id: str) -> None:
    """A run is cancelled in the midst of its work, large as it is."""
    submit.submit(engine.kernel, TENANT, run_id)
    deliver_all(engine, most=12)
    cancel.cancel(engine.kernel, TENANT, run_id)
    deliver_all(engine)


def sweeps(engine: Bench, run_id: str) -> None:
    """The queue loses what it holds, and the sweeper calls for it again."""
    submit.submit(engine.kernel, TENANT, run_id)
    deliver_all(engine, most=14)
    for key in list(engine.queue.waiting):
        engine.queue.lose(key)
        engine.queue.known.discard(key)
    engine.clock.move(AGES)
    sweep.sweep(engine.kernel)
    deliver_all(engine)


def shares(engine: Bench, run_id: str) -> None:
    """A run is read by workers that hold several files at once."""
    submit.submit(engine.kernel, TENANT, run_id)
    while due := engine.queue.due():
        steps = [key for key in due if key[0] == "steps"]
        if steps:
            engine.deliver(steps[0])
        else:
            engine.queue.deliver_together(engine.kernel, due[:4])


STORIES: tuple[Story, ...] = (reads, retries, cancels, sweeps, shares)


def deliver_all(engine: Bench, most: int = 10_000) -> None:
    """Deliver what is due; errors are the queue's to repeat, a crash is not caught."""
    for _ in range(most):
        due = engine.queue.due()
        if not due:
            return
        engine.deliver(due[0])


def go_on(engine: Bench, story: Story, run_id: str) -> None:
    """What people do after a crash: ask again for what they asked for."""
    with suppress(SheafError):
        submit.submit(engine.kernel, TENANT, run_id)
    engine.heal()
    if story is cancels:
        with suppress(SheafError):
            cancel.cancel(engine.kernel, TENANT, run_id)
    if story is retries and engine.get(run_id).round == 1:
        retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()


def tell(engine: Bench, story: Story, hook: Hook) -> str:
    """Play a story on a fresh run, watched, then go on unwatched; answers the run."""
    run_id = engine.run(CONTENTS)
    whole: Kernel = engine.kernel
    engine.kernel = watched(whole, hook)
    with suppress(Crash, SheafError):
        story(engine, run_id)
    engine.kernel = whole
    go_on(engine, story, run_id)
    return run_id


@pytest.mark.skipif(not EVERY, reason="not run: every single call is crashed in CI and by the deep profile; here every place that calls")
@pytest.mark.parametrize("home", list(Home) if THOROUGH else [Home.EMBEDDED])
@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("story", STORIES)
def test_a_crash_at_every_call(engine: Bench, story: Story, *, after_it: bool) -> None:
    """Whichever call the process dies at, every file ends once and is counted once, and the run finishes once."""
    number, hit = 0, True
    while hit:
        crash = CrashAt(number, after_it)
        run_id = tell(engine, story, crash)
        check_ended(engine.kernel, TENANT, run_id)
        check_outcome(engine, story, run_id)
        number, hit = number + 1, crash.hit
    assert number > 60


def test_a_crash_at_every_place_that_calls(engine: Bench, home: Home) -> None:
    """Each line of the services that calls, by each way that leads to it: the process dies there, behind a call that changes something.

    What is left behind is the same wherever it dies between two changes, so that on Google's stores, where each call takes its time, it
    dies behind each change alone.
    """
    known: set[Site] = set()
    missed = 0
    for story in STORIES:
        sites = Sites(known)
        tell(engine, story, sites)
        for place, changes in sites.found:
            if not changes and home is Home.GOOGLE and not THOROUGH:
                continue
            crash = CrashFrom(place, after_it=changes)
            run_id = tell(engine, story, crash)
            missed += not crash.hit
            check_ended(engine.kernel, TENANT, run_id)
            check_outcome(engine, story, run_id)
    assert len(known) > 60
    assert missed <= len(known) / 20  # ids and waits are other ones each time, and so are a few of the ways


def check_outcome(engine: Bench, story: Story, run_id: str) -> None:
    """What a story comes to, crash or not."""
    run = engine.get(run_id)
    if story is cancels:
        assert run.status in {RunStatus.CANCELLED, RunStatus.PARTIALLY_COMPLETED}
    else:
        assert (run.status, run.counts.completed, run.tasks_total) == (RunStatus.PARTIALLY_COMPLETED, 6, 8)
        assert run.counts.failures == {"corrupt": 1, "internal": 1}


def seeds(most: int) -> list[tuple[Home, int]]:
    """So many tries on the embedded stores, and one on Google's."""
    return [(home, seed) for home in Home for seed in range(most if THOROUGH or home is Home.EMBEDDED else 1)]


@pytest.mark.parametrize(("home", "seed"), seeds(4))
@pytest.mark.parametrize("rate", [0.05, 0.15])
def test_an_outside_that_often_fails(engine: Bench, seed: int, rate: float) -> None:
    """With a share of all calls unanswered, half of them after they took effect, every promise holds."""
    rng = random.Random(seed)
    for story in STORIES:
        flaky = Flaky(rng, rate)
        run_id = tell(engine, story, flaky)
        check_ended(engine.kernel, TENANT, run_id)
        assert flaky.failed


@pytest.mark.parametrize(("home", "seed"), seeds(3))
@pytest.mark.parametrize("ports", [{"store"}, {"blobs"}, {"queue"}, set(OUTSIDE)], ids=["store", "blobs", "queue", "all"])
def test_outages(engine: Bench, ports: set[str], seed: int) -> None:
    """At some moment store, objects, queue or all of them are away for up to two seconds; nothing is lost, and no file fails for it."""
    rng = random.Random(seed)
    for story in STORIES:
        outage = Outage(ports, rng.randrange(60), timedelta(seconds=rng.uniform(0, 2)), engine.clock)
        run_id = tell(engine, story, outage)
        check_ended(engine.kernel, TENANT, run_id)
        check_outcome(engine, story, run_id)


@pytest.mark.parametrize(("home", "seed"), seeds(4))
def test_crash_upon_crash(engine: Bench, home: Home, seed: int) -> None:
    """A process that dies every few calls, again and again, gets there all the same."""
    rng, whole = random.Random(seed), engine.kernel
    run_id = engine.submitted(CONTENTS)
    for _ in range(80 if home is Home.EMBEDDED else 25):
        engine.kernel = watched(whole, CrashAt(rng.randrange(12), after_it=rng.random() < 0.5))
        with suppress(Crash, SheafError):
            deliver_all(engine)
        engine.clock.move(AGES / rng.choice([1, 10, 100]))
        with suppress(Crash, SheafError):
            sweep.sweep(engine.kernel)
    engine.kernel = whole
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)


@pytest.mark.parametrize("home", [Home.EMBEDDED])
def test_the_stories_cover_every_port_and_handler(engine: Bench) -> None:
    """The calls at which the stories crash are those of every port, and every kind of message is among what they deliver."""
    recorder = Recorder()
    for story in STORIES:
        tell(engine, story, recorder)
    kinds = {message.payload["kind"] for batch in recorder.arguments("queue.enqueue") for message in batch}
    assert kinds == {"prepare", "unpack", "dispatch", "task", "cancel", "finalize"}
    assert {call.port for call in recorder.calls} == {"store", "blobs", "queue"}
    assert replace(engine.kernel) == engine.kernel


@pytest.mark.parametrize("home", list(Home) if THOROUGH else [Home.EMBEDDED])
@pytest.mark.parametrize("ask", [submit.submit, cancel.cancel, retry.retry_failed])
def test_what_was_asked_for_may_be_asked_again(engine: Bench, ask: Callable[[Kernel, str, str], object]) -> None:
    """Whoever got no answer, wherever the call was cut off, asks once more and is answered; it is done once."""
    calls, hit = 0, True
    while hit:
        crash = CrashAt(calls // 2, after_it=calls % 2 == 1)
        run_id = engine.finished([b"ok", b"corrupt"]).id if ask is retry.retry_failed else engine.run([b"ok", b"corrupt"])
        with suppress(Crash):
            ask(watched(engine.kernel, crash), TENANT, run_id)
        ask(engine.kernel, TENANT, run_id)
        engine.heal()
        check_ended(engine.kernel, TENANT, run_id)
        run = engine.get(run_id)
        assert (run.round, run.cancelling) == (2 if ask is retry.retry_failed else 1, ask is cancel.cancel)
        calls, hit = calls + 1, crash.hit
    assert calls > 8
