"""``sheaf jobs``: saved work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.common import Group, Session, connected
from sheaf.cli.fieldspec import SPEC_HELP, changes, field_json, field_line, read_fields
from sheaf.cli.rulespec import RULE_HEADINGS, read_rules, rule_line, rules_option
from sheaf.domain.fields import RowMode

Json = Any


@click.group(cls=Group, short_help="Saved work: list, create, show, update, archive.")
def jobs() -> None:
    """Jobs: saved work, each with a run for every time it is done.

    Examples:
      sheaf jobs create "Supplier invoices" --fields invoice_number,total:amount
      sheaf jobs list
      sheaf jobs show "Supplier invoices"
    """


@jobs.command("list")
@click.option("--archived", is_flag=True, help="The archived ones instead.")
@connected
def list_(session: Session, *, archived: bool) -> None:
    """List the jobs by name, each with how its latest run stands.

    Example:
      sheaf jobs list --json | jq -r '.jobs[].name'
    """
    with session.api() as api:
        found = list(api.pages("/api/jobs", "jobs", archived=archived or None))
    if session.as_json:
        terminal.json({"jobs": found, "total": len(found)})
    elif found:
        terminal.listing(("NAME", "STATUS", "RUNS", "LAST RUN", "ID"), [_line(job) for job in found], status=1)
    else:
        terminal.note("There is no job yet. Create one with: sheaf jobs create NAME --fields SPEC")


def _line(job: Json) -> tuple[str, ...]:
    return job["name"], job["status"], str(job["run_count"]), shown.moment(job["last_run_finished_at"]), job["id"]


@jobs.command(epilog=SPEC_HELP)
@click.argument("name")
@click.option("--fields", "spec", metavar="SPEC|FILE.json", help="What its runs read.")
@click.option("--template", metavar="NAME", help="Take the fields of a saved template.")
@rules_option
@click.option("--description", default="", help="What the job is for.")
@click.option("--rows", type=click.Choice([mode.value for mode in RowMode]), default="file", help="What becomes a row.  [file]")
@connected
def create(
    session: Session, name: str, *, spec: str | None, template: str | None, rules: Sequence[str], description: str, rows: str
) -> None:
    """Save a job and create its first run.

    A rule says what must hold of its rows for nobody to have to look at them: 'sheaf rules --help'.

    Examples:
      sheaf jobs create Receipts --fields shop,date:date,total:amount
      sheaf jobs create Receipts --template Receipt
      sheaf jobs create Bills --fields net:amount,tax:amount,total:amount --rule "net + tax = total"
    """
    if (spec is None) == (template is None):
        raise click.UsageError("Say what its runs read: either --fields SPEC or --template NAME.")
    with session.api() as api:
        fields = lookup.template(api, template)["fields"] if template else [field_json(field) for field in read_fields(spec or "")]
        body = {"name": name, "description": description, "fields": fields, "options": {"row_mode": rows}, "rules": read_rules(rules)}
        job = api.post("/api/jobs", body)
    if session.as_json:
        terminal.json(job)
    else:
        terminal.say(f"Created job {job['name']!r} ({job['id']}) with run {job['latest_run_id']}.")
        name = shown.argument(job["name"])
        terminal.note(f"Next: sheaf files add {name} FILES…, then: sheaf submit {name} --wait")


@jobs.command()
@click.argument("job")
@connected
def show(session: Session, job: str) -> None:
    """Show a JOB: its fields, options and latest run.

    Example:
      sheaf jobs show "Supplier invoices"
    """
    with session.api() as api:
        found = lookup.job(api, job)
    if session.as_json:
        terminal.json(found)
        return
    terminal.facts(
        [
            ("name", found["name"]),
            ("id", found["id"]),
            ("status", found["status"]),
            *([("description", found["description"])] if found["description"] else []),
            ("runs", str(found["run_count"])),
            ("latest run", found["latest_run_id"] or "none"),
            ("last started", shown.moment(found["last_run_started_at"])),
            ("last finished", shown.moment(found["last_run_finished_at"])),
            *([("error", found["error_message"])] if found["error_message"] else []),
            ("one row per", shown.words(found["options"]["row_mode"])),
        ]
    )
    terminal.say()
    terminal.listing(("FIELD", "TYPE", "DESCRIPTION"), [field_line(field) for field in found["fields"]])
    if found["rules"]:
        terminal.say()
        terminal.listing(RULE_HEADINGS, [rule_line(rule) for rule in found["rules"]])


@jobs.command(epilog=SPEC_HELP)
@click.argument("job")
@click.option("--name", help="A new name.")
@click.option("--description", help="A new description.")
@click.option("--fields", "spec", metavar="SPEC|FILE.json", help="New fields, for the runs to come.")
@click.option("--active/--inactive", default=None, help="Switch the job on or off.")
@connected
def update(session: Session, job: str, *, spec: str | None, **given: Any) -> None:
    """Change what is given of a JOB; runs that exist keep what they were created with.

    Examples:
      sheaf jobs update Receipts --name "Receipts 2026"
      sheaf jobs update Receipts --fields shop,date:date,total:amount,vat:amount
    """
    change = changes(spec, **given)
    with session.api() as api:
        changed = api.patch(f"/api/jobs/{lookup.job(api, job)['id']}", change)
    session.answer(changed, f"Changed job {changed['name']!r}.")


@jobs.command()
@click.argument("job")
@connected
def archive(session: Session, job: str) -> None:
    """Take a JOB off the list and free its name; its runs and results stay.

    Example:
      sheaf jobs archive "Supplier invoices"
    """
    with session.api() as api:
        found = lookup.job(api, job)
        api.delete(f"/api/jobs/{found['id']}")
    session.answer({"id": found["id"], "archived": True}, f"Archived job {found['name']!r}. Its results stay: sheaf results {found['id']}")
