"""Files that come from a folder elsewhere: all of them, once each, in bounded calls."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from sheaf.domain.errors import AccessDenied, Conflict, InvalidInput, NotFound, SheafError, Unavailable, WrongState
from sheaf.domain.imports import Import, ImportStatus
from sheaf.domain.states import RunStatus
from sheaf.ports.folders import Folder
from sheaf.services import cancel, events, files, imports, submit, sweep, worker
from sheaf.services.files import NewFile
from tests.faults.elsewhere import URL, Bucket
from tests.faults.kit import AGES, TENANT, Bench, packed
from tests.faults.tools import Call, watched


@pytest.fixture
def bucket(engine: Bench) -> Bucket:
    """A bucket that the installation opens folders of."""
    made = Bucket()
    engine.kernel = replace(engine.kernel, folders=made.folder)
    return made


@pytest.fixture
def run_id(engine: Bench) -> str:
    """A run without files."""
    return engine.run([])


def imported(engine: Bench, run_id: str, url: str = f"{URL}/in", **how: object) -> Import:
    """An import that has ended."""
    started = imports.start(engine.kernel, TENANT, run_id, url=url, **how)  # type: ignore[arg-type]  # passed on as given
    engine.drain()
    return imports.get(engine.kernel, TENANT, run_id, started.id)


def names(engine: Bench, run_id: str) -> list[str]:
    """The files of a run, in order."""
    return [task.filename for task in engine.tasks(run_id)]


def test_a_folder_becomes_files_of_the_run(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """Every file below it comes in order, with address and version, its bytes among the run's uploads; then the run can be read."""
    for key in ("in/b", "in/a/2.txt", "in/a/1.txt", "inside", "other/x"):
        bucket.write(key, f"ok {key}".encode())
    done = imported(engine, run_id)
    assert (done.status, done.imported, done.known, done.refused, done.bytes) == (ImportStatus.COMPLETED, 3, 0, 0, 33)
    tasks = engine.tasks(run_id)
    assert [task.filename for task in tasks] == ["a/1.txt", "a/2.txt", "b"]
    assert [(task.file_url, task.file_version) for task in tasks] == [(f"{URL}/in/{task.filename}", "1") for task in tasks]
    for task in tasks:
        assert task.blob == f"tenants/{TENANT}/jobs/{task.job_id}/runs/{run_id}/uploads/{task.id}"
        with engine.kernel.blobs.open(task.blob) as data:
            assert data.read() == f"ok in/{task.filename}".encode()
    engine.submit(run_id)
    engine.heal()
    assert (engine.get(run_id).status, engine.get(run_id).counts.completed) == (RunStatus.COMPLETED, 3)
    assert [event.message for event in events.log(engine.kernel, TENANT, run_id).events if event.kind == "imported"] == [
        f"3 files were imported from {URL}/in."
    ]


