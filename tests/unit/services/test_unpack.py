"""Containers: their members become files of the run, bounded, once, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sheaf.domain import paths
from sheaf.domain.errors import PreconditionFailed
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.domain.tasks import Task, Unpacking
from sheaf.ports.queue import Delivery, Message
from sheaf.services import cancel, retry, unpack, worker
from sheaf.services.files import BATCH
from tests.faults.kit import LOCKED, TENANT, Bench, TinyReading, packed, stock
from tests.faults.memory import Key
from tests.faults.promises import check_ended
from tests.faults.tools import Call, Crash, CrashAt, Recorder, watched

ARCHIVE = packed({"a.txt": b"ok", "in/b.txt": b"corrupt", "c.zip": packed({"d.txt": b"ok", "e.txt": b"ok"})})
NAMES = ["0.txt", "0.txt/a.txt", "0.txt/in/b.txt", "0.txt/c.zip", "0.txt/c.zip/d.txt", "0.txt/c.zip/e.txt"]


def calls(engine: Bench, kind: str) -> list[Key]:
    """The waiting messages of a kind."""
    return [key for key, message in engine.queue.waiting.items() if message.payload["kind"] == kind]


def about_to_unpack(engine: Bench, *contents: bytes) -> tuple[str, list[Key]]:
    """A submitted run whose containers are about to be unpacked, and the calls that wait for it."""
    run_id = engine.submitted(contents or [ARCHIVE])
    for key in calls(engine, "prepare"):
        engine.queue.deliver(engine.kernel, key)
    return run_id, calls(engine, "unpack")


def categories(engine: Bench, run_id: str) -> dict[str, str | None]:
    """Each file's failure by its name."""
    return {task.filename: task.error_category for task in engine.tasks(run_id)}


def check_whole(engine: Bench, run_id: str) -> None:
    """The archive of these tests was unpacked and read, once."""
    run = engine.get(run_id)
    assert [task.filename for task in engine.tasks(run_id)] == NAMES
    assert (run.status, run.tasks_total, run.counts.completed, run.counts.failed) == (RunStatus.PARTIALLY_COMPLETED, 6, 5, 1)


def test_members_become_files_behind_their_container(engine: Bench) -> None:
    """An archive in an archive hands over its members too, in order, each with its parent and depth."""
    run = engine.finished([ARCHIVE, b"ok"])
    found = engine.tasks(run.id)
    assert [task.filename for task in found] == [*NAMES, "1.txt"]
    assert [task.depth for task in found] == [0, 1, 1, 1, 2, 2, 0]
    by_name = {task.filename: task.id for task in found}
    assert [task.parent_id for task in found[4:6]] == [by_name["0.txt/c.zip"]] * 2
    assert all(task.max_retries == found[0].max_retries for task in found)


def test_a_locked_container_is_a_failed_task(engine: Bench) -> None:
    """A container that cannot be opened fails with its reason; the others are read."""
    run = engine.finished([LOCKED, packed({"x.zip": LOCKED, "y.txt": b"ok"})])
    assert categories(engine, run.id) == {
        "0.txt": "encrypted",
        "1.txt": None,
        "1.txt/x.zip": "encrypted",
        "1.txt/y.txt": None,
    }
    assert run.counts.failures == {"encrypted": 2}


def test_archives_are_opened_three_levels_deep(engine: Bench) -> None:
    """What is packed deeper stays closed and says so."""
    data = packed({"deepest.txt": b"ok"})
    for level in range(5):
        data = packed({f"{level}.zip": data})
    run = engine.finished([data])
    assert [task.depth for task in engine.tasks(run.id)] == [0, 1, 2, 3]
    assert engine.tasks(run.id)[-1].error_category == "unsafe"


@pytest.mark.parametrize(
    ("bounds", "category"),
    [({"max_members": 4}, "too_large"), ({"max_unpacked_bytes": 200}, "unsafe"), ({"max_files": 5}, "too_large")],
)
def test_a_container_over_a_bound_hands_over_nothing(engine: Bench, bounds: dict[str, int], category: str) -> None:
    """Members and bytes are counted over all levels, and files over the whole run; the reason is kept."""
    engine.bound(**bounds)
    run = engine.finished([ARCHIVE])
    assert categories(engine, run.id) == {"0.txt": category}
    assert run.status is RunStatus.FAILED


