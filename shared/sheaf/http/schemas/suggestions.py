"""Fields suggested from samples."""

from __future__ import annotations

from pydantic import AwareDatetime

from sheaf.domain.fields import RowMode
from sheaf.domain.suggestions import SuggestingStatus, SuggestionSet
from sheaf.domain.suggestions import Suggestion as SuggestionRecord
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, OfRun, Schema
from sheaf.http.schemas.fields import Field


class Suggestion(Schema):
    """A field that the files suggest."""

    field: Field
    """As it can be given to the run; its examples are from the files."""
    samples: Count
    """Files that have it."""
    confidence: float
    """0 to 1: how surely it is a field of such files."""

    @classmethod
    def of(cls, suggestion: SuggestionRecord) -> Suggestion:
        """The suggestion as it is answered."""
        return cls(field=Field.of(suggestion.field), samples=suggestion.samples, confidence=suggestion.confidence)


class SuggestionList(OfRun):
    """What a run's first files suggest, the surest first."""

    model_config = examples.shown(examples.SUGGESTIONS)

    status: SuggestingStatus
    """`reading` until the worker has looked at the files; `failed` when none could be read."""
    samples: Count
    """Files that were looked at."""
    failed: Count
    """Files that could not be."""
    row_mode: RowMode
    """What the files suggest becomes a row: tables such as CSV and sheets have a row for each of theirs."""
    suggestions: list[Suggestion]
    requested_at: AwareDatetime
    ended_at: AwareDatetime | None

    @classmethod
    def of(cls, found: SuggestionSet) -> SuggestionList:
        """The suggestions as they are answered."""
        return cls(
            job_run_id=found.run_id,
            status=found.status,
            samples=found.samples,
            failed=found.failed,
            row_mode=found.suggestions.row_mode,
            suggestions=[Suggestion.of(one) for one in found.suggestions.fields],
            requested_at=found.requested_at,
            ended_at=found.ended_at,
        )