def test_one_file(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """An address that names a file means it and not what else begins so; with a slash behind it, it means the folder."""
    for key in ("in/a", "in/a/b", "in/ab"):
        bucket.write(key, b"ok")
    assert imported(engine, run_id, f"{URL}/in/a").imported == 1
    assert names(engine, run_id) == ["a"]
    assert imported(engine, run_id, f"{URL}/in/a/").imported == 1
    assert names(engine, run_id) == ["a", "b"]
    assert imported(engine, run_id, URL).imported == 1


def test_a_version_comes_once(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """What the run has already is not taken again, whichever address it is found by; a newer version is, and so is one taken out."""
    bucket.write("in/a", b"ok")
    bucket.write("in/b", b"ok")
    imported(engine, run_id)
    again = imported(engine, run_id, URL)
    assert (again.imported, again.known) == (0, 2)
    bucket.write("in/a", b"ok 2")
    again = imported(engine, run_id)
    assert (again.imported, again.known) == (1, 1)
    taken = engine.tasks(run_id)[1]
    files.remove(engine.kernel, TENANT, run_id, taken.id)
    assert imported(engine, run_id).imported == 1
    assert sorted(names(engine, run_id)) == ["a", "a", "b"]


def test_a_pattern_chooses(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """Only names that look so come, whatever their case, in any folder below."""
    for key in ("in/1.PDF", "in/2.txt", "in/sub/3.pdf", "in/pdf"):
        bucket.write(key, b"ok")
    imported(engine, run_id, pattern="*.pdf")
    assert names(engine, run_id) == ["1.PDF", "sub/3.pdf"]


@pytest.mark.parametrize("most", [1, 3, 4, 5])
def test_no_more_than_asked_for(engine: Bench, bucket: Bucket, run_id: str, most: int) -> None:
    """The first ones come, and the import says whether there were more."""
    for number in range(4):
        bucket.write(f"in/{number}", b"ok")
    done = imported(engine, run_id, max_files=most)
    assert (done.imported, done.more) == (min(most, 4), most < 4)


def test_a_run_takes_no_more_than_it_can(engine: Bench, bucket: Bucket) -> None:
    """Where the run is full the import fails with the reason; what came before stays, and counts are true."""
    run_id = engine.run([b"ok"] * 5)
    engine.bound(max_files=60)
    for number in range(70):
        bucket.write(f"in/{number:02d}", b"ok")
    done = imported(engine, run_id)
    assert (done.status, done.imported) == (ImportStatus.FAILED, 50)
    assert "60 files" in (done.error_message or "")
    assert len(names(engine, run_id)) == 55
    engine.submit(run_id)


def test_a_file_that_cannot_be_taken_is_named(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """Too large, gone, denied or replaced under way: it is refused with the reason, and the others come."""
    engine.bound(max_file_bytes=100)
    for key in ("denied", "gone", "large", "ok", "replaced", "..", "zip"):
        bucket.write(f"in/{key}", b"x" * 101 if key == "large" else packed({"a": b"ok"})[:100] if key == "zip" else b"ok")

    def opening(key: str) -> None:
        match key:
            case "in/denied":
                raise AccessDenied("Not for you.")
            case "in/gone":
                raise NotFound("It is gone.")
            case "in/replaced":
                bucket.write(key, b"ok 2")
            case _:
                pass

    bucket.opening = opening
    done = imported(engine, run_id)
    assert (done.status, done.imported, done.refused) == (ImportStatus.COMPLETED, 2, 5)
    assert [file.name for file in done.refused_files] == ["..", "denied", "gone", "large", "replaced"]
    assert [file.reason for file in done.refused_files][1:3] == ["Not for you.", "It is gone."]
    assert names(engine, run_id) == ["ok", "zip"]


@pytest.mark.parametrize("error", [NotFound("There is no bucket."), AccessDenied("Not for you."), InvalidInput("No.")])
def test_a_folder_that_cannot_be_read(engine: Bench, bucket: Bucket, run_id: str, error: Exception) -> None:
    """The import fails with the reason, at once; what it had found stays, and the run can be submitted."""
    bucket.write("in/a", b"ok")
    bucket.write("in/b", b"ok")

    def listing(key: str) -> None:
        if key == "in/b":
            raise error

    bucket.listing = listing
    done = imported(engine, run_id)
    assert (done.status, done.imported, done.error_message) == (ImportStatus.FAILED, 1, str(error))
    engine.submit(run_id)


def test_a_folder_that_never_answers(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """It is tried again while it does not answer, and given up when that came to nothing many times."""
    bucket.write("in/a", b"ok")
    calls = []

    def listing(key: str) -> None:
        calls.append(key)
        raise Unavailable("Not now.")

    bucket.listing = listing
    done = imported(engine, run_id)
    assert done.status is ImportStatus.FAILED
    assert len(calls) == imports.MAX_IDLE_CALLS


def test_a_long_import_goes_on_in_further_calls(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """A call ends when its time is over, also when nothing it found was wanted, and the next one goes on behind its last file."""
    for number in range(30):
        bucket.write(f"in/{number:02d}.{'txt' if number > 20 else 'csv'}", b"ok")
    bucket.listing = lambda _: engine.clock.move(timedelta(seconds=15))
    done = imported(engine, run_id, pattern="*.txt")
    assert (done.status, done.imported) == (ImportStatus.COMPLETED, 9)
    assert done.calls >= 8
    assert names(engine, run_id) == [f"{number:02d}.txt" for number in range(21, 30)]


LARGE = bytes(range(256)) * 40_000


class Slow(io.BytesIO):
    """Bytes that come by a slow line: each reading takes a while."""

    def __init__(self, data: bytes, engine: Bench) -> None:
        super().__init__(data)
        self._engine = engine

    def read(self, size: int | None = -1, /) -> bytes:
        """A little at a time."""
        self._engine.clock.move(timedelta(seconds=8))
        return super().read(size)


class Breaking(io.BytesIO):
    """Bytes that come by a line which breaks after some."""

    def read(self, size: int | None = -1, /) -> bytes:
        """The first few, and then none."""
        if self.tell() > 3_000_000:
            raise Unavailable("The line broke.")
        return super().read(size)


def stored(engine: Bench, run_id: str) -> list[str]:
    """Where the objects of a run's uploads lie."""
    job_id = engine.get(run_id).job_id
    return [blob.path for blob in engine.kernel.blobs.list(f"tenants/{TENANT}/jobs/{job_id}/runs/{run_id}/uploads/")]


@pytest.mark.parametrize("line", ["slow", "breaking"])
def test_a_file_that_takes_longer_than_a_call_comes_in_parts(engine: Bench, bucket: Bucket, run_id: str, line: str) -> None:
    """Each call goes on where the one before ended, none lasts longer than it may, and nothing but the whole file is left."""
    bucket.write("in/a", b"ok")
    bucket.write("in/b", LARGE)
    bucket.write("in/c", b"ok")
    bucket.stream = (lambda data: Slow(data, engine)) if line == "slow" else Breaking
    done = imported(engine, run_id)
    assert (done.status, done.imported, done.idle_calls) == (ImportStatus.COMPLETED, 3, 0)
    assert done.calls > 3
    assert names(engine, run_id) == ["a", "b", "c"]
    task = engine.tasks(run_id)[1]
    with engine.kernel.blobs.open(task.blob) as data:
        assert data.read() == LARGE
    assert stored(engine, run_id) == sorted(each.blob for each in engine.tasks(run_id))


def test_a_file_that_is_shorter_than_announced_is_given_up(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """Whatever its folder says of it: no call waits for what does not come."""
    bucket.write("in/a", LARGE)
    bucket.stream = lambda data: io.BytesIO(data[: max(0, len(data) - 5)])
    done = imported(engine, run_id)
    assert (done.status, done.imported) == (ImportStatus.FAILED, 0)


def test_a_file_that_is_taken_out_while_it_is_imported_again(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """Wherever in the removing it comes back, it comes whole: the bytes that are deleted are those that were there before."""
    bucket.write("in/a", b"ok")
    number, more = 0, True
    while more:
        imported(engine, run_id)
        [file] = engine.tasks(run_id)
        between = Between(number, lambda: imported(engine, run_id))
        with suppress(SheafError):
            files.remove(watched(engine.kernel, between), TENANT, run_id, file.id)
        for task in engine.tasks(run_id):
            assert engine.kernel.blobs.info(task.blob) is not None
        number, more = number + 1, between.left < 0
    assert number > 3


class Between:
    """Does something before the ``left``-th call that is watched."""

    def __init__(self, left: int, act: Callable[[], object]) -> None:
        self.left, self._act = left, act

    def before(self, _call: Call) -> None:
        """See :class:`tests.faults.tools.Hook`."""
        self.left -= 1
        if self.left == -1:
            self._act()

    def after(self, _call: Call) -> None:
        """See :class:`tests.faults.tools.Hook`."""


def test_a_run_waits_for_its_imports(engine: Bench, bucket: Bucket) -> None:
    """While one is at work the run cannot be submitted, and once it is submitted none can be begun."""
    run_id = engine.run([b"ok"])
    bucket.write("in/a", b"ok")
    started = imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    with pytest.raises(Conflict, match="still being imported"):
        engine.submit(run_id)
    engine.drain()
    engine.submit(run_id)
    with pytest.raises(WrongState):
        imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    assert [each.id for each in imports.listing(engine.kernel, TENANT, run_id)] == [started.id]


def test_an_import_of_a_run_that_is_not_set_up_any_more(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """It ends as cancelled and takes nothing, whoever calls for it."""
    bucket.write("in/a", b"ok")
    started = imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    cancel.cancel(engine.kernel, TENANT, run_id)
    engine.heal()
    assert imports.get(engine.kernel, TENANT, run_id, started.id).status is ImportStatus.CANCELLED
    assert names(engine, run_id) == []


def test_a_lost_call_is_made_again(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """When the queue loses the message, the sweeper finds the import standing still and calls for it; not while it waits its turn."""
    bucket.write("in/a", b"ok")
    started = imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    engine.clock.move(AGES)
    assert sweep.sweep(engine.kernel).stalled_steps == 0
    for key in list(engine.queue.waiting):
        engine.queue.lose(key)
    assert sweep.sweep(engine.kernel).stalled_steps == 1
    engine.drain()
    assert imports.get(engine.kernel, TENANT, run_id, started.id).imported == 1
    engine.clock.move(AGES)
    assert sweep.sweep(engine.kernel).stalled_steps == 0


def test_what_has_just_been_begun_is_not_called_for(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """However long its message had waited: another call would take the import over, and the work of the first be lost."""
    bucket.write("in/a", b"ok")
    started = imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    engine.clock.move(AGES)
    repaired: list[int] = []

    def folder(url: str) -> Folder:
        repaired.append(sweep.sweep(engine.kernel).stalled_steps)
        return bucket.folder(url)

    engine.kernel = replace(engine.kernel, folders=folder)
    engine.drain()
    assert imports.get(engine.kernel, TENANT, run_id, started.id).calls == 1
    assert set(repaired) == {0}


def test_what_is_under_way_is_not_called_for(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """However long it stands still: the message under which it was begun is still there, and comes again if nobody answers it."""
    bucket.write("in/a", b"ok")
    started = imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    repaired: list[int] = []

    def opening(_: str) -> None:
        engine.clock.move(AGES)
        repaired.append(sweep.sweep(engine.kernel).stalled_steps)

    bucket.opening = opening
    engine.drain()
    assert imports.get(engine.kernel, TENANT, run_id, started.id).calls == 1
    assert repaired == [0]


def test_who_was_overtaken_does_not_take_it_back(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """Of two calls over a slow folder the later one goes on, and the other is through with its message."""
    for number in range(3):
        bucket.write(f"in/{number}", b"ok")
    started = imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    [key] = engine.queue.due()
    delivery, answers = engine.queue.delivery(key), list[str]()

    def opening(_: str) -> None:
        bucket.opening = lambda _: None
        answers.append(worker.handle(engine.kernel, delivery))

    bucket.opening = opening
    answers.append(worker.handle(engine.kernel, delivery))
    done = imports.get(engine.kernel, TENANT, run_id, started.id)
    assert (answers, done.status, done.calls, done.imported) == ([worker.DONE] * 2, ImportStatus.COMPLETED, 2, 3)


def test_imports_are_bounded(engine: Bench, bucket: Bucket, run_id: str) -> None:
    """A run takes so many of them."""
    del bucket
    for _ in range(imports.MAX_IMPORTS):
        imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")
    with pytest.raises(Conflict):
        imports.start(engine.kernel, TENANT, run_id, url=f"{URL}/in")


def test_an_engine_without_folders(engine: Bench, run_id: str) -> None:
    """Addresses of no known kind are refused before anything is stored; what was uploaded stands beside what is imported."""
    with pytest.raises(InvalidInput):
        imports.start(engine.kernel, TENANT, run_id, url="ftp://bucket/in")
    assert imports.listing(engine.kernel, TENANT, run_id) == []
    files.add(engine.kernel, TENANT, run_id, NewFile(name="a"), io.BytesIO(b"ok"))
    submit.submit(engine.kernel, TENANT, run_id)
