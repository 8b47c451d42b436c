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
  status:choice(open|paid),items:table(description;quantity:integer)

\b
Types, text where none is named:
  text         Acme Ltd          identifier   iban, vat, ean … checked
  integer      12                date         2026-11-22
  number       1234.5            date_range   2026-03-01/2026-03-31
  amount       12.50 EUR         time_span    30 days net: P30D
  boolean      yes or no         address      street, postcode, city
  choice(a|b)  one of them       party        name, address, numbers
  list         several texts     table(a;b:date)  rows of columns

identifier(iban) names the scheme whose check digits count; else its name
does. 'sheaf fields types' tells all of them. A JSON file holds a list of
{"name", "type", "description", "examples", "synonyms", "required",
"default", "format", "pattern", "scheme", "choices", "columns"}."""


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
    columns = "; ".join(column["name"] for column in json.get("columns", ()))
    inner = "|".join(json.get("choices", ())) or columns or json.get("scheme", "")
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
