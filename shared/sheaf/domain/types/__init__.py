"""What a value of each type is: one module per :class:`sheaf.domain.fields.FieldType`, named as the type is.

Its ``TYPE`` says how a value is called, shown, written as JSON and as text, and which columns it takes in a grid; the HTTP answers, the
exports and the JSON schema that models are given follow from it. How values of the type are read stands in the module of the same name
in :mod:`sheaf.extraction.types`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sheaf.domain.fields import FieldType
from sheaf.domain.types.base import ValueType


@cache
def value_type(kind: FieldType) -> ValueType:
    """What a value of ``kind`` is; its module is loaded when it is first asked for."""
    found: ValueType = import_module(f"{__name__}.{kind.value}").TYPE
    return found
