"""Suggested fields: what sample documents hold, by document, and what that comes to for all of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sheaf.domain.fields import Field, FieldType, RowMode
from sheaf.domain.record import record

#: Documents that are looked at.
MAX_SAMPLES = 20
#: Fields that are suggested.
MAX_SUGGESTIONS = 60


@record(frozen=True, kw_only=True, slots=True)
class Sighting:
    """One thing that a document says, which could be a field."""

    #: What two documents share that say the same.
    key: str
    #: What it is called there, as printed; "" where nothing names it.
    label: str
    #: What a field of it is called where its label will not do.
    name: str
    type: FieldType = FieldType.TEXT
    description: str = ""
    #: As printed; "" where its place is empty.
    text: str = ""
    confidence: float
    columns: tuple[Field, ...] = ()


@record(frozen=True, kw_only=True, slots=True)
class Sample:
    """One document, looked at."""

    sightings: tuple[Sighting, ...]
    #: Whether it is a table by nature, whose rows are what there is to read.
    tabular: bool = False


@record(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A field that the samples suggest."""

    field: Field
    #: Documents that have it.
    samples: int
    #: 0 to 1: how surely it is a field of such documents.
    confidence: float


@record(frozen=True, kw_only=True, slots=True)
class Suggestions:
    """What samples suggest: fields, the surest first, and what becomes a row."""

    fields: tuple[Suggestion, ...] = ()
    row_mode: RowMode = RowMode.FILE


class SuggestingStatus(StrEnum):
    """Where a request for suggestions stands."""

    READING = "reading"
    READY = "ready"
    #: None of the files could be read.
    FAILED = "failed"


@record(frozen=True, kw_only=True, slots=True)
class SuggestionSet:
    """What was suggested for a run the last time somebody asked."""

    run_id: str
    #: 1 for the first time it was asked, and so on.
    number: int
    status: SuggestingStatus = SuggestingStatus.READING
    requested_at: datetime
    ended_at: datetime | None = None
    #: Files that were read, and those that could not be.
    samples: int = 0
    failed: int = 0
    suggestions: Suggestions = Suggestions()