def test_a_reader_that_breaks_down_fails_its_container_alone(engine: Bench) -> None:
    """An unforeseen exception out of an archive is that archive's failure, and holds nothing up."""
    broken = b"PK this is no archive"
    run = engine.finished([broken, packed({"x.zip": broken, "y.txt": b"ok"})])
    assert categories(engine, run.id) == {"0.txt": "internal", "1.txt": None, "1.txt/x.zip": "internal", "1.txt/y.txt": None}


def test_a_container_without_bytes_fails(engine: Bench) -> None:
    """A container whose object is gone fails, and the run goes on."""
    run_id = engine.submitted([ARCHIVE, b"ok"])
    engine.kernel.blobs.delete(engine.tasks(run_id)[0].blob)
    engine.heal()
    assert categories(engine, run_id) == {"0.txt": "file_missing", "1.txt": None}


@pytest.mark.parametrize("after_it", [False, True])
def test_a_crash_at_any_call_and_another_delivery(engine: Bench, *, after_it: bool) -> None:
    """Wherever unpacking dies, the next delivery does the rest: every member is there once, and counted."""
    number = 0
    while True:
        run_id, [key] = about_to_unpack(engine)
        crash = CrashAt(number, after_it)
        with suppress(Crash):
            engine.queue.deliver(watched(engine.kernel, crash), key)
        engine.heal()
        check_whole(engine, run_id)
        if not crash.hit:
            return
        number += 1


class Meanwhile:
    """Does something else, once, just before the n-th store or blob call."""

    def __init__(self, number: int, action: Callable[[], object]) -> None:
        self.left, self.action, self.done = number, action, False

    def before(self, call: Call) -> None:
        """See the tools' Hook."""
        if call.port != "queue":
            if self.left == 0:
                self.done = True
                self.action()
            self.left -= 1

    def after(self, call: Call) -> None:
        """See the tools' Hook."""


def delivered_during(engine: Bench, key: Key, action: Callable[[], object], number: int) -> bool:
    """Deliver with something else happening at the n-th call; says whether it came to that."""
    during = Meanwhile(number, action)
    with suppress(PreconditionFailed):
        engine.queue.deliver(watched(engine.kernel, during), key)
    return during.done


def test_two_deliveries_at_once(engine: Bench) -> None:
    """A second delivery of the same call that does all its work in the midst of the first changes nothing of the outcome."""
    number, came_to_it = 0, True
    while came_to_it:
        run_id, [key] = about_to_unpack(engine)
        twin = engine.queue.delivery(key)
        came_to_it = delivered_during(engine, key, partial(worker.handle, engine.kernel, twin), number)
        engine.heal()
        check_whole(engine, run_id)
        number += 1
    assert number > 10


def test_a_cancel_during_unpacking_leaves_nothing_uncounted(engine: Bench) -> None:
    """Whenever the cancel comes, what joined the run by then is stopped and counted, and nothing joins later."""
    number, came_to_it = 0, True
    while came_to_it:
        run_id, [key] = about_to_unpack(engine)
        came_to_it = delivered_during(engine, key, partial(cancel.cancel, engine.kernel, TENANT, run_id), number)
        engine.heal()
        if came_to_it:
            run, found = engine.get(run_id), engine.tasks(run_id)
            assert run.status is RunStatus.CANCELLED
            assert run.tasks_total == run.counts.done == len(found)
            assert {task.status for task in found} == {TaskStatus.CANCELLED}
        number += 1
    assert number > 10


def test_a_container_that_never_finishes_is_given_up(engine: Bench) -> None:
    """A container that takes its worker down each time fails in the end, and the run ends."""
    run_id, [key] = about_to_unpack(engine, packed({"x": b"ok"}), b"ok")
    for _ in range(unpack.MAX_TRIES):
        with pytest.raises(Crash):
            engine.queue.deliver(watched(engine.kernel, CrashAt(4, after_it=False)), key)
    engine.heal()
    assert categories(engine, run_id) == {"0.txt": "crashed", "1.txt": None}


def test_what_was_written_out_is_not_written_again(engine: Bench) -> None:
    """A call that is repeated after the time was up goes on where the bytes end, so that it comes to an end some time."""
    _, [key] = about_to_unpack(engine)
    whole = Recorder()
    with pytest.raises(Crash):
        engine.queue.deliver(watched(engine.kernel, whole, CrashAt(12, after_it=True)), key)
    rest = Recorder()
    engine.queue.deliver(watched(engine.kernel, rest), key)
    assert whole.arguments("blobs.put")
    assert rest.arguments("blobs.put")
    assert not set(whole.arguments("blobs.put")) & set(rest.arguments("blobs.put"))


