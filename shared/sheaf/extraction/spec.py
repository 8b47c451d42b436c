"""Field definitions as people write them: the inline SPEC, and a JSON list.

The inline SPEC is a comma-separated list of ``name[:type][=description]``::

    invoice_number,date:date,total:amount=Amount due
    status:choice(open|paid)="Paid, or still open"
    items:table(description;quantity:integer;price:amount=Unit price)
    account:identifier(iban),stay:date_range,notice:time_span,seller:party

The types are those of :class:`~sheaf.domain.fields.FieldType`, text where none is named. A description that holds a comma (or, in a
column, a semicolon) stands in double quotes; ``""`` inside them is one quote. The options of a choice stand in parentheses, separated by
``|``; so does the scheme of an identifier, and the columns of a table, separated by ``;``, each a field of its own. A table without
columns takes what the document shows.

The JSON file holds a list of objects with the members of :class:`~sheaf.domain.fields.Field`, of which only ``name`` is needed; a bare
string is a field with that name.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType, validate_fields

MAX_SPEC = 100_000
_KEYS = tuple(field.name for field in dataclass_fields(Field))


def parse_fields(spec: str) -> tuple[Field, ...]:
    """Read an inline SPEC; raises :class:`InvalidInput` that names the part at fault."""
    if len(spec) > MAX_SPEC:
        raise InvalidInput(f"The field spec is longer than {MAX_SPEC} characters; use a JSON file.", field="fields")
    return validate_fields([_parse_one(part) for part in _split(spec, ",")])


def load_fields(path: Path) -> tuple[Field, ...]:
    """Read a JSON file of field definitions; raises :class:`InvalidInput` when it is not a list of them."""
    try:
        if path.stat().st_size > 2**22:
            raise InvalidInput(f"{path.name} is larger than 4 MiB; that is no list of fields.", field="fields")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"The field file {path.name} cannot be read: {error.strerror or error}.", field="fields") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"{path.name} is not JSON: {error}.", field="fields") from error
    return fields_from(content)


def fields_from(content: object) -> tuple[Field, ...]:
    """Fields from decoded JSON: a list, or an object whose ``fields`` is one."""
    if isinstance(content, dict) and "fields" in content:
        content = content["fields"]
    if not isinstance(content, list):
        raise InvalidInput('Field definitions are a JSON list such as [{"name": "total", "type": "amount"}].', field="fields")
    return validate_fields([field_from(item, f"fields[{index}]") for index, item in enumerate(content)])


def field_from(item: object, where: str) -> Field:
    """One field from decoded JSON; ``where`` names it in errors."""
    if isinstance(item, str):
        item = {"name": item}
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise InvalidInput(f'{where} must be an object with a "name".', field=where)
    unknown = [key for key in item if key not in _KEYS]
    if unknown:
        raise InvalidInput(f"{where} has an unknown member {unknown[0]!r}{_nearest(str(unknown[0]), _KEYS) or '.'}", field=where)
    return Field(
        name=item["name"],
        type=field_type(_text(item, "type", where) or "text", item["name"]),
        required=_flag(item, where),
        description=_text(item, "description", where),
        default=_text(item, "default", where),
        format=_text(item, "format", where),
        pattern=_text(item, "pattern", where),
        scheme=_text(item, "scheme", where),
        examples=_texts(item, "examples", where),
        synonyms=_texts(item, "synonyms", where),
        choices=_texts(item, "choices", where),
        columns=tuple(field_from(column, f"{where}.columns[{index}]") for index, column in enumerate(_list(item, "columns", where))),
    )


def field_type(text: str, name: str) -> FieldType:
    """The type of that name; raises :class:`InvalidInput` with the nearest one for a typo."""
    try:
        return FieldType(text.strip().casefold())
    except ValueError:
        known = [kind.value for kind in FieldType]
        hint = _nearest(text, known) or f"; types are {', '.join(known)}."
        raise InvalidInput(f"Field {name!r} has an unknown type {text.strip()!r}{hint}", field=name) from None


def _nearest(text: str, known: Any) -> str:
    near = difflib.get_close_matches(text.strip().casefold(), known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def _text(item: dict[str, Any], key: str, where: str) -> str:
    value = item.get(key) or ""
    if not isinstance(value, str):
        raise InvalidInput(f"{where}.{key} must be text.", field=where)
    return value


def _list(item: dict[str, Any], key: str, where: str) -> list[Any]:
    value = item.get(key) or []
    if not isinstance(value, list):
        raise InvalidInput(f"{where}.{key} must be a list.", field=where)
    return value


def _texts(item: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = _list(item, key, where)
    if not all(isinstance(value, str | int | float) for value in values):
        raise InvalidInput(f"{where}.{key} must be a list of texts.", field=where)
    return tuple(str(value) for value in values)


def _flag(item: dict[str, Any], where: str) -> bool:
    value = item.get("required", False)
    if not isinstance(value, bool):
        raise InvalidInput(f"{where}.required must be true or false.", field=where)
    return value


def _split(spec: str, mark: str) -> list[str]:
    """Cut at ``mark`` outside quotes and parentheses; one more mark at the end is none too many."""
    parts, depth, quoted, current = [], 0, False, ""
    for character in spec:
        quoted ^= character == '"'
        depth += 0 if quoted else (character == "(") - (character == ")")
        if character == mark and depth == 0 and not quoted:
            parts.append(current)
            current = ""
        else:
            current += character
    if quoted:
        raise InvalidInput(f'A quote is not closed in {spec[-60:]!r}; a description with a comma stands in "…".', field="fields")
    if depth:
        raise InvalidInput(f"Parentheses do not match in {spec[-60:]!r}.", field="fields")
    return _without_end([part.strip() for part in (*parts, current)], spec, mark)


def _without_end(parts: list[str], spec: str, mark: str) -> list[str]:
    if not any(parts):
        return []
    named = parts if parts[-1] else parts[:-1]
    if not all(named):
        raise InvalidInput(f"A field without a name stands between two {mark!r} in {spec[-60:]!r}.", field="fields")
    return named


def _parse_one(part: str) -> Field:
    head, _, description = _cut(part, "=")
    name, _, kind = _cut(head, ":")
    kind, _, options = kind.partition("(")
    return _build(name, kind, options.strip().removesuffix(")"), _unquote(description, name))


def _cut(text: str, mark: str) -> tuple[str, str, str]:
    """Partition at the first ``mark`` outside parentheses, with the parts stripped."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == mark and depth == 0:
            return text[:index].strip(), mark, text[index + 1 :].strip()
    return text.strip(), "", ""


def _build(name: str, kind: str, options: str, description: str) -> Field:
    type_ = field_type(kind or "text", name)
    if options and type_ not in (FieldType.CHOICE, FieldType.IDENTIFIER, FieldType.TABLE):
        raise InvalidInput(f"Field {name!r} is of type {type_}; only a choice, an identifier or a table has parentheses.", field=name)
    if type_ is FieldType.IDENTIFIER:
        return Field(name=name, type=type_, description=description, scheme=options)
    choices = tuple(_unquote(option.strip(), name) for option in options.split("|")) if type_ is FieldType.CHOICE and options else ()
    columns = tuple(_parse_one(column) for column in _split(options, ";")) if type_ is FieldType.TABLE else ()
    return Field(name=name, type=type_, description=description, choices=choices, columns=columns)


def _unquote(text: str, name: str) -> str:
    if not text.startswith('"'):
        return text
    if len(text) < 2 or not text.endswith('"'):
        raise InvalidInput(f"Text follows the closing quote in the description of {name!r}.", field=name)
    return text[1:-1].replace('""', '"')
