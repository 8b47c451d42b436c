"""A kernel that opens its parts when they are asked for: once each, whoever asks first, and again after a failure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from sheaf.domain.errors import InvalidInput, Unavailable
from sheaf.services.kernel import Policy
from sheaf.services.ondemand import OnDemand

_PARTS = ("store", "blobs", "queue", "clock", "ids", "reading", "job_types")


def _kernel(made: list[str], **others: Callable[[], Any]) -> Any:
    def part(name: str) -> Callable[[], Any]:
        def make() -> str:
            made.append(name)
            return f"the {name}"

        return make

    return OnDemand.of({**{name: part(name) for name in _PARTS}, **others}, {"policy": Policy(max_files=3)})


def test_nothing_is_opened_before_it_is_asked_for_and_then_once() -> None:
    """What was handed in is there from the start, and what nobody hands in has its default."""
    made: list[str] = []
    kernel = _kernel(made)
    assert (kernel.policy.max_files, kernel.elsewhere, made) == (3, None, [])
    assert [kernel.store, kernel.store, kernel.queue] == ["the store", "the store", "the queue"]
    assert made == ["store", "queue"]


def test_threads_that_ask_together_get_one_part() -> None:
    """Two stores on one file would be two writers where there is one."""
    together, made = threading.Barrier(4), list[object]()

    def open_store() -> object:
        made.append(object())
        return made[-1]

    kernel = _kernel([], store=open_store)

    def ask(_: int) -> object:
        together.wait()
        return kernel.store

    with ThreadPoolExecutor(4) as threads:
        got = list(threads.map(ask, range(4)))
    assert len(made) == 1
    assert all(part is made[0] for part in got)


def test_a_copy_has_every_part() -> None:
    """As tests and one-off runs make them, with one part replaced."""
    made: list[str] = []
    copy: Any = replace(_kernel(made), policy=Policy(max_files=5))
    assert (copy.policy.max_files, copy.blobs, sorted(made)) == (5, "the blobs", sorted(_PARTS))


def test_a_part_that_is_not_set_up_is_the_service_s_fault_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """The caller's request is not at fault; the operator's log names the setting, and the caller is not told."""
    answers = iter([InvalidInput("SHEAF_BUCKET is not set.", field="bucket"), None])

    def open_blobs() -> str:
        if error := next(answers):
            raise error
        return "the blobs"

    kernel = _kernel([], blobs=open_blobs)
    with pytest.raises(Unavailable, match="not set up") as raised:
        _ = kernel.blobs
    assert "SHEAF_BUCKET" not in raised.value.message
    assert "SHEAF_BUCKET is not set" in caplog.text
    assert kernel.blobs == "the blobs"


def test_what_is_no_part_is_not_there() -> None:
    """A slip of the pen is told as for any object."""
    with pytest.raises(AttributeError, match="stroe"):
        _ = _kernel([]).stroe
