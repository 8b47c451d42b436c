"""What every type of value declares, and what its values have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sheaf.domain.record import record

if TYPE_CHECKING:
    from sheaf.domain.fields import Field

#: Whatever a JSON encoder takes.
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class Structured(ABC):
    """A value with parts; ``str()`` of it is one line that people can read."""

    __slots__ = ()

    @abstractmethod
    def json(self) -> Json:
        """The value as plain JSON."""


def one_column(value: Any) -> tuple[Any, ...]:
    """A value that a grid holds as it is, or as its line of text."""
    return (str(value) if isinstance(value, Structured) else value,)


def no_text(_: str) -> Any:
    """For types whose values no line of text can give; what answers None takes no default."""
    return None


@record(frozen=True, kw_only=True, slots=True)
class ValueType:
    """One type of value."""

    label: str
    #: One sentence for people.
    description: str
    #: A value of it, as JSON.
    example: Json
    #: Its JSON schema for a field; what a model is asked to answer with.
    schema: Callable[[Field], dict[str, Json]]
    #: The value that a JSON value stands for, for a field with these columns; raises InvalidInput when it cannot.
    load: Callable[[object, Sequence[Field]], Any]
    #: The value that its canonical text stands for, as ISO 8601 or JSON write it; raises InvalidInput, answers None where no text can.
    parse: Callable[[str], Any] = no_text
    #: What a grid adds to the field's name for each of the value's columns.
    columns: tuple[str, ...] = ("",)
    #: The value in as many columns.
    flat: Callable[[Any], Sequence[Any]] = one_column
    #: Which formats of :mod:`sheaf.domain.formats` it may be written in: ``date``, ``number`` or ``case``; "" none.
    format: str = ""
    #: False for types that columns of a table cannot have.
    scalar: bool = True
    #: Whether a pattern can be asked of it.
    pattern: bool = True


def string(**more: Json) -> Callable[[Field], dict[str, Json]]:
    """The schema of a JSON string."""
    described: dict[str, Json] = {"type": "string", **more}
    return lambda _: dict(described)


def nullable(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The schema of that or null."""
    return {**schema, "type": [schema["type"], "null"]}
