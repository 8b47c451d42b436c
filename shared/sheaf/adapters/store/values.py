r"""Which values a document store accepts, and how the embedded one writes them as JSON.

The rules are Firestore's for every adapter (https://firebase.google.com/docs/firestore/quotas): field names of 1 to 1,500 bytes that are
not ``__x__``, integers of 64 bits, finite floats, text without NUL and lone surrogates, aware datetimes, at most 20 levels. One name,
:data:`WRITE_MARK`, is kept for the stores' own use.

JSON knows neither times nor an order between types, so that what SQLite extracts from it would not sort as it should. A datetime
and a boolean are therefore written as text behind U+0001, and so is a text that is empty or begins with that character::

    "\u0001b0" false    "\u0001b1" true    "\u0001t2026-11-22T02:30:00.000000Z"    "\u0001z" the empty text

Extracted values then sort in SQLite's own order: null, numbers, booleans, datetimes, text. (Firestore puts booleans before numbers.)
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from sheaf.domain.errors import InvalidInput
from sheaf.ports.store import MAX_DOCUMENT_BYTES

MAX_DEPTH = 20
MIN_INTEGER, MAX_INTEGER = -(2**63), 2**63 - 1

#: Most that is added to a number at once: from about 1e292 on a sum could become infinite, which Firestore would keep.
MAX_INCREMENT = 1e290
#: The field by which the Firestore adapter makes every write a change.
WRITE_MARK = "_write"

MARK = "\x01"
#: Where each class of marked values begins; a class ends where the character after its letter begins.
BOOLEANS, DATETIMES, TEXTS = f"{MARK}b", f"{MARK}t", f"{MARK}z"

#: Only marked texts sort before it: the empty one is marked too.
_AFTER_MARK = "\x02"
_MARK_IN_JSON = b"\\u0001"
_MAX_NAME_BYTES = 1_500
_RESERVED_NAME = re.compile(rf"__.*__|{WRITE_MARK}", re.DOTALL)


def encode(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``data`` as what :func:`dump` writes; raises InvalidInput for anything that no store may be given."""
    if not isinstance(data, Mapping):
        raise InvalidInput(f"A document is an object of named values, not a {type(data).__name__}.")
    return {check_name(name): encode_field(name, value) for name, value in data.items()}


def encode_field(name: str, value: Any) -> Any:
    """Return one top-level value encoded; the error names the field."""
    try:
        return _encode(value, 1)
    except InvalidInput as error:
        raise InvalidInput(f"The value of {name!r} cannot be stored: {error.message}", field=name) from error


def dump(encoded: Any) -> bytes:
    """Return an encoded document as JSON; raises InvalidInput for broken text or more than MAX_DOCUMENT_BYTES."""
    try:
        raw = orjson.dumps(encoded)
    except TypeError as error:
        raise InvalidInput("A text holds half of a surrogate pair, which has no UTF-8 form.") from error
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise InvalidInput(f"The document has {len(raw):,} bytes; a store takes at most {MAX_DOCUMENT_BYTES:,}.", bytes=len(raw))
    return raw


def load(raw: bytes) -> dict[str, Any]:
    """Return the document's data that ``encode`` and ``dump`` were given."""
    data: dict[str, Any] = orjson.loads(raw)
    if _MARK_IN_JSON in raw:
        _revive(data, data.items())
    return data


@functools.lru_cache(maxsize=4096)
def check_name(name: object) -> str:
    """Return a field's name; raises InvalidInput when no field may be called that."""
    if not isinstance(name, str):
        raise InvalidInput(f"A field is named by a text, not by {name!r}.")
    if not name or "\0" in name or (name[0] == "_" and _RESERVED_NAME.fullmatch(name)) or _too_long(name):
        raise InvalidInput(f"No field can be named {name[:80]!r}.", field=name[:80])
    return name


def check_number(number: float) -> int | float:
    """Return ``number``; raises InvalidInput for NaN, infinities and integers outside 64 bits."""
    if isinstance(number, int) and not MIN_INTEGER <= number <= MAX_INTEGER:
        raise InvalidInput("An integer outside 64 bits has no place; store it as text.")
    if not math.isfinite(number):
        raise InvalidInput(f"{number} is not a number a store can keep.")
    return number


def check_increment(by: object) -> int | float:
    """Return what is to be added to a number; raises InvalidInput for anything but a number of moderate size."""
    if isinstance(by, bool) or not isinstance(by, int | float):
        raise InvalidInput(f"Only a number can be added, not {type(by).__name__}.")
    if abs(check_number(by)) > MAX_INCREMENT:
        raise InvalidInput(f"At most {MAX_INCREMENT:g} can be added to a number.")
    return by


def _too_long(name: str) -> bool:
    return len(name) * 4 > _MAX_NAME_BYTES and len(name.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES


def _encode(value: Any, depth: int) -> Any:
    encoder = _ENCODERS.get(type(value))
    if encoder is not None:
        return encoder(value)
    if depth > MAX_DEPTH:
        raise InvalidInput(f"Lists and objects nest deeper than {MAX_DEPTH} levels.")
    if isinstance(value, Mapping):
        return {check_name(name): _encode(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encode(item, depth + 1) for item in value]
    return _encode_derived(value)


def _encode_derived(value: Any) -> Any:
    """Subclasses of the scalars, such as StrEnum members, are kept as what they derive from."""
    match value:
        case str():
            return _encode_text(str.__str__(value))
        case int():
            return check_number(int(value))
        case float():
            return check_number(float(value))
        case datetime():
            return _encode_datetime(value)
        case _:
            raise InvalidInput(f"A {type(value).__name__} is not stored: use text, numbers, booleans, aware datetimes, lists and objects.")


def _encode_text(text: str) -> str:
    if "\0" in text:
        raise InvalidInput("A text holds the character NUL.")
    return TEXTS + text if text < _AFTER_MARK else text


def _encode_integer(number: int) -> int | float:
    return number if MIN_INTEGER <= number <= MAX_INTEGER else check_number(number)


def _encode_datetime(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise InvalidInput(f"The time {moment.isoformat()} has no time zone.")
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput(f"The time {moment.isoformat()} lies outside the years 1 to 9999 in UTC.") from error
    return f"{DATETIMES}{utc.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


_ENCODERS: dict[type, Callable[[Any], Any]] = {
    str: _encode_text,
    bool: lambda value: f"{BOOLEANS}{value:d}",
    int: _encode_integer,
    float: check_number,
    type(None): lambda _: None,
    datetime: _encode_datetime,
}


def _revive(container: Any, items: Iterable[tuple[Any, Any]]) -> None:
    """Put marked texts back as what they stand for, in place and in depth."""
    for key, value in items:
        kind = type(value)
        if kind is str:
            if value < _AFTER_MARK:
                container[key] = _unmarked(value)
        elif kind is dict:
            _revive(value, value.items())
        elif kind is list:
            _revive(value, enumerate(value))


def _unmarked(text: str) -> Any:
    if text[1] == "t":
        return datetime.fromisoformat(text[2:])
    return text[2] == "1" if text[1] == "b" else text[2:]
