"""The schemas of the API that the client takes and answers: pydantic models, and the words they are made of."""

from __future__ import annotations

from sheaf.domain.edits import Verdict
from sheaf.domain.fields import FieldType, RowMode
from sheaf.domain.review import ReviewState
from sheaf.domain.rows import CellState
from sheaf.domain.states import RunStatus, TaskStatus
from sheaf.http.schemas.costs import CostEstimate, CostSpent, Money, RunCost
from sheaf.http.schemas.edits import CellHistory, Change, EditedRow, EditsInput
from sheaf.http.schemas.evaluation import DifferingCell, EngineScore, FieldScore, RunComparison, RunEvaluation
from sheaf.http.schemas.fields import Column, Field, FieldSet, FieldSetInput
from sheaf.http.schemas.files import RunFile
from sheaf.http.schemas.jobs import Job, JobChange, JobInput
from sheaf.http.schemas.learning import LearnedChoice, LearnedList, LearnedVersion
from sheaf.http.schemas.options import OptionSet, OptionSetInput, RetryPolicy, RunOptions
from sheaf.http.schemas.results import Cell, Edit, Evidence, Row, RowFilter
from sheaf.http.schemas.rules import Rule, RuleSet, RuleSetInput
from sheaf.http.schemas.runs import Cancellation, Progress, Run, RunInput, RunSummary
from sheaf.http.schemas.suggestions import Suggestion, SuggestionList
from sheaf.http.schemas.tasks import Failure, Task

__all__ = [
    "Cancellation",
    "Cell",
    "CellHistory",
    "CellState",
    "Change",
    "Column",
    "CostEstimate",
    "CostSpent",
    "DifferingCell",
    "Edit",
    "EditedRow",
    "EditsInput",
    "EngineScore",
    "Evidence",
    "Failure",
    "Field",
    "FieldScore",
    "FieldSet",
    "FieldSetInput",
    "FieldType",
    "Job",
    "JobChange",
    "JobInput",
    "LearnedChoice",
    "LearnedList",
    "LearnedVersion",
    "Money",
    "OptionSet",
    "OptionSetInput",
    "Progress",
    "RetryPolicy",
    "ReviewState",
    "Row",
    "RowFilter",
    "RowMode",
    "Rule",
    "RuleSet",
    "RuleSetInput",
    "Run",
    "RunComparison",
    "RunCost",
    "RunEvaluation",
    "RunFile",
    "RunInput",
    "RunOptions",
    "RunStatus",
    "RunSummary",
    "Suggestion",
    "SuggestionList",
    "Task",
    "TaskStatus",
    "Verdict",
]
