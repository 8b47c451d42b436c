"""Several commits at once: those that could tell keep their order, all others go side by side."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.adapters.store.lanes import lanes, side_by_side
from sheaf.ports.store import Create, Delete, Increment, Put, Update, Write

GUARDED = st.sampled_from([lambda p: Create(path=p, data={}), lambda p: Put(path=p, data={}), lambda p: Delete(path=p)])
LAX = st.just(lambda p: Update(path=p, fields={"n": Increment(1)}))
WRITES = st.lists(st.builds(lambda make, path: make(path), GUARDED | LAX, st.sampled_from("abcd")), max_size=3)
ENDING = [Update(path="shard", fields={"done": Increment(1)})]


@given(each=st.lists(WRITES, max_size=8))
def test_lanes_keep_order_and_share_nothing_that_is_guarded(each: list[list[Write]]) -> None:
    """Every commit is in one lane, in order there; a document that two lanes touch is only ever added to."""
    found = lanes(each)
    assert sorted(number for lane in found for number in lane) == list(range(len(each)))
    assert all(lane == sorted(lane) for lane in found)
    touched: dict[str, set[int]] = {}
    for index, lane in enumerate(found):
        for write in (write for number in lane for write in each[number]):
            touched.setdefault(write.path, set()).add(index)
    guarded = {write.path for writes in each for write in writes if not isinstance(write, Update)}
    assert all(len(touched[path]) == 1 for path in guarded)


def test_what_ends_several_files_is_made_at_once() -> None:
    """Their tasks are guarded each by itself, and the shard that counts them all is only added to: none waits for another's answer."""
    each = [[Update(path=f"task/{number}", fields={}, version="1"), *ENDING] for number in range(6)]
    all_here = threading.Barrier(len(each))

    def commit(writes: Sequence[Write]) -> str:
        all_here.wait(120)
        return writes[0].path

    assert side_by_side(commit, each) == [f"task/{number}" for number in range(6)]


@pytest.mark.parametrize("each", [[], [[]], [ENDING]], ids=["none", "an empty one", "one"])
def test_few_need_no_threads(each: list[list[Write]]) -> None:
    """What has no company is made by the caller itself."""
    here = threading.get_ident()
    assert side_by_side(lambda _: threading.get_ident(), each) == [here] * len(each)
