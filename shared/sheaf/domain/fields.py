"""What a person wants read from each document: named, typed fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The type a value is normalised to; see :data:`sheaf.domain.rows.Value` for the Python shape of each."""

    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    LIST = "list"
    TABLE = "table"


class RowMode(StrEnum):
    """What becomes one row of the result."""

    FILE = "file"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One value to read from every document."""

    #: Column name in every result and export: letters, digits and ``_``, unique within its set.
    name: str
    type: FieldType = FieldType.TEXT
    #: What the value is, in the words of its documents; helps finding it and is shown beside it.
    description: str = ""
    #: Example values as printed.
    examples: tuple[str, ...] = ()
    #: Other labels the value is printed under.
    synonyms: tuple[str, ...] = ()
    required: bool = False
    #: For ``choice``: the allowed values.
    choices: tuple[str, ...] = ()
    #: For ``table``: its columns, each a field of a scalar type.
    columns: tuple[Field, ...] = ()
