"""Confidence rises with the share that a value takes, whatever backs it, and thresholds accept what they promise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy.reliability import bins, threshold
from sheaf.extraction.decode import CALIBRATION, RANKED, calibrate

BACKINGS = [(backed_by, ranked) for ranked, table in ((False, CALIBRATION), (True, RANKED)) for backed_by in table]
SURE = st.lists(st.tuples(st.floats(0.01, 1.0), st.sampled_from((0.0, 1.0))), max_size=40)


@pytest.mark.parametrize(("backed_by", "ranked"), BACKINGS)
def test_confidence_rises_with_the_share(backed_by: str, ranked: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """From nothing at no share to less than certain at the whole, and never down in between."""
    found = [calibrate(step / 200, backed_by, ranked=ranked) for step in range(201)]
    assert found[0] == 0.0
    assert found[-1] < 1.0
    assert all(before <= after for before, after in pairwise(found))


@pytest.mark.parametrize("ranked", [False, True])
def test_a_label_says_no_less_than_nothing(ranked: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """At most a hair below what look and place alone are worth, at any share."""
    shares = [step / 50 for step in range(51)]
    assert all(calibrate(share, "label", ranked=ranked) >= calibrate(share, ranked=ranked) - 0.01 for share in shares)


@given(SURE, st.sampled_from((0.5, 0.9, 1.0)))
def test_a_threshold_keeps_its_promise(sure: list[tuple[float, float]], wanted: float) -> None:
    """What it accepts is as many as it says, right as often as wanted; every value with its confidence is in it."""
    least, right, count = threshold(sure, wanted)
    taken = [share for confidence, share in sure if confidence >= least]
    if count:
        assert len(taken) == count
        assert sum(taken) / count == pytest.approx(right)
        assert right >= wanted


@given(SURE)
def test_every_value_is_in_one_tenth(sure: list[tuple[float, float]]) -> None:
    """The circles of the plot stand for all values, each once."""
    assert sum(count for _, _, count in bins(sure)) == len(sure)
