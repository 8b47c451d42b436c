"""``sheaf rules``: what must hold of a run's rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from sheaf.cli import lookup, shown, terminal
from sheaf.cli.api import Api
from sheaf.cli.common import Group, Session, connected, run_option
from sheaf.cli.rulespec import RULE_HEADINGS, RULE_HELP, read_rules, rule_line

Json = Any

#: Rows shown of each rule.
_SHOWN = 5


@click.group(cls=Group, short_help="What must hold of a run's rows: show, set, broken.", epilog=RULE_HELP)
def rules() -> None:
    """Rules: what must hold of a run's rows for nobody to have to look at them.

    A row of which one does not hold is open for review, with the reason, until its values are corrected or accepted.

    Examples:
      sheaf rules set Bills "net + tax = total" "once: unique(seller, number)"
      sheaf rules show Bills
      sheaf rules broken Bills
      sheaf results Bills --review open
    """


@rules.command()
@click.argument("job")
@run_option
@connected
def show(session: Session, job: str, *, run: str | None) -> None:
    """Show the rules of a JOB's run, the latest by default.

    Example:
      sheaf rules show Bills --json > rules.json
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        found = api.get(f"/api/jobs/{job_id}/rules", run_id=run_id)
    if session.as_json:
        terminal.json(found)
    elif found["rules"]:
        terminal.listing(RULE_HEADINGS, [rule_line(rule) for rule in found["rules"]])
    else:
        terminal.note("The run has no rules. Set some with: sheaf rules set JOB CHECK…")


@rules.command("set", epilog=RULE_HELP)
@click.argument("job")
@click.argument("checks", metavar="[CHECK|FILE.json]...", nargs=-1)
@click.option("--none", "nothing", is_flag=True, help="Take all rules away.")
@click.option("--later", is_flag=True, help="Of the runs to come instead: the job's own rules.")
@run_option
@connected
def set_(session: Session, job: str, checks: Sequence[str], *, nothing: bool, later: bool, run: str | None) -> None:
    """Replace the rules of a JOB's run that is not submitted yet, the latest by default.

    Examples:
      sheaf rules set Bills "net + tax = total" "date <= due"
      sheaf rules set Bills rules.json --later
      sheaf rules set Bills --none
    """
    if bool(checks) == nothing:
        raise click.UsageError("Name at least one rule, or take all away with --none.")
    if later and run:
        raise click.UsageError("--later means the runs to come, --run one that is there. Give one of them.")
    wanted = {"rules": read_rules(checks)}
    with session.api() as api:
        if later:
            stored = api.patch(f"/api/jobs/{lookup.job(api, job)['id']}", wanted)
        else:
            job_id, run_id = lookup.ids(api, job, run)
            stored = api.put(f"/api/jobs/{job_id}/rules", wanted, run_id=run_id)
    whose = "Each run to come" if later else "The run"
    session.answer(stored, f"{whose} has {shown.plural(len(stored['rules']), 'rule')}.")


@rules.command()
@click.argument("job")
@run_option
@connected
def broken(session: Session, job: str, *, run: str | None) -> None:
    """Tell which rules do not hold of the rows of a JOB's run, and the first of those rows.

    Examples:
      sheaf rules broken Bills
      sheaf results Bills --rule "net + tax = total"
    """
    with session.api() as api:
        job_id, run_id = lookup.ids(api, job, run)
        found = _summed(api, job_id, run_id)
    if session.as_json:
        terminal.json(found)
    elif not found["rules"]:
        terminal.note("The run has no rules. Set some, for the runs to come, with: sheaf rules set JOB CHECK… --later")
    else:
        terminal.listing(("RULE", "ROWS", "SUCH AS"), [_broken_line(rule) for rule in found["rules"]])


def _summed(api: Api, job_id: str, run_id: str) -> Json:
    """The summary of a whole run: its parts added up."""
    whole: Json = None
    cursor = None
    while whole is None or cursor:
        part = api.get(f"/api/jobs/{job_id}/violations", run_id=run_id, cursor=cursor)
        cursor, part["next_cursor"] = part["next_cursor"], None
        if whole is None:
            whole = part
            continue
        whole["rows_judged"] += part["rows_judged"]
        for rule, more in zip(whole["rules"], part["rules"], strict=True):
            rule["rows"] += more["rows"]
            rule["first"] = [*rule["first"], *more["first"]][:_SHOWN]
    return whole


def _broken_line(rule: Json) -> tuple[str, str, str]:
    such = rule["first"][0] if rule["first"] else None
    told = f"{such['file']}, row {such['row'] + 1}: {such['message']}" if such else ""
    return rule["rule"], f"{rule['rows']:,}", shown.line(told)
