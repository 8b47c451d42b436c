"""Two handlers in every possible order of their calls: whatever comes between what, all is counted once and the run finishes once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from sheaf.domain import paths
from sheaf.domain.counters import Usage
from sheaf.domain.errors import FailureCategory, SheafError
from sheaf.domain.retries import Failure
from sheaf.domain.runs import Run
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.domain.tasks import ResultInfo, Seen
from sheaf.services import cancel, claims, execute, files, prepare, retry, submit, sweep, worker
from sheaf.services.claims import Call
from sheaf.services.complete import Ending, Held, end
from sheaf.services.kernel import Kernel
from sheaf.services.records import change
from tests.faults.homes import Home
from tests.faults.interleave import Caller, explore, play
from tests.faults.kit import AGES, TENANT, THOROUGH, Bench, ends_by_message, packed
from tests.faults.promises import check_ended
from tests.faults.tools import Crash, CrashAt, Recorder, watched

Scene = Callable[[Bench], tuple[str, list[Caller]]]


def at_work(engine: Bench, count: int, content: bytes = b"ok") -> str:
    """A run whose tasks are all dispatched."""
    run_id = engine.submitted([content] * count)
    while steps := [key for key in engine.queue.due() if key[0] == "steps"]:
        engine.queue.deliver(engine.kernel, steps[0])
    return run_id


def held(engine: Bench, run_id: str) -> list[Held]:
    """Every task of the run, claimed."""
    seen = Seen(message="m", retry=0)
    calls = [Call(tenant=TENANT, run_id=run_id, task_id=task.id, seen=seen) for task in engine.tasks(run_id)]
    return [claim for call in calls if isinstance(claim := claims.take(engine.kernel, call), Held)]


def complete(claim: Held, kernel: Kernel) -> None:
    """End a claimed task."""
    end(kernel, claim, Ending(status=TaskStatus.COMPLETED, usage=Usage(files=1)))


def delivered_twice(engine: Bench, key: tuple[str, str]) -> list[Caller]:
    """Two workers that are given the same delivery, as a queue may give it out."""
    delivery = engine.queue.delivery(key)
    engine.queue.lose(key)

    def work(kernel: Kernel) -> None:
        with suppress(SheafError):
            worker.handle(kernel, delivery)

    return [work, work]


def stop(run_id: str, kernel: Kernel) -> None:
    """Cancel's own work on a run whose cancel was accepted."""
    cancel.stop(kernel, TENANT, run_id, "")


def last_two_complete(engine: Bench) -> tuple[str, list[Caller]]:
    """Two workers end the last two tasks."""
    run_id = at_work(engine, 2)
    return run_id, [partial(complete, claim) for claim in held(engine, run_id)]


def one_task_delivered_twice(engine: Bench) -> tuple[str, list[Caller]]:
    """The only task's message comes to two workers at once."""
    run_id = at_work(engine, 1)
    [key] = engine.queue.waiting
    return run_id, delivered_twice(engine, key)


def complete_and_cancel(engine: Bench) -> tuple[str, list[Caller]]:
    """A worker ends its task while a cancel stops what is open."""
    run_id = at_work(engine, 2)
    claim = held(engine, run_id)[0]
    engine.bound(dispatch_page=0)
    cancel.cancel(engine.kernel, TENANT, run_id)
    engine.bound(dispatch_page=400)
    return run_id, [partial(complete, claim), partial(stop, run_id)]


def two_stops(engine: Bench) -> tuple[str, list[Caller]]:
    """The same call to stop is made twice."""
    run_id = at_work(engine, 2)
    engine.bound(dispatch_page=0)
    cancel.cancel(engine.kernel, TENANT, run_id)
    engine.bound(dispatch_page=400)
    return run_id, [partial(stop, run_id)] * 2


def complete_and_sweep(engine: Bench) -> tuple[str, list[Caller]]:
    """A worker ends the last task while the sweeper takes its lease for lost."""
    run_id = at_work(engine, 1)
    [claim] = held(engine, run_id)
    engine.clock.move(AGES)
    for key in list(engine.queue.waiting):
        engine.queue.lose(key)
    return run_id, [partial(complete, claim), sweep.sweep]


def two_finalizers(engine: Bench) -> tuple[str, list[Caller]]:
    """The finisher's message comes to two workers at once."""
    run_id = at_work(engine, 1)
    [claim] = held(engine, run_id)
    with ends_by_message():
        complete(claim, engine.kernel)
    [key] = [key for key in engine.queue.waiting if key[0] == "steps"]
    return run_id, delivered_twice(engine, key)


def finalize_and_cancel(engine: Bench) -> tuple[str, list[Caller]]:
    """The finisher ends a run while somebody cancels it."""
    run_id = at_work(engine, 1)
    [claim] = held(engine, run_id)
    with ends_by_message():
        complete(claim, engine.kernel)
    [key] = [key for key in engine.queue.waiting if key[0] == "steps"]
    return run_id, [delivered_twice(engine, key)[0], partial(ask_to_cancel, run_id)]


