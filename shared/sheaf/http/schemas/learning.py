"""What jobs learn from edits."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime
from pydantic import Field as Bound

from sheaf.domain.learning import FieldLesson as LessonRecord
from sheaf.domain.learning import LearnedVersion as VersionRecord
from sheaf.domain.learning import LearningStatus
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Listed, Schema, Whole
from sheaf.services.learning import Versions


class FieldLesson(Schema):
    """What was learned of one field."""

    field: str
    """Its name; of a table's column, the table's and its own, as `items.price`."""
    labels: list[str]
    """Texts that stand beside its values in the job's documents, or head its column."""
    ranked: bool
    """Whether its candidates are ranked by what was learned."""
    tried: Count
    """Documents that it was tried on without having been made from them."""
    right_before: Count
    """Of these, how many were read rightly without it."""
    right_after: Count
    """And with it."""

    @classmethod
    def of(cls, lesson: LessonRecord) -> FieldLesson:
        """The lesson as it is answered."""
        return cls(
            field=lesson.field,
            labels=list(lesson.labels),
            ranked=lesson.ranked,
            tried=lesson.tried,
            right_before=lesson.right_before,
            right_after=lesson.right_after,
        )


class LearnedVersion(Schema):
    """One version of what a job has learned."""

    model_config = examples.shown(examples.LEARNED_VERSION)

    version: Count
    status: LearningStatus
    documents: Count
    """Documents with edits that it was made from; while it is being made, those that there are."""
    left_out: dict[str, Count]
    """Documents with edits that taught nothing, by the reason: a category of failure where their file could not be read in time, or
    `row_mode` where they were edited when something else became a row."""
    fields: list[FieldLesson]
    created_at: AwareDatetime
    ended_at: AwareDatetime | None
    error_message: str | None

    @classmethod
    def of(cls, version: VersionRecord) -> LearnedVersion:
        """The version as it is answered."""
        return cls(
            version=version.number,
            status=version.status,
            documents=version.documents,
            left_out=dict(version.left_out),
            fields=[FieldLesson.of(lesson) for lesson in version.fields],
            created_at=version.created_at,
            ended_at=version.ended_at,
            error_message=version.error_message,
        )


class LearnedList(Listed):
    """A job's versions, the newest first."""

    model_config = examples.shown(examples.LEARNED_LIST)

    in_use: Count
    """The version that new runs read by; 0 where rules read alone."""
    versions: list[LearnedVersion]

    @classmethod
    def of(cls, found: Versions) -> LearnedList:
        """The versions as they are answered."""
        versions = [LearnedVersion.of(version) for version in found.versions]
        return cls(in_use=found.in_use, versions=versions, next_cursor=found.cursor)


class LearnedChoice(Schema):
    """Which version new runs are to read by."""

    model_config = examples.shown({"version": 1})

    version: Annotated[int, Bound(ge=0), Whole]
    """An accepted one; 0 for rules alone."""
