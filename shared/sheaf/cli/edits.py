"""``sheaf edit`` and ``sheaf edits``: what people say of values that were read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Command, Session, connected, run_option
from sheaf.domain.errors import InvalidInput

Json = Any


@click.command(cls=Command, short_help="Correct, accept or reject values of a run.")
@click.argument("job")
@click.argument("file")
@click.argument("values", metavar="[FIELD=VALUE]...", nargs=-1)
@run_option
@click.option("--row", type=click.IntRange(1), default=1, help="The row of the file, from 1.  [1]")
@click.option("--accept", multiple=True, metavar="FIELD", help="It is right as it was read.")
@click.option("--reject", multiple=True, metavar="FIELD", help="It is wrong; what is right is not known.")
@click.option("--withdraw", multiple=True, metavar="FIELD", help="Forget what was said of it.")
@connected
def edit(session: Session, job: str, file: str, values: Sequence[str], *, run: str | None, row: int, **verdicts: Sequence[str]) -> None:
    """Correct values of a FILE (its name or id) in a JOB's run: FIELD=VALUE, or FIELD= where the document has none.

    What was read is kept beside it. Results and exports show the corrected value, and so does every later run of the job that reads the
    same content; earlier runs stay as they were. Amounts are written as 12.50 or "12.50 EUR", dates as 2026-03-01.

    Examples:
      sheaf edit Receipts scan-7.pdf total="12.50 EUR" date=2026-03-01
      sheaf edit Receipts scan-7.pdf --accept shop
      sheaf results Receipts --review open
    """
    with session.api() as api:
        job_id = lookup.job(api, job)["id"]
        found = lookup.run(api, job_id, run)
        file_id = lookup.file(api, job_id, found["id"], file)["id"]
        types = {field["name"]: field["type"] for field in found["fields"]}
        said = [*(_corrected(types, text) for text in values), *_plain(verdicts)]
        if not said:
            raise InvalidInput("Say something of a value: FIELD=VALUE, --accept FIELD, --reject FIELD or --withdraw FIELD.")
        body = {"edits": [{"file_id": file_id, "row": row - 1, **each} for each in said]}
        answer = api.post(f"/api/jobs/{job_id}/edits", body, run_id=found["id"])
    _show(session, answer)


def _plain(verdicts: dict[str, Sequence[str]]) -> list[Json]:
    names = {"accept": "accepted", "reject": "rejected", "withdraw": "withdrawn"}
    return [{"field": field, "verdict": names[option]} for option, fields in verdicts.items() for field in fields]


def _corrected(types: dict[str, str], text: str) -> Json:
    name, equals, value = text.partition("=")
    if not equals or name not in types:
        known = ", ".join(types)
        raise InvalidInput(f"{text!r} is not FIELD=VALUE with a field of the run. Known: {known}.", field="values")
    return {"field": name, "verdict": "corrected", "value": typed_value(types[name], value) if value else None}


def typed_value(kind: str, text: str) -> Json:
    """What a person typed, as the API takes a value of that type; JSON stands for itself, but where any text is a value."""
    if kind == "text":
        return text
    if kind == "amount" and not text.startswith("{"):
        amount, _, currency = text.strip().partition(" ")
        return {"amount": amount, "currency": currency.strip().upper() or None}
    if kind == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    if kind == "list" and not text.startswith("["):
        return [part.strip() for part in text.split(";")]
    return _parsed(text) if text[:1] in "[{" else text


def _parsed(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{text[:80]!r} begins like JSON and is none: {error}.", field="values") from error


def _show(session: Session, answer: Json) -> None:
    if session.as_json:
        terminal.json(answer)
        return
    for row in answer["rows"]:
        count = shown.plural(len(row["edits"]), "value")
        left = f"; {shown.plural(len(row['doubts']), 'value')} left to look at" if row["doubts"] else ""
        terminal.say(f"{shown.line(row['file'])}, row {row['row'] + 1}: {count} with an edit{left}.")


@click.command(cls=Command, short_help="What people said of a job's values.")
@click.argument("job")
@connected
def edits(session: Session, job: str) -> None:
    """List what was said of the values of a JOB, with who and when.

    Example:
      sheaf edits Receipts
    """
    with session.api() as api:
        job_id = lookup.job(api, job)["id"]
        found = list(api.pages(f"/api/jobs/{job_id}/edits", "cells"))
    if session.as_json:
        terminal.json({"cells": found})
    elif found:
        terminal.listing(("FILE", "ROW", "FIELD", "VERDICT", "VALUE", "BY", "AT"), [_line(cell) for cell in found])
    else:
        terminal.note("Nobody said anything yet. See what to look at: sheaf results JOB --review open")


def _line(cell: Json) -> tuple[str, ...]:
    last = cell["edits"][-1]
    value = "" if last["value"] is None else json.dumps(last["value"], ensure_ascii=False).strip('"')
    return cell["file"], str(cell["row"] + 1), cell["field"], last["verdict"], value, last["by"], last["at"]