def ask_to_cancel(run_id: str, kernel: Kernel) -> None:
    """A cancel as far as it is accepted, or not any more."""
    change(kernel.store, paths.run(TENANT, run_id), Run, partial(cancel._requested, kernel), also=partial(cancel._also, kernel))


def unpack_and_seal(engine: Bench) -> tuple[str, list[Caller]]:
    """An archive hands over its members while a cancel has the run sealed as it is."""
    run_id = engine.submitted([packed({"a": b"ok"})])
    engine.deliver(engine.queue.due()[0])
    [key] = engine.queue.waiting

    def sealed(kernel: Kernel) -> None:
        ask_to_cancel(run_id, kernel)
        prepare.seal(kernel, TENANT, run_id)

    return run_id, [delivered_twice(engine, key)[0], sealed]


def retry_and_cancel(engine: Bench) -> tuple[str, list[Caller]]:
    """Somebody retries a run while another tries to cancel it."""
    run_id = engine.finished([b"corrupt"]).id

    return run_id, [partial(asked, retry.retry_failed, run_id), partial(asked, cancel.cancel, run_id)]


def read_and_cancel(engine: Bench) -> tuple[str, list[Caller]]:
    """A worker does a whole task while somebody cancels the run."""
    run_id = at_work(engine, 2)
    key = next(iter(engine.queue.waiting))
    return run_id, [delivered_twice(engine, key)[0], lambda kernel: cancel.cancel(kernel, TENANT, run_id)]


def late_and_new(late: Callable[[Held, Kernel], None], content: bytes, engine: Bench) -> tuple[str, list[Caller]]:
    """A worker that was held up past its lease ends its file in some way, while another takes the file over and ends it in another."""
    run_id = at_work(engine, 1, content)
    [key] = engine.queue.waiting
    [zombie] = held(engine, run_id)
    engine.clock.move(AGES)
    return run_id, [partial(late, zombie), delivered_twice(engine, key)[0]]


def succeeds(claim: Held, kernel: Kernel) -> None:
    """The late worker comes with a result."""
    execute.conclude_each(kernel, [(claim, execute.completed(ResultInfo(rows=0), Usage(files=1)))])


def fails(claim: Held, kernel: Kernel) -> None:
    """The late worker comes with a failure for good."""
    ending = execute._attempt_failed(kernel, claim, Failure(category=FailureCategory.CORRUPT, message="late"))
    assert ending is not None
    execute.conclude_each(kernel, [(claim, ending)])


def fails_for_now(claim: Held, kernel: Kernel) -> None:
    """The late worker comes with a failure that a further attempt may mend."""
    execute._attempt_failed(kernel, claim, Failure(category=FailureCategory.INTERNAL, message="late"))


def two_sweeps_over_a_shard(engine: Bench) -> tuple[str, list[Caller]]:
    """Two ticks at once, which today are two sweeps, over a shard that was not closed."""
    run_id = at_work(engine, 1)
    [key] = engine.queue.waiting
    with suppress(Crash):
        engine.queue.deliver(watched(engine.kernel, CrashAt(4, after_it=False)), key)
    return forgotten(engine, run_id), [sweep.sweep, sweep.sweep]


def two_sweeps_over_a_lease(engine: Bench) -> tuple[str, list[Caller]]:
    """Two ticks at once over a worker that was lost."""
    run_id = at_work(engine, 1)
    held(engine, run_id)
    return forgotten(engine, run_id), [sweep.sweep, sweep.sweep]


def two_sweeps_over_a_dispatch(engine: Bench) -> tuple[str, list[Caller]]:
    """Two ticks at once over a message that was lost."""
    return forgotten(engine, at_work(engine, 1)), [sweep.sweep, sweep.sweep]


def forgotten(engine: Bench, run_id: str) -> str:
    """The queue forgets all it holds, and time passes."""
    for key in list(engine.queue.waiting):
        engine.queue.lose(key)
    engine.clock.move(AGES)
    return run_id


def two_retries(engine: Bench) -> tuple[str, list[Caller]]:
    """Two people retry a run at once."""
    run_id = engine.finished([b"corrupt"]).id
    return run_id, [partial(asked, retry.retry_failed, run_id)] * 2


def two_submits(engine: Bench) -> tuple[str, list[Caller]]:
    """Two people submit a run at once."""
    run_id = engine.run([b"ok"])
    return run_id, [partial(asked, submit.submit, run_id)] * 2


def submit_and_cancel(engine: Bench) -> tuple[str, list[Caller]]:
    """Somebody submits a run while another cancels it."""
    run_id = engine.run([b"ok"])
    return run_id, [partial(asked, submit.submit, run_id), partial(asked, cancel.cancel, run_id)]


