"""Ranges of dates: "02/18/20 - 02/24/20", "vom 1.3. bis 5.3.": which candidates are a start, which an end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.rules import rule

RangeSide = Literal["start", "end"]
_BETWEEN = re.compile(
    r"\s*(?:-|\u2013|\u2014|to|thru|through|until|till|bis(?: zum)?|au|a|al|hasta(?: el)?|tot(?: en met)?|t/m|ate|\u2192|/)\s*",
    re.IGNORECASE,
)


@rule("pairs-of-dates", otherwise=lambda _: {})
def range_sides(candidates: Sequence[Candidate]) -> dict[int, RangeSide]:
    """``start`` or ``end`` by the candidate's ``id``, for dates printed as a pair in one segment.

    Assumes that two dates with a dash or a word for "to" between them are a range.
    """
    sides: dict[int, RangeSide] = {}
    for one, other in pairwise(candidates):
        if one.segment is other.segment and _BETWEEN.fullmatch(one.segment.text[one.end : other.start]) and one.value <= other.value:  # type: ignore[operator]
            sides[id(one)], sides[id(other)] = "start", "end"
    return sides
