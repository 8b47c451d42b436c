"""``sheaf fields``: what a run reads."""

from __future__ import annotations

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Group, Session, connected, run_option
from sheaf.cli.fieldspec import SPEC_HELP, field_json, field_line, read_fields
from sheaf.cli.suggesting import suggest


@click.group(cls=Group, short_help="What a run reads: show, set, suggest, types.")
def fields() -> None:
    """Fields: the values that a run reads from every file.

    Examples:
      sheaf fields show Receipts
      sheaf fields set Receipts shop,date:date,total:amount
      sheaf fields suggest invoices/*.pdf
      sheaf fields types
    """


@fields.command()
@click.argument("job")
@run_option
@connected
def show(session: Session, job: str, *, run: str | None) -> None:
    """Show the fields of a JOB's run, the latest by default.

    Example:
      sheaf fields show Receipts --json > fields.json
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        found = api.get(f"/api/jobs/{job_id}/fields", run_id=run_id)
    if session.as_json:
        terminal.json(found)
    else:
        terminal.listing(("FIELD", "TYPE", "DESCRIPTION"), [field_line(field) for field in found["fields"]])


@fields.command()
@connected
def types(session: Session) -> None:
    """List the types that a field can have, with an example of each as results carry it.

    Examples:
      sheaf fields types
      sheaf fields types --json
    """
    import json

    with session.api() as api:
        found = api.get("/api/field-types")
    if session.as_json:
        terminal.json(found)
        return
    lines = [(each["type"], each["description"], json.dumps(each["example"], ensure_ascii=False)) for each in found["field_types"]]
    terminal.listing(("TYPE", "WHAT IT IS", "EXAMPLE"), lines)


@fields.command("set", epilog=SPEC_HELP)
@click.argument("job")
@click.argument("spec", metavar="SPEC|FILE.json")
@run_option
@connected
def set_(session: Session, job: str, spec: str, *, run: str | None) -> None:
    """Replace the fields of a JOB's run that is not submitted yet, the latest by default.

    Examples:
      sheaf fields set Receipts shop,date:date,total:amount
      sheaf fields set Receipts fields.json --run 3
    """
    wanted = [field_json(field) for field in read_fields(spec)]
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        stored = api.put(f"/api/jobs/{job_id}/fields", {"fields": wanted}, run_id=run_id)
    session.answer(stored, f"The run reads {shown.plural(len(stored['fields']), 'field')}.")


fields.add_command(suggest)
