"""Files of a run: added, bounded, copied, removed, and what happens when the run is submitted at the same time."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.errors import Conflict, InvalidInput, NotFound, SheafError, WrongState
from sheaf.services import files, submit
from sheaf.services.files import NewFile, clean_name
from sheaf.services.kernel import Kernel
from tests.faults.kit import TENANT, Bench
from tests.faults.tools import Call, watched


def add(kernel: Kernel, run_id: str, name: str = "x.txt", data: bytes = b"ok") -> str:
    """Add a file; answers its id."""
    return files.add(kernel, TENANT, run_id, NewFile(name=name), io.BytesIO(data)).id


def blobs(engine: Bench) -> set[str]:
    """Every object there is."""
    return {info.path for info in engine.kernel.blobs.list(f"tenants/{TENANT}")}


@given(name=st.text(max_size=60) | st.from_regex(r"([a-z.\x00 ]{1,3}[/\\]){0,4}[a-z.\x00 :]{1,4}", fullmatch=True))
def test_a_clean_name_leads_nowhere(name: str) -> None:
    """Whatever a name was, what is left of it is relative, printable, and has no part that climbs."""
    try:
        clean = clean_name(name)
    except InvalidInput:
        return
    assert clean.isprintable()
    assert "\\" not in clean
    assert all(part.strip(" .") and part == part.strip() for part in clean.split("/"))


@pytest.mark.parametrize("name", ["", "/", "..", "../..", "\x00", ".\x00.", " .. ", "C:", "x" * 1025])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    """A name of which nothing safe is left is no name."""
    with pytest.raises(InvalidInput):
        clean_name(name)


@pytest.mark.parametrize(("name", "clean"), [("../../etc/passwd", "etc/passwd"), ("C:\\a\\b.pdf", "a/b.pdf"), ("a//./b", "a/b")])
def test_a_name_keeps_what_is_safe(name: str, clean: str) -> None:
    """Folders stay, climbing and drives go."""
    assert clean_name(name) == clean


def test_files_stay_in_the_order_given(engine: Bench) -> None:
    """Files are listed as they were added, page by page, whatever was removed between."""
    run_id = engine.run([])
    ids = [add(engine.kernel, run_id, f"{n}.txt") for n in (3, 1, 2)]
    files.remove(engine.kernel, TENANT, run_id, ids[1])
    ids.append(add(engine.kernel, run_id, "0.txt"))
    first = files.listing(engine.kernel, TENANT, run_id, limit=2)
    rest = files.listing(engine.kernel, TENANT, run_id, limit=2, after=first.cursor)
    assert [f.id for f in (*first.files, *rest.files)] == [ids[0], ids[2], ids[3]]
    with pytest.raises(NotFound):
        files.remove(engine.kernel, TENANT, run_id, ids[1])


def test_a_file_over_the_bound_is_refused_while_it_streams(engine: Bench) -> None:
    """Neither a lie about the size nor an endless stream gets past the bound, and nothing stays behind."""
    engine.bound(max_file_bytes=100)
    kernel, run_id = engine.kernel, engine.run([])
    with pytest.raises(InvalidInput, match="larger"):
        files.add(kernel, TENANT, run_id, NewFile(name="lie", size=1), io.BytesIO(bytes(101)))
    with pytest.raises(InvalidInput, match="larger"):
        files.announce(kernel, TENANT, run_id, [NewFile(name="big", size=101)])
    [announced] = files.announce(kernel, TENANT, run_id, [NewFile(name="direct", size=1)])
    engine.kernel.blobs.put(announced.blob, bytes(101))
    with pytest.raises(InvalidInput, match="larger"):
        files.arrived(kernel, TENANT, run_id, announced.id)
    assert blobs(engine) == {announced.blob}


def test_a_run_takes_so_many_files_and_no_more(engine: Bench) -> None:
    """The bound counts the files that are there: what was refused or removed does not use it up."""
    engine.bound(max_files=2)
    kernel, run_id = engine.kernel, engine.run([])
    with pytest.raises(InvalidInput, match="at most 2"):
        files.announce(kernel, TENANT, run_id, [NewFile(name="x")] * 3)
    kept = [add(kernel, run_id) for _ in range(2)]
    with pytest.raises(InvalidInput, match="at most 2"):
        add(kernel, run_id)
    files.remove(kernel, TENANT, run_id, kept[0])
    add(kernel, run_id)
    assert len(engine.tasks(run_id)) == len(blobs(engine)) == 2


def test_files_of_this_machine_come_from_allowed_folders_alone(engine: Bench, tmp_path: Path) -> None:
    """An import by path, through a link too, stays inside the folders of the installation."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.txt").write_text("ok")
    (inside / "link.txt").symlink_to(outside / "a.txt")
    kernel, run_id = replace(engine.kernel, import_roots=(inside,)), engine.run([])
    assert files.import_paths(kernel, TENANT, run_id, [(inside / "a.txt", "a.txt")]) == 1
    for evil in (outside / "a.txt", inside / "link.txt", inside / ".." / "out" / "a.txt"):
        with pytest.raises(InvalidInput, match="outside"):
            files.import_paths(kernel, TENANT, run_id, [(evil, "a.txt")])
    with pytest.raises(NotFound):
        files.import_paths(kernel, TENANT, run_id, [(inside / "none.txt", "none.txt")])


