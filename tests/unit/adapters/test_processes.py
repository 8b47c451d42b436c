"""Work in processes of its own: what it yields comes over, and whatever it does to its process harms nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheaf.adapters.processes import main
from sheaf.adapters.processes.pool import Pool
from sheaf.domain.errors import FailureCategory, FileProblem, Unavailable
from sheaf.ports.processes import Bounds

ROOT = Path(__file__).parents[3]
#: Far more than anything here takes, unless it hangs.
AMPLE = Bounds(seconds=120.0)
BRIEF = Bounds(seconds=0.2)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Processes that find the work of these tests."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = Pool(keep=1)
    yield made
    made.close()


def done(pool: Pool, name: str, argument: bytes = b"", bounds: Bounds = AMPLE) -> list[bytes]:
    """All the pieces of one call."""
    return list(pool.call(f"tests.unit.adapters.work_apart:{name}", argument, bounds))


def failed(pool: Pool, name: str, argument: bytes = b"", bounds: Bounds = AMPLE) -> FileProblem:
    """What one call fails with."""
    with pytest.raises(FileProblem) as raised:
        done(pool, name, argument, bounds)
    return raised.value


def test_what_is_yielded_there_comes_out_here(pool: Pool) -> None:
    """Whole, in order, and however much it is."""
    assert done(pool, "repeat", b"\x00\xff") == [b"\x00\xff"] * 2
    assert done(pool, "repeat") == [b""] * 2
    assert [piece[:1] for piece in done(pool, "many", b"300")] == [bytes([number % 256]) for number in range(300)]


def test_a_process_is_kept_for_the_next_call(pool: Pool) -> None:
    """Also after a file that could not be read, which is nothing out of the ordinary; and it is none of the caller's own."""
    first = done(pool, "who")
    assert failed(pool, "refuse", "Ein Kennwort schützt es.".encode()).message == "Ein Kennwort schützt es."
    assert done(pool, "who") == first != [str(os.getpid()).encode()]


def test_what_is_printed_there_is_no_answer(pool: Pool, capfd: pytest.CaptureFixture[str]) -> None:
    """It goes where the log goes."""
    assert done(pool, "chatter") == [b"quiet"]
    assert capfd.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(
    ("name", "bounds", "category"),
    [
        ("hang", BRIEF, FailureCategory.TIMEOUT),
        ("crash", AMPLE, FailureCategory.CRASHED),
        ("leave", AMPLE, FailureCategory.CRASHED),
        ("refuse", AMPLE, FailureCategory.ENCRYPTED),
        ("stumble", AMPLE, FailureCategory.INTERNAL),
    ],
)
def test_whatever_becomes_of_a_call_is_told_and_harms_no_other(pool: Pool, name: str, bounds: Bounds, category: FailureCategory) -> None:
    """The next call is done as if nothing had been, by another process where this one is gone."""
    assert failed(pool, name, b"It is locked.", bounds).category is category
    assert done(pool, "repeat", b"x") == [b"x", b"x"]


def test_what_nobody_foresaw_is_told_to_the_log_alone(pool: Pool, capfd: pytest.CaptureFixture[str]) -> None:
    """What the error says may hold what the file holds."""
    assert "secret" not in failed(pool, "stumble").message
    assert "KeyError: 'secret'" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory (setrlimit(2))")
def test_memory_is_bounded_by_call(pool: Pool) -> None:
    """What does not fit is too large, the caller keeps its own, and a call that may take more can."""
    assert failed(pool, "swell", b"800000000", Bounds(seconds=120, memory=2**29)).category is FailureCategory.TOO_LARGE
    assert done(pool, "swell", b"800000000", Bounds(seconds=120, memory=2**30)) == [b"800000000"]


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX tells how much a process has held")
def test_a_process_that_has_grown_is_replaced(pool: Pool) -> None:
    """What one file needed is not missed by the next."""
    roomy = Bounds(seconds=120, memory=2**29)
    before = done(pool, "who", b"", roomy)
    assert done(pool, "swell", b"300000000", roomy)
    assert done(pool, "who", b"", roomy) != before


def test_calls_at_once_each_have_a_process(pool: Pool) -> None:
    """None waits for another; afterwards no more are kept than there are to be."""
    calls = [pool.call("tests.unit.adapters.work_apart:who", b"", AMPLE) for _ in range(3)]
    assert len({next(call) for call in calls}) == 3
    assert [list(call) for call in calls] == [[]] * 3
    assert len(pool.pids) == 1


def test_a_call_that_nobody_listens_to_any_more_is_ended(pool: Pool) -> None:
    """Its process would go on for nobody."""
    call = pool.call("tests.unit.adapters.work_apart:many", b"1000000", AMPLE)
    next(call)
    call.close()  # type: ignore[attr-defined]  # what is yielded comes from a generator
    assert pool.pids == []


def test_one_that_died_in_its_sleep_is_not_called(pool: Pool) -> None:
    """No file is blamed for it."""
    [pid] = done(pool, "who")
    os.kill(int(pid), 9)
    os.waitid(os.P_PID, int(pid), os.WEXITED | os.WNOWAIT)
    assert done(pool, "repeat", b"x") == [b"x", b"x"]


def test_warming_up_waits_for_nobody_and_is_no_call(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that got ready is the one that is called."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pool.warm_up(["json", "tests.unit.adapters.work_apart"])
    [pid] = pool.pids
    assert done(pool, "who") == [str(pid).encode()]


@pytest.mark.parametrize("command", [(sys.executable, "-c", ""), ("no/such/program",)], ids=["one that ends", "one that is not there"])
def test_where_no_process_starts_the_machine_is_at_fault(command: tuple[str, ...]) -> None:
    """The file can be read when that is mended."""
    with pytest.raises(Unavailable):
        done(Pool(command=command), "repeat")


def test_it_ends_with_its_caller() -> None:
    """The end of the pipe is all that it hears when its caller is killed."""
    process = subprocess.Popen([sys.executable, "-P", "-m", main.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.read(5)
        process.stdin.close()
        assert process.wait(60) == 0