def test_many_members_come_in_several_commits(engine: Bench) -> None:
    """A container with more members than one commit takes hands over all of them."""
    run = engine.finished([packed({f"{n}.txt": b"ok" for n in range(450)})])
    assert (run.tasks_total, run.counts.completed) == (451, 451)
    assert {task.unpacking for task in engine.tasks(run.id)} == {None, Unpacking.DONE}


def test_members_with_hostile_names_stay_in_their_place(engine: Bench) -> None:
    """Whatever a member is called, its bytes lie under its id, and its name can be stored."""
    reading = TinyReading()
    whole = reading.members

    def renamed(path: Path, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as the method it stands for
        return (replace(member, name="\udcff../../x" * 900) for member in whole(path, name))

    reading.members = renamed  # type: ignore[method-assign]
    engine.kernel = replace(engine.kernel, reading=reading)
    run = engine.finished([packed({"x": b"ok"})])
    member: Task = engine.tasks(run.id)[1]
    assert member.blob == paths.member_object(TENANT, run.id, member.id)
    assert member.status is TaskStatus.COMPLETED


def test_a_late_call_does_nothing(engine: Bench) -> None:
    """A call that comes when its container is unpacked, or its run over, leaves all as it is."""
    run_id, [key] = about_to_unpack(engine)
    late: Delivery = engine.queue.delivery(key)
    engine.queue.deliver(engine.kernel, key)
    before = engine.tasks(run_id)
    assert worker.handle(engine.kernel, late) == "done"
    assert engine.tasks(run_id) == before
    engine.heal()
    after = engine.get(run_id), engine.tasks(run_id)
    worker.handle(engine.kernel, late)
    assert (engine.get(run_id), engine.tasks(run_id)) == after


def test_a_container_that_was_given_up_is_opened_again_by_a_retry(engine: Bench) -> None:
    """Machinery failed it, so the retry hands over its members, counts them, and keeps what was read before."""
    run_id, [key] = about_to_unpack(engine, packed({"x": b"ok", "y": b"corrupt"}), b"ok")
    for _ in range(unpack.MAX_TRIES):
        with pytest.raises(Crash):
            engine.queue.deliver(watched(engine.kernel, CrashAt(4, after_it=False)), key)
    engine.heal()
    assert (engine.get(run_id).tasks_total, engine.get(run_id).counts.failed) == (2, 1)
    retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)
    assert categories(engine, run_id) == {"0.txt": None, "0.txt/x": None, "0.txt/y": "corrupt", "1.txt": None}
    assert (engine.get(run_id).tasks_total, engine.get(run_id).counts.completed) == (4, 3)


def test_a_retry_keeps_members_that_were_read_before_their_container_was_given_up(engine: Bench) -> None:
    """Some of its members had been handed over and read; opening it again leaves those as they are."""
    run_id, [key] = about_to_unpack(engine, packed({f"{n}.txt": b"ok" for n in range(BATCH + 10)}))

    class SecondBatch:
        def __init__(self) -> None:
            self.commits = 0

        def before(self, call: Call) -> None:
            self.commits += call.name == "store.commit" and len(call.arguments[0]) > 2
            if self.commits > 1:
                raise Crash

        def after(self, call: Call) -> None:
            """Nothing happens behind a call."""

    for _ in range(unpack.MAX_TRIES):
        with pytest.raises(Crash):
            engine.queue.deliver(watched(engine.kernel, SecondBatch()), key)
    engine.heal()
    before = {task.id: task for task in engine.tasks(run_id) if task.status is TaskStatus.COMPLETED}
    assert len(before) == BATCH
    retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()
    check_ended(engine.kernel, TENANT, run_id)
    after = {task.id: task for task in engine.tasks(run_id)}
    assert len(after) == engine.get(run_id).counts.completed == BATCH + 11
    assert before.items() <= after.items()


def test_many_containers_are_called_for_by_a_tree_of_short_calls(engine: Bench) -> None:
    """No call enqueues more than a page of them, and each is opened once."""
    engine.bound(dispatch_page=20)
    run_id = engine.run([packed({"x": b"ok"})])
    stock(engine.kernel, run_id, [packed({"x": b"ok"})] * 199)
    recorder = Recorder()
    engine.submit(run_id)
    engine.kernel = watched(engine.kernel, recorder)
    engine.drain()
    batches: list[list[Message]] = recorder.arguments("queue.enqueue")
    kinds = [message.payload["kind"] for batch in batches for message in batch]
    assert (kinds.count("containers"), kinds.count("unpack")) == (16, 200)
    assert max(map(len, batches)) <= 2 * 20
    assert engine.get(run_id).counts.completed == 400
