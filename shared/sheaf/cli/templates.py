"""``sheaf templates``: reusable sets of fields."""

from __future__ import annotations

from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Group, Session, connected
from sheaf.cli.fieldspec import SPEC_HELP, changes, field_json, field_line, read_fields


@click.group(cls=Group, short_help="Reusable sets of fields: list, create, show, update, delete.")
def templates() -> None:
    """Templates: named sets of fields that jobs and runs can start from.

    Examples:
      sheaf templates create Invoice --fields fields.json
      sheaf extract scans/ --template Invoice
    """


@templates.command("list")
@connected
def list_(session: Session) -> None:
    """List the templates by name.

    Example:
      sheaf templates list
    """
    with session.api() as api:
        found = list(api.pages("/api/templates", "templates"))
    if session.as_json:
        terminal.json({"templates": found})
    elif found:
        lines = [(each["name"], str(len(each["fields"])), each["description"], each["id"]) for each in found]
        terminal.listing(("NAME", "FIELDS", "DESCRIPTION", "ID"), lines)
    else:
        terminal.note("There is no template yet. Create one with: sheaf templates create NAME --fields SPEC")


@templates.command(epilog=SPEC_HELP)
@click.argument("name")
@click.option("--fields", "spec", required=True, metavar="SPEC|FILE.json", help="Its fields.")
@click.option("--description", default="", help="What it is for.")
@connected
def create(session: Session, name: str, *, spec: str, description: str) -> None:
    """Save a set of fields under a NAME.

    Example:
      sheaf templates create Receipt --fields shop,date:date,total:amount
    """
    body = {"name": name, "description": description, "fields": [field_json(field) for field in read_fields(spec)]}
    with session.api() as api:
        made = api.post("/api/templates", body)
    session.answer(made, f"Created template {made['name']!r} with {shown.plural(len(made['fields']), 'field')}.")


@templates.command()
@click.argument("template")
@connected
def show(session: Session, template: str) -> None:
    """Show the fields of a TEMPLATE.

    Example:
      sheaf templates show Receipt
    """
    with session.api() as api:
        found = lookup.template(api, template)
    if session.as_json:
        terminal.json(found)
        return
    terminal.facts([("name", found["name"]), ("id", found["id"]), ("description", found["description"])])
    terminal.say()
    terminal.listing(("FIELD", "TYPE", "DESCRIPTION"), [field_line(field) for field in found["fields"]])


@templates.command(epilog=SPEC_HELP)
@click.argument("template")
@click.option("--name", help="A new name.")
@click.option("--description", help="A new description.")
@click.option("--fields", "spec", metavar="SPEC|FILE.json", help="New fields.")
@connected
def update(session: Session, template: str, *, spec: str | None, **given: Any) -> None:
    """Change what is given of a TEMPLATE; what started from it keeps its own copy.

    Example:
      sheaf templates update Receipt --fields shop,date:date,total:amount,vat:amount
    """
    change = changes(spec, **given)
    with session.api() as api:
        changed = api.patch(f"/api/templates/{lookup.template(api, template)['id']}", change)
    session.answer(changed, f"Changed template {changed['name']!r}.")


@templates.command()
@click.argument("template")
@connected
def delete(session: Session, template: str) -> None:
    """Delete a TEMPLATE; jobs and runs that started from it stay as they are.

    Example:
      sheaf templates delete Receipt
    """
    with session.api() as api:
        found = lookup.template(api, template)
        api.delete(f"/api/templates/{found['id']}")
    session.answer({"id": found["id"], "deleted": True}, f"Deleted template {found['name']!r}.")