def test_files_are_copied_from_another_run(engine: Bench) -> None:
    """A copy brings the bytes under new ids, and never the run's own."""
    source = engine.run([b"one", b"two"])
    target = engine.run([])
    assert files.copy_from(engine.kernel, TENANT, target, source) == 2
    assert [task.filename for task in engine.tasks(target)] == [task.filename for task in engine.tasks(source)]
    assert not {task.blob for task in engine.tasks(target)} & {task.blob for task in engine.tasks(source)}
    with pytest.raises(InvalidInput, match="itself"):
        files.copy_from(engine.kernel, TENANT, target, target)


def test_a_submitted_run_takes_and_loses_no_file(engine: Bench) -> None:
    """Adding, announcing and removing end with the submit, and leave nothing behind."""
    run_id = engine.submitted([b"ok"])
    before = blobs(engine)
    for change in (
        lambda: add(engine.kernel, run_id),
        lambda: files.announce(engine.kernel, TENANT, run_id, [NewFile(name="x")]),
        lambda: files.remove(engine.kernel, TENANT, run_id, engine.tasks(run_id)[0].id),
    ):
        with pytest.raises(WrongState):
            change()
    assert blobs(engine) == before


class SubmitDuring:
    """Submits the run at the n-th store call of somebody else."""

    def __init__(self, engine: Bench, run_id: str, number: int) -> None:
        self.engine, self.run_id, self.left = engine, run_id, number
        self.done = False

    def before(self, call: Call) -> None:
        """See the tools' Hook."""
        if call.port == "store":
            if self.left == 0:
                with suppress(Conflict):  # a file is on its way out: it is neither in the run nor gone from it
                    submit.submit(self.engine.kernel, TENANT, self.run_id)
                    self.done = True
            self.left -= 1

    def after(self, call: Call) -> None:
        """See the tools' Hook."""


@pytest.mark.parametrize("number", range(8))
def test_a_file_added_during_the_submit_is_in_the_run_or_refused(engine: Bench, number: int) -> None:
    """At whatever call of the adding the submit comes in between, the file is counted or refused, and its bytes follow it."""
    run_id = engine.run([b"ok"])
    during = SubmitDuring(engine, run_id, number)
    try:
        add(watched(engine.kernel, during), run_id)
        taken = 1
    except WrongState:
        taken = 0
    if not during.done:
        submit.submit(engine.kernel, TENANT, run_id)
    engine.heal()
    run = engine.get(run_id)
    assert run.tasks_total == run.counts.completed == len(engine.tasks(run_id)) == 1 + taken
    assert len([path for path in blobs(engine) if run_id in path]) == 1 + taken


@pytest.mark.parametrize("number", range(6))
def test_a_file_removed_during_the_submit_is_gone_or_counted(engine: Bench, number: int) -> None:
    """At whatever call of the removing the submit comes in between, it is refused or the run's count is right."""
    run_id = engine.run([b"ok", b"ok"])
    during = SubmitDuring(engine, run_id, number)
    try:
        files.remove(watched(engine.kernel, during), TENANT, run_id, engine.tasks(run_id)[0].id)
        left = 1
    except WrongState:
        left = 2
    if not during.done:
        submit.submit(engine.kernel, TENANT, run_id)
    engine.heal()
    assert engine.get(run_id).counts.completed == len(engine.tasks(run_id)) == left


def test_many_add_while_one_submits(engine: Bench) -> None:
    """Of files added by eight threads during the submit each is refused or read."""
    run_id = engine.run([b"ok"])
    taken: list[str] = []

    def keep_adding() -> None:
        with suppress(SheafError):
            while len(taken) < 60:
                taken.append(add(engine.kernel, run_id))

    with ThreadPoolExecutor(8) as threads:
        adders = [threads.submit(keep_adding) for _ in range(8)]
        while len(taken) < 10 and not all(adder.done() for adder in adders):
            wait(adders, timeout=0.001)
        submit_at_last(engine, run_id)
    engine.heal()
    read = {task.id for task in engine.tasks(run_id)}
    assert set(taken) <= read
    assert engine.get(run_id).counts.completed == len(read) == len(taken) + 1


def submit_at_last(engine: Bench, run_id: str) -> None:
    """Submit a run whose files change all the time."""
    while engine.get(run_id).submitted_at is None:
        with suppress(SheafError):
            submit.submit(engine.kernel, TENANT, run_id)
