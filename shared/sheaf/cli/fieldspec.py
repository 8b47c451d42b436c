"""Fields as a command line names them: an inline SPEC, or a JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from sheaf.domain.fields import Field
from sheaf.extraction.spec import load_fields, parse_fields

SPEC_HELP = """\
SPEC is a list of name[:type][=description], such as

  invoice_number,date:date,total:amount=Amount due
  status:choice(open|paid),items:table(description;quantity:number)

Types are text (the default), number, amount, date, boolean, choice, list
and table. A JSON file holds a list of {"name", "type", "description", …}."""


def read_fields(text: str) -> tuple[Field, ...]:
    """The fields of a SPEC, or of the JSON file that it is the path of; raises InvalidInput."""
    path = Path(text)
    return load_fields(path) if text.lower().endswith(".json") else parse_fields(text)


def field_json(field: Field) -> Mapping[str, Any]:
    """A field as the API takes it, without what is left at its default."""
    plain = asdict(field) | {"type": field.type.value, "columns": [field_json(column) for column in field.columns]}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items() if value or key == "type"}


def field_line(json: Mapping[str, Any]) -> tuple[str, str, str]:
    """A field of the API as name, type with its choices or columns, and description."""
    kind = json["type"]
    inner = "|".join(json.get("choices", ())) or "; ".join(column["name"] for column in json.get("columns", ()))
    return json["name"], f"{kind}({inner})" if inner else kind, json.get("description", "")


def changes(spec: str | None, **given: Any) -> dict[str, Any]:
    """What to change of a job or a template: what was given, with the fields of a SPEC; raises UsageError when that is nothing."""
    change = {name: value for name, value in given.items() if value is not None}
    if spec is not None:
        change["fields"] = [field_json(field) for field in read_fields(spec)]
    if not change:
        options = ", ".join(f"--{name}" for name in (*given, "fields"))
        raise click.UsageError(f"Say what to change: give at least one of {options}.")
    return change
