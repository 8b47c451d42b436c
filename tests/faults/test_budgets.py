"""What work may cost, counted at the ports: per file, per run and per call, on both homes and whatever comes of a file."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from sheaf.domain import counters, paths
from sheaf.domain.counters import MAX_SHARDS
from sheaf.domain.states import RunStatus
from sheaf.ports.queue import Message
from sheaf.ports.store import Write
from sheaf.services import retry, sweep
from sheaf.services.kernel import Policy
from sheaf.services.messages import FILES, QUEUES
from tests.faults.homes import Home
from tests.faults.kit import AGES, TENANT, THOROUGH, Bench, installed, packed, stock
from tests.faults.memory import Key
from tests.faults.tools import Call, Recorder, watched

#: Of one attempt at a file: documents written, documents read, messages sent and acknowledged.
WRITES, READS, QUEUE_OPERATIONS = 3, 3, 2
#: A run's own document is written when it is submitted, begun and sealed, and finished, in each round.
MOVES = 3
CONTENTS = {"ok": b"ok", "rows": b"rows 5", "corrupt": b"corrupt", "flaky": b"flaky 2", "boom": b"boom", "archive": packed({})}


def calls(engine: Bench, kind: str) -> list[Key]:
    """The waiting messages of a kind."""
    return [key for key, message in engine.queue.waiting.items() if message.payload["kind"] == kind]


def at_work(engine: Bench, run_id: str) -> list[Key]:
    """Do everything up to the files of a submitted run; answers the calls for them."""
    while steps := [key for key in engine.queue.due() if key[0] != FILES]:
        engine.queue.deliver(engine.kernel, steps[0])
    return [key for key in engine.queue.waiting if engine.queue.waiting[key].payload["run_id"] == run_id]


def written(calls_made: list[Call]) -> list[Write]:
    """Every write of these calls."""
    return [write for call in calls_made if call.name == "store.commit" for write in call.arguments[0]]


def read(calls_made: list[Call]) -> int:
    """Documents that these calls asked for by address."""
    singles = sum(call.name == "store.get" for call in calls_made)
    return singles + sum(len(call.arguments[0]) for call in calls_made if call.name == "store.get_many")


def sent(calls_made: list[Call]) -> list[Message]:
    """Every message of these calls."""
    return [message for call in calls_made if call.name == "queue.enqueue" for message in call.arguments[0]]


@pytest.mark.parametrize("content", CONTENTS)
def test_an_attempt_at_a_file(engine: Bench, content: str) -> None:
    """However it ends, whether the first or a further one: three writes, two reads besides its listing, one message for the next."""
    run_id = engine.submitted([CONTENTS[content], b"ok"])
    [task, _] = engine.tasks(run_id)
    at_work(engine, run_id)
    attempts = 0
    while keys := [key for key in engine.queue.waiting if engine.queue.waiting[key].payload.get("task_id") == task.id]:
        recorder = Recorder()
        engine.clock.move(AGES)
        engine.queue.deliver(watched(engine.kernel, recorder), keys[0])
        attempts += 1
        assert len(written(recorder.calls)) <= WRITES
        assert read(recorder.calls) <= READS - 1
        assert not [call for call in recorder.calls if call.method in {"query", "count"}]
        assert len(sent(recorder.calls)) <= 1
    assert attempts == {"flaky": 3, "boom": 3}.get(content, 1)


def test_files_that_share_a_worker(engine: Bench) -> None:
    """Four at once cost no more each than one alone."""
    run_id = engine.submitted([b"ok", b"corrupt", b"flaky 1", b"ok", b"ok"])
    keys = at_work(engine, run_id)[:4]
    recorder = Recorder()
    engine.queue.deliver_together(watched(engine.kernel, recorder), keys)
    assert len(written(recorder.calls)) <= WRITES * len(keys)
    assert read(recorder.calls) <= (READS - 1) * len(keys)


def test_a_whole_run(engine: Bench) -> None:
    """Over a run and its retry: each attempt has one message and one acknowledgement, and no document but the file's and its shard's."""
    contents = [b"ok"] * 6 + [b"corrupt", b"flaky 1", b"boom"]
    run_id = engine.submitted(contents)
    recorder = Recorder()
    engine.kernel = watched(engine.kernel, recorder)
    engine.heal()
    retry.retry_failed(engine.kernel, TENANT, run_id)
    engine.heal()
    attempts = sum(task.lease_token for task in engine.tasks(run_id))
    acknowledged = sum(key[0] == FILES for key in engine.queue.known)
    assert Counter(message.payload["kind"] for message in sent(recorder.calls))["task"] == acknowledged == attempts
    by_kind = Counter(write.path.split("/")[4] for write in written(recorder.calls) if "/runs/" in write.path and write.path.count("/") > 3)
    assert by_kind["tasks"] == 2 * attempts
    further = attempts - len(contents) - 2  # two files failed for good, and were tried in the second round as well
    of_the_run = 2 + 2 + 1 + 2 * 2  # sealed and finished in both rounds, the retry, and two reasons of failure in each round
    assert by_kind["events"] == further + of_the_run


@pytest.mark.parametrize(
    ("home", "files"),
    [(Home.EMBEDDED, 10), (Home.GOOGLE, 10), (Home.EMBEDDED, 1_000), *([(Home.EMBEDDED, 100_000)] if THOROUGH else [])],
)
def test_the_run_document_is_written_for_its_own_moves(engine: Bench, files: int) -> None:
    """As often at 10 files as at 1,000 and at 100,000: never for a file, nor for a shard."""
    assert run_writes(engine, files) == MOVES


@pytest.mark.parametrize("home", list(Home))
def test_the_run_document_is_not_written_for_shards(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many shards as a run of 100,000 files has, it is written no more often; the shards are counted off beside it."""
    monkeypatch.setattr(counters, "_TASKS_PER_SHARD", 1)
    assert counters.shard_count(150) == MAX_SHARDS
    assert run_writes(engine, 150) == MOVES


