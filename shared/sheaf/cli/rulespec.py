"""Rules as a command line names them: checks, or a JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from sheaf.domain.errors import InvalidInput

_Command = TypeVar("_Command", bound=Callable[..., Any])

RULE_HELP = """\
A rule is a check of a row's values:

\b
  net + tax = total            sides of = may be a cent apart
  sum(items.amount) = total    sum, count, min, max over a table's column
  items.count * items.price = items.amount     for each of its lines
  date <= due <= date + 90     dates, with days added
  0 <= discount <= 100         bounds
  date >= '2024-01-01'         days and texts stand in quotes
  together(iban, bic)          all of them or none
  any_of(vat_id, tax_number)   at least one
  listed(currency, 'EUR', 'USD')
  unique(seller, number)       in no other row of the run
  unique_in_job(number)        nor in any earlier run of the job
  lookup(order = number, 'orders*.csv', total)
                               the order is the number of a row of these
                               files, and its total is the same
  lookup(order, kind = 'order')    or of rows of that kind
  lookup_in_job(…)             or of an earlier run of the job

It says nothing where a value is missing or unreadable. NAME: CHECK gives
it a name. A JSON file holds a list of {"name", "check", "tolerance",
"message"}."""

RULE_HEADINGS = ("RULE", "CHECK", "TOLERANCE", "MESSAGE")
#: A file of rules is small: a set holds a few dozen short ones.
_MAX_BYTES = 200_000


def rules_option(command: _Command) -> _Command:
    """``--rule``, as often as there are rules."""
    told = "What must hold of its rows, such as 'net + tax = total'; once for each rule."
    return click.option("--rule", "rules", multiple=True, metavar="CHECK|FILE.json", help=told)(command)


def read_rules(texts: Sequence[str]) -> list[Any]:
    """The rules that checks and JSON files name, as the API takes them; raises InvalidInput for a file that holds none."""
    return [rule for text in texts for rule in (_loaded(Path(text)) if text.lower().endswith(".json") else [_named(text)])]


def _named(text: str) -> Mapping[str, str]:
    name, colon, check = text.partition(":")
    return {"name": name.strip(), "check": check.strip()} if colon and "'" not in name and '"' not in name else {"check": text}


def _loaded(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_MAX_BYTES + 1)[:_MAX_BYTES])
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} holds no rules: {error}.", field="rules") from error
    rules = found.get("rules") if isinstance(found, dict) else found
    if not isinstance(rules, list):
        raise InvalidInput(f'{path} is not a list of rules, such as [{{"check": "net + tax = total"}}].', field="rules")
    return rules


def rule_line(rule: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """A rule of the API under :data:`RULE_HEADINGS`."""
    return rule["name"], rule["check"], f"{rule['tolerance']:g}", rule["message"]
