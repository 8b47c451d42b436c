"""What a person wants read from each document: named, typed fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record

#: Fields a set may hold, columns of a table included on their own.
MAX_FIELDS = 200
#: Characters of a description, an example, a synonym or a choice.
MAX_TEXT = 2_000
MAX_ITEMS = 200
#: Bytes of a whole set, as it is kept with its job and with every run of it: a document that is read often stays small.
MAX_BYTES = 150_000
#: Bytes that a field takes beside its texts, and that a text in a list takes beside itself.
_FRAME, _SEPARATOR = 210, 3

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class FieldType(StrEnum):
    """The type a value is normalised to; the module of each name in :mod:`sheaf.domain.types` says what such a value is."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    DATE_RANGE = "date_range"
    TIME_SPAN = "time_span"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    IDENTIFIER = "identifier"
    ADDRESS = "address"
    PARTY = "party"
    LIST = "list"
    TABLE = "table"


class RowMode(StrEnum):
    """What becomes one row of the result."""

    FILE = "file"
    PAGE = "page"
    TABLE_ROW = "table_row"


@record(frozen=True, kw_only=True, slots=True)
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
    #: What stands for a value that is not found, as the type's canonical text: ``0``, ``2026-01-01``, ``0.00 EUR``; "" for none.
    default: str = ""
    #: How the value is written in grids, and the letters of texts: see :mod:`sheaf.domain.formats`.
    format: str = ""
    #: Regular expression (RE2) that the whole value must match, as printed or as normalised.
    pattern: str = ""
    #: For ``identifier``: which of :data:`sheaf.domain.schemes.SCHEMES` it belongs to; "" for the one its name suggests.
    scheme: str = ""
    #: For ``choice``: the allowed values.
    choices: tuple[str, ...] = ()
    #: For ``table``: its columns, each a field of a scalar type.
    columns: tuple[Field, ...] = ()


SCALAR_TYPES = frozenset(FieldType) - {FieldType.LIST, FieldType.TABLE}


def validate_fields(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Check a field set as a whole and return it; raises :class:`InvalidInput` that names the field at fault."""
    if not fields:
        raise InvalidInput("Name at least one field.", field="fields")
    if len(fields) > MAX_FIELDS:
        raise InvalidInput(f"{len(fields)} fields are too many; a set holds at most {MAX_FIELDS}.", field="fields")
    _check_unique(fields, "fields")
    for field in fields:
        _check_field(field, field.name)
    if (size := sum(map(_bytes, fields))) > MAX_BYTES:
        raise InvalidInput(f"The fields take {size:,} bytes together, of at most {MAX_BYTES:,}. Shorten their texts.", field="fields")
    return tuple(fields)


def _bytes(field: Field) -> int:
    listed = (*field.examples, *field.synonyms, *field.choices)
    single = (field.name, field.description, field.default, field.format, field.pattern, field.scheme)
    own = _FRAME + sum(map(_length, single)) + sum(_length(text) + _SEPARATOR for text in listed)
    return own + sum(map(_bytes, field.columns))


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _check_unique(fields: Sequence[Field], where: str) -> None:
    seen: set[str] = set()
    for field in fields:
        if field.name.casefold() in seen:
            raise InvalidInput(f"Two fields are named {field.name!r}; names must differ by more than case.", field=where)
        seen.add(field.name.casefold())


def _check_field(field: Field, where: str) -> None:
    if not _NAME.fullmatch(field.name):
        message = f"{field.name[:80]!r} cannot name a field: start with a letter of a to z, then at most 63 such letters, digits or _."
        raise InvalidInput(f"{message} Its description may say more.", field=where[:80])
    _check_texts(field, where)
    _check_choices(field, where)
    _check_columns(field, where)
    if field.default or field.format or field.pattern or field.scheme:
        from sheaf.domain.demands import check_demands

        check_demands(field, where)


def _check_texts(field: Field, where: str) -> None:
    for part in ("examples", "synonyms", "choices"):
        if len(getattr(field, part)) > MAX_ITEMS:
            raise InvalidInput(f"Field {field.name!r} has too many {part}; at most {MAX_ITEMS}.", field=where)
    texts = (field.description, field.default, *field.examples, *field.synonyms, *field.choices)
    if any(len(text) > MAX_TEXT for text in texts):
        raise InvalidInput(f"A text of field {field.name!r} is longer than {MAX_TEXT} characters.", field=where)


def _check_choices(field: Field, where: str) -> None:
    if field.type is FieldType.CHOICE and len(field.choices) < 1:
        raise InvalidInput(f"Field {field.name!r} is a choice and names nothing to choose from.", field=where)
    if field.type is not FieldType.CHOICE and field.choices:
        raise InvalidInput(f"Field {field.name!r} is of type {field.type}; only a choice has choices.", field=where)
    if len({choice.casefold().strip() for choice in field.choices}) != len(field.choices) or "" in field.choices:
        raise InvalidInput(f"The choices of field {field.name!r} must differ and not be empty.", field=where)


def _check_columns(field: Field, where: str) -> None:
    if field.type is not FieldType.TABLE:
        if field.columns:
            raise InvalidInput(f"Field {field.name!r} is of type {field.type}; only a table has columns.", field=where)
        return
    if len(field.columns) > MAX_FIELDS:
        raise InvalidInput(f"Field {field.name!r} has more than {MAX_FIELDS} columns.", field=where)
    _check_unique(field.columns, where)
    for column in field.columns:
        if column.type not in SCALAR_TYPES:
            raise InvalidInput(f"Column {column.name!r} of {field.name!r} cannot be of type {column.type}.", field=where)
        _check_field(column, f"{where}.{column.name}")