def run_writes(engine: Bench, files: int) -> int:
    """How often a run's own document is written from its submission to its end."""
    run_id = engine.run([b"ok"])
    stock(engine.kernel, run_id, [b"ok"] * (files - 1))
    recorder = Recorder()
    whole = engine.kernel
    engine.kernel = watched(whole, recorder)
    engine.submit(run_id)
    while engine.queue.due():
        engine.drain()
        sweep.sweep(engine.kernel)
    assert engine.get(run_id).status is RunStatus.COMPLETED
    engine.kernel = whole
    return sum(write.path == paths.run(TENANT, run_id) for write in written(recorder.calls))


@pytest.fixture
def small() -> Iterator[Bench]:
    """An installation whose pages are small, so that the tree of a thousand files is as deep as that of a hundred thousand."""
    with installed(dispatch_page=20) as made:
        yield made


def test_no_call_of_a_large_run_is_long(small: Bench) -> None:
    """Each call of the tree asks the store a bounded number of times and sends a bounded number of messages."""
    run_id = small.run([b"ok"])
    stock(small.kernel, run_id, [b"ok"] * 999)
    small.submit(run_id)
    whole, most = small.kernel, 0
    while steps := [key for key in small.queue.due() if key[0] != FILES]:
        recorder = Recorder()
        small.queue.deliver(watched(whole, recorder), steps[0])
        most = max(most, len(sent(recorder.calls)))
        assert len(recorder.calls) <= 2 * MAX_SHARDS + 20
    assert 16 <= most <= 3 * 20
    assert len(calls(small, "task")) == 1_000


def test_the_tree_of_a_hundred_thousand_files() -> None:
    """Ids are spread so evenly that no leaf of the tree lists and sends more than twice its page."""
    rng, page = random.Random(1), Policy().dispatch_page
    ids = Counter(f"{rng.getrandbits(8):02x}" for _ in range(100_000))
    assert 100_000 / 16**2 <= page < 100_000 / 16
    assert max(ids.values()) <= 2 * page


def test_the_queue_of_files_keeps_to_five_hundred_a_second() -> None:
    """As Cloud Tasks does at most; that a queue holds to its rule is in the contract of every queue."""
    [files] = [rule for rule in QUEUES if rule.name == FILES]
    assert files.max_per_second <= 500
