"""What a model is told of a field: what its type means and how its values are written, as the types themselves say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.schemes import SCHEMES
from sheaf.domain.types import value_type

#: Types whose values are answered as they stand, on one line: their parts are told apart here, not by a model.
_AS_TEXT = frozenset({FieldType.TEXT, FieldType.IDENTIFIER, FieldType.ADDRESS, FieldType.PARTY, FieldType.TABLE})


def described(of: Field, depth: int = 0) -> Iterator[str]:
    """The lines that tell of a field: itself, and below it the columns of a table."""
    told = [
        *_texts("", [of.description]),
        *_texts("also called ", of.synonyms),
        *_texts("one of ", of.choices if of.type is FieldType.CHOICE else ()),
        *_texts("printed such as ", of.examples),
        *_texts("of the scheme ", [f"{of.scheme} ({SCHEMES[of.scheme].title})"] if of.scheme in SCHEMES else []),
        *_texts("the whole of it matches the pattern ", [of.pattern]),
        "most documents have it" if of.required else "",
        "missing where the document does not speak of it, whatever is usual" if of.default else "",
    ]
    yield "  " * depth + "; ".join([f"- {of.name}: {_meaning(of)}", *filter(None, told)])
    for column in of.columns:
        yield from described(column, depth + 1)


def _meaning(of: Field) -> str:
    """The type in the words of :mod:`sheaf.domain.types`, and how a value of it is written."""
    known = value_type(of.type)
    if of.type is FieldType.TABLE:
        return f"{known.label} ({known.description.rstrip('.')}), a row of values for each of its rows, in order"
    written = "as text, as it stands" if of.type in _AS_TEXT else f"such as {orjson.dumps(known.example).decode()}"
    return f"{known.label} ({known.description.rstrip('.')}), written {written}"


def _texts(what: str, given: Any) -> list[str]:
    """Texts of a field on one line, however many they are typed on."""
    texts = [" ".join(text.split()) for text in given]
    return [what + ", ".join(filter(None, texts))] if any(texts) else []


def value_schema(of: Field) -> dict[str, Any]:
    """The JSON Schema of a field's value or null: its type's own, as the structured outputs of all vendors take it."""
    if of.type in _AS_TEXT:
        return {"type": ["string", "null"]}
    known: dict[str, Any] = dict(value_type(of.type).schema(of))
    if known["type"] == "object":
        known["additionalProperties"] = False
    if known["type"] == "object" or "enum" in known:  # null is no member of the list, and has no members
        return {"anyOf": [known, {"type": "null"}]}
    return {**known, "type": [known["type"], "null"]}
