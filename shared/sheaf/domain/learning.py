"""What jobs learn from corrected values: versions, what each was tried on, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from sheaf.domain.record import record


class LearningStatus(StrEnum):
    """Where a version stands."""

    #: It is being made.
    TRAINING = "training"
    #: It reads documents better that it was not made from; in use unless another one is.
    ACCEPTED = "accepted"
    #: It does not, and is never used.
    REJECTED = "rejected"
    #: It could not be made.
    FAILED = "failed"


@record(frozen=True, kw_only=True, slots=True)
class FieldLesson:
    """What was learned of one field."""

    field: str
    #: Texts that stand beside its values, or head its column.
    labels: tuple[str, ...] = ()
    #: Whether its candidates are ranked anew.
    ranked: bool = False
    #: Documents it was tried on without having been made from them; how many were right before, and with it.
    tried: int = 0
    right_before: int = 0
    right_after: int = 0


@record(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What a job type learned from examples: the bytes it reads by, and what came of trying them."""

    data: bytes
    #: Examples that it was made from.
    documents: int
    fields: tuple[FieldLesson, ...]

    @property
    def better(self) -> bool:
        """Whether more documents are read rightly with it than without."""
        return sum(one.right_after for one in self.fields) > sum(one.right_before for one in self.fields)


@record(frozen=True, kw_only=True, slots=True)
class LearnedVersion:
    """One version of what a job has learned."""

    #: 1 for a job's first, and so on.
    number: int
    job_id: str
    status: LearningStatus = LearningStatus.TRAINING
    created_at: datetime
    ended_at: datetime | None = None
    #: Documents with edits that it was made from; while it is being made, those that there are.
    documents: int = 0
    #: Documents with edits that taught nothing, by the reason: a :class:`~sheaf.domain.errors.FailureCategory` where their file could not
    #: be read in time, or ``row_mode`` where they were edited when something else became a row.
    left_out: Mapping[str, int] = field(default_factory=dict)
    fields: tuple[FieldLesson, ...] = ()
    error_message: str | None = None
