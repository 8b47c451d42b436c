"""Rules: what must hold of rows for nobody to have to look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field as Bound
from pydantic import StringConstraints

from sheaf.domain import rules as domain
from sheaf.domain.runs import Run as RunRecord
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, Cursor, Id, Listed, OfRun, RunQuery, Schema
from sheaf.services.violations import Broken, Summary

RuleName = Annotated[str, StringConstraints(max_length=domain.MAX_NAME)]


class Rule(Schema):
    """What must hold between the values of a row, or between rows. It says nothing where a value that it names is missing or unreadable."""

    model_config = examples.shown(*examples.RULES)

    name: RuleName = ""
    """Unique in its set; the check itself when left out."""
    check: Annotated[str, StringConstraints(min_length=1, max_length=domain.MAX_CHECK)]
    """A comparison of fields, such as `net + tax = total`, `sum(items.amount) = total` or `date <= due_date`; a bare column, as in
    `items.quantity * items.price = items.amount`, is meant for each line of its table. Or `together(a, b)`, `any_of(a, b)`,
    `listed(currency, 'EUR', 'USD')`, `unique(seller, number)`, `unique_in_job(seller, number)`, or a lookup in other rows of the run
    (`lookup_in_job`: of the job's earlier runs too): `lookup(order = number, 'orders*.csv', total)` wants the row's `order` to be the
    `number` of a row of a file so named, whose `total` is the same; `lookup(order, kind = 'order')` looks in rows of that kind."""
    tolerance: Annotated[float, Bound(ge=0, le=domain.MAX_TOLERANCE)] = domain.TOLERANCE
    """How far apart the two sides of `=`, or numbers that have to agree, may be."""
    message: Annotated[str, StringConstraints(max_length=domain.MAX_MESSAGE)] = ""
    """What to tell people where it does not hold; when left out, a sentence with the values."""

    @classmethod
    def of(cls, rule: domain.Rule) -> Rule:
        """The rule as it is answered."""
        return cls(name=rule.name, check=rule.check, tolerance=rule.tolerance, message=rule.message)


Rules = Annotated[list[Rule], Bound(max_length=domain.MAX_RULES)]


def records(rules: Sequence[Rule]) -> tuple[domain.Rule, ...]:
    """The rules as the domain has them."""
    return tuple(domain.Rule(name=rule.name, check=rule.check, tolerance=rule.tolerance, message=rule.message) for rule in rules)


class RuleSet(OfRun):
    """A run's rules."""

    model_config = examples.shown(examples.RULE_SET)

    rules: list[Rule]

    @classmethod
    def of(cls, run: RunRecord) -> RuleSet:
        """The run's rules."""
        return cls(job_run_id=run.id, rules=[Rule.of(rule) for rule in run.rules])


class RuleSetInput(Schema):
    """A run's rules; they replace those it has."""

    model_config = examples.shown({"rules": examples.RULES})

    rules: Rules


class Violation(Schema):
    """That a rule does not hold of a row."""

    rule: str
    """Its name."""
    message: str
    """For people: the rule's own message, or what is compared and how it comes out."""
    fields: list[str]
    """The fields that the rule speaks of."""

    @classmethod
    def of(cls, violation: domain.Violation) -> Violation:
        """The violation as it is answered."""
        return cls(rule=violation.rule, message=violation.message, fields=list(violation.fields))


class Match(Schema):
    """Where a lookup found a row's values."""

    rule: str
    """Its name."""
    run_id: Id
    """This one, or an earlier one of the job."""
    file_id: Id
    file: str
    row: int
    """0-based within that file."""

    @classmethod
    def of(cls, match: domain.Match) -> Match:
        """The match as it is answered."""
        return cls(rule=match.rule, run_id=match.run_id, file_id=match.file_id, file=match.file, row=match.row)


class BrokenRow(Schema):
    """A row that a rule does not hold of."""

    file_id: Id
    file: str
    row: int
    """0-based within its file."""
    message: str


class BrokenRule(Schema):
    """A rule, and the rows that it does not hold of."""

    rule: str
    check: str
    rows: Count
    first: list[BrokenRow]
    """The first five of them; `GET /api/jobs/{job_id}/results?rule=` lists all."""

    @classmethod
    def of(cls, broken: Broken) -> BrokenRule:
        """The rule as it is answered."""
        first = [
            BrokenRow(file_id=result.task.id, file=result.task.filename, row=result.row.index, message=violation.message)
            for result, violation in broken.first
        ]
        return cls(rule=broken.rule.name, check=broken.rule.check, rows=broken.rows, first=first)


class ViolationQuery(RunQuery):
    """Which run is meant, and where to go on."""

    cursor: Cursor | None = None
    """Continue behind an earlier answer: its `next_cursor`."""


class ViolationList(OfRun, Listed):
    """What a run's rules say of its rows, rule by rule."""

    model_config = examples.shown(examples.VIOLATIONS)

    rows_judged: Count
    """Rows that this answer is about; those of a long run come in parts."""
    rules: list[BrokenRule]

    @classmethod
    def of(cls, run_id: str, summary: Summary) -> ViolationList:
        """The summary as it is answered."""
        rules = [BrokenRule.of(broken) for broken in summary.rules]
        return cls(job_run_id=run_id, rows_judged=summary.rows, rules=rules, next_cursor=summary.cursor)