def asked(call: Callable[[Kernel, str, str], object], run_id: str, kernel: Kernel) -> None:
    """Somebody asks for something, which may be refused."""
    with suppress(SheafError):
        call(kernel, TENANT, run_id)


#: A tick is a sweep so far.
TICKS: list[Scene] = [two_sweeps_over_a_shard, two_sweeps_over_a_lease, two_sweeps_over_a_dispatch]
#: The pairs that a run's life hangs on.
PAIRS: list[Scene] = [last_two_complete, complete_and_cancel, complete_and_sweep, retry_and_cancel, *TICKS]
ON_GOOGLE = {scene.__name__ for scene in (*PAIRS[:4], two_sweeps_over_a_lease)}
#: Others that meet.
OTHERS: list[Scene] = [
    one_task_delivered_twice,
    read_and_cancel,
    two_stops,
    two_finalizers,
    finalize_and_cancel,
    unpack_and_seal,
    two_retries,
    two_submits,
    submit_and_cancel,
]
ZOMBIES: dict[str, Scene] = {
    f"{late.__name__}_late_{content.decode().replace(' ', '_')}": partial(late_and_new, late, content)
    for late in (succeeds, fails, fails_for_now)
    for content in (b"ok", b"corrupt", b"flaky 9")
}
SCENES: dict[str, Scene] = {scene.__name__: scene for scene in (*PAIRS, *OTHERS)} | ZOMBIES
#: Where only a sweep, or time, goes on.
SWEPT = {"complete_and_sweep", "unpack_and_seal", *(scene.__name__ for scene in TICKS), *ZOMBIES}


#: What is played by default: all of it on the embedded stores, and on Google's, where each call takes its time, one scene of each pair.
PLAYED = [(home, name) for home in Home for name in SCENES if THOROUGH or home is Home.EMBEDDED or name in ON_GOOGLE]


@pytest.mark.parametrize(("home", "name"), PLAYED)
def test_every_order(engine: Bench, name: str) -> None:
    """In every order of the two callers' calls the run ends as it should, without a sweep where nobody died."""

    def once(choices: Sequence[int]) -> list[tuple[int, int]]:
        run_id, callers = SCENES[name](engine)
        made = play(engine.kernel, callers, choices)
        engine.drain()
        if name not in SWEPT:
            assert engine.get(run_id).ended
        engine.heal()
        check_ended(engine.kernel, TENANT, run_id)
        return made

    assert explore(once, most=1000) > 1


@pytest.mark.parametrize("home", list(Home) if THOROUGH else [Home.EMBEDDED])
@pytest.mark.parametrize("victim", [0, 1])
@pytest.mark.parametrize("scene", PAIRS if THOROUGH else [last_two_complete, complete_and_cancel, retry_and_cancel])
def test_every_order_of_two_of_whom_one_dies(engine: Bench, scene: Scene, victim: int) -> None:
    """Wherever one of the two dies, and in whatever order they are till then, the engine finds its way by itself."""
    number, deaths = 0, 1
    while deaths:
        deaths = 0

        def once(choices: Sequence[int], number: int = number) -> list[tuple[int, int]]:
            nonlocal deaths
            run_id, callers = scene(engine)
            crash = CrashAt(number, after_it=False)
            callers[victim] = partial(dying, callers[victim], crash)
            made = play(engine.kernel, callers, choices)
            deaths += crash.hit
            engine.heal()
            check_ended(engine.kernel, TENANT, run_id)
            return made

        explore(once, most=1000)
        number += 1
    assert number > 1


def dying(caller: Caller, crash: CrashAt, kernel: Kernel) -> None:
    """A caller that dies at one of its calls."""
    with suppress(Crash):
        caller(watched(kernel, crash))


def test_sixteen_threads_end_the_last_tasks(engine: Bench) -> None:
    """Of many threads that end the last tasks at once exactly one ends the run, and duplicates count nothing."""
    for _ in range(5):
        run_id = at_work(engine, 32)
        claims, start = held(engine, run_id), threading.Barrier(16)
        recorder = Recorder()
        kernel = watched(engine.kernel, recorder)

        def work(number: int, claims: list[Held] = claims, start: threading.Barrier = start, kernel: Kernel = kernel) -> None:
            start.wait()
            for claim in (*claims[number::16], *claims[(number + 1) % 16 :: 16]):
                complete(claim, kernel)

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(work, range(16)))
        address = paths.run(TENANT, run_id)
        assert sum(write.path == address for writes in recorder.arguments("store.commit") for write in writes) == 1
        assert not recorder.arguments("queue.enqueue")
        check_ended(engine.kernel, TENANT, run_id)
        assert engine.get(run_id).status is RunStatus.COMPLETED
        assert len(files.listing(engine.kernel, TENANT, run_id, status=TaskStatus.COMPLETED, limit=100).files) == 32
