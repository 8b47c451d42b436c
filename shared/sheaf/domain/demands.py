"""What a field asks of its values beside their type: scheme, pattern, format and default, checked when the field is made."""

from __future__ import annotations

import difflib

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.formats import check_format, in_case
from sheaf.domain.patterns import check_pattern, matches
from sheaf.domain.schemes import SCHEMES
from sheaf.domain.types import value_type


def check_demands(field: Field, where: str) -> None:
    """Raise InvalidInput for a scheme, pattern, format or default that its type does not have or that cannot be meant.

    The codes are ``unknown_scheme``, ``bad_pattern``, ``bad_format`` and ``bad_default``; ``where`` names the field.
    """
    for check in (_check_scheme, _check_pattern, _check_format, _check_default):
        try:
            check(field)
        except InvalidInput as error:
            raise InvalidInput(f"Field {field.name!r}: {error.message}", code=error.kind, field=where) from error


def default_of(field: Field) -> object:
    """The value that stands for one that is not found; None where the field has no default."""
    return value_type(field.type).parse(in_case(field.default, field.format)) if field.default else None


def _check_scheme(field: Field) -> None:
    if not field.scheme:
        return
    if field.type is not FieldType.IDENTIFIER:
        raise InvalidInput(f"it is of type {field.type}; only an identifier has a scheme.", code="unknown_scheme")
    if field.scheme not in SCHEMES:
        near = difflib.get_close_matches(field.scheme, SCHEMES, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(SCHEMES)}."
        raise InvalidInput(f"there is no scheme {field.scheme[:40]!r}; {hint}", code="unknown_scheme")


def _check_pattern(field: Field) -> None:
    if field.pattern and not value_type(field.type).pattern:
        raise InvalidInput(f"a value of type {field.type} takes no pattern.", code="bad_pattern")
    if field.pattern:
        check_pattern(field.pattern)


def _check_format(field: Field) -> None:
    if field.format:
        check_format(value_type(field.type).format, field.format)


def _check_default(field: Field) -> None:
    if not field.default:
        return
    try:
        value = default_of(field)
    except InvalidInput as error:
        raise InvalidInput(error.message, code="bad_default") from error
    if value is None:
        raise InvalidInput(f"a value of type {field.type} takes no default.", code="bad_default")
    if field.choices and field.default not in field.choices:
        raise InvalidInput(f"the default {field.default[:40]!r} is none of its choices.", code="bad_default")
    if field.pattern and not (matches(field.pattern, field.default) or matches(field.pattern, str(value))):
        raise InvalidInput(f"the default {field.default[:40]!r} does not match its pattern.", code="bad_default")
