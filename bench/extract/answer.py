"""What one reading of all files comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The time it took, and proof that the work was done."""

    seconds: float
    rows: int
    failed: int = 0
    #: Taking the files in, before the run is submitted.
    intake_seconds: float = 0.0
