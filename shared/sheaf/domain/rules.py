"""Rules on rows: what must hold between the values of a row, or between rows, for nobody to have to look at them.

A rule's check is one line of text in a small grammar that Python's own parser reads and nothing ever runs
(:mod:`sheaf.domain.grammar`)::

    net + tax = total                         amounts and numbers; sum, count, min, max and abs are known
    sum(items.amount) = total                 over the lines of a table
    items.quantity * items.price = items.amount   for each line of a table
    date <= due_date <= date + 90             dates; a number beside one is days
    0 <= discount <= 100, total > '…'         bounds; days are written '2026-01-31', texts 'EUR'
    together(iban, bic)                       all of them or none
    any_of(vat_id, tax_number)                at least one of them
    listed(currency, 'EUR', 'USD')            one of these, whatever the case
    unique(seller, number)                    together, in no other row of the run
    unique_in_job(seller, number)             nor in any of the job's earlier runs
    lookup(order = number, 'orders*.csv')     the row's order is the number of a row of these files
    lookup(order, kind = 'order', total)      it is the order of a row of that kind, whose total is the same
    lookup_in_job(…)                          or of one of the job's earlier runs

What a single value must be (its type, format, pattern, being required) its field says. A rule over values that are missing or unreadable
says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.record import record

#: Rules of one set, and characters of their parts.
MAX_RULES = 50
MAX_CHECK = 500
MAX_NAME = 100
MAX_MESSAGE = 300
#: Bytes of a whole set, as it is kept with its job and with every run of it beside the fields.
MAX_BYTES = 20_000
#: Bytes that a rule takes beside its texts.
_FRAME = 60
#: How far apart the two sides of ``=`` may be: sums of rounded amounts are a cent off.
TOLERANCE = 0.01
MAX_TOLERANCE = 1e12


class RuleKind(StrEnum):
    """What a rule speaks of."""

    #: Both sides of ``=``, ``<=`` and the like.
    COMPARE = "compare"
    TOGETHER = "together"
    ANY_OF = "any_of"
    LISTED = "listed"
    UNIQUE = "unique"
    UNIQUE_IN_JOB = "unique_in_job"
    LOOKUP = "lookup"
    LOOKUP_IN_JOB = "lookup_in_job"

    @property
    def looks_up(self) -> bool:
        """Whether a value has to be found in other rows."""
        return self in {RuleKind.LOOKUP, RuleKind.LOOKUP_IN_JOB}

    @property
    def between_rows(self) -> bool:
        """Whether it takes other rows to tell."""
        return self.looks_up or self in {RuleKind.UNIQUE, RuleKind.UNIQUE_IN_JOB}

    @property
    def in_job(self) -> bool:
        """Whether rows of the job's earlier runs count as well."""
        return self in {RuleKind.UNIQUE_IN_JOB, RuleKind.LOOKUP_IN_JOB}


@record(frozen=True, kw_only=True, slots=True)
class Rule:
    """What must hold of a row."""

    #: Unique in its set; the check itself where none was given.
    name: str = ""
    check: str
    #: How far apart the two sides of ``=``, or numbers that have to agree, may be.
    tolerance: float = TOLERANCE
    #: What to tell people where it does not hold; "" for a sentence with the values.
    message: str = ""


@record(frozen=True, kw_only=True, slots=True)
class Violation:
    """That a rule does not hold of a row."""

    rule: str
    message: str
    #: The fields that it speaks of.
    fields: tuple[str, ...]


@record(frozen=True, kw_only=True, slots=True)
class Match:
    """That a lookup found a row's values, and where."""

    rule: str
    #: Of the job; this one or an earlier one.
    run_id: str
    file_id: str
    #: The file's name.
    file: str
    #: 0-based within it.
    row: int


@record(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a run's rules say of one row."""

    violations: tuple[Violation, ...] = ()
    matches: tuple[Match, ...] = ()


def validate_rules(rules: Sequence[Rule], fields: Sequence[Field]) -> tuple[Rule, ...]:
    """Check rules against the fields they speak of, and return them with their names.

    Raises:
        InvalidInput: code ``bad_rule`` for a check that cannot be understood, with the ``position`` at fault (1 for its first character);
            ``unknown_field`` for one that names a field which is not there.
    """
    if len(rules) > MAX_RULES:
        raise InvalidInput(f"{len(rules)} rules are too many; a set holds at most {MAX_RULES}.", code="bad_rule", field="rules")
    named = tuple(_checked(rule, fields) for rule in rules)
    if (size := sum(map(_bytes, named))) > MAX_BYTES:
        raise InvalidInput(f"The rules take {size:,} bytes together, of at most {MAX_BYTES:,}.", code="bad_rule", field="rules")
    names = [rule.name.casefold() for rule in named]
    for rule in named:
        if names.count(rule.name.casefold()) > 1:
            raise InvalidInput(f"Two rules are named {rule.name!r}.", code="bad_rule", field="rules")
    return named


def _bytes(rule: Rule) -> int:
    return _FRAME + sum(len(text.encode("utf-8", "surrogatepass")) for text in (rule.name, rule.check, rule.message))


def fitting(rules: Sequence[Rule], fields: Sequence[Field]) -> tuple[Rule, ...]:
    """Those of the rules that these fields can answer."""
    return tuple(rule for rule in rules if _fits(rule, fields))


def _fits(rule: Rule, fields: Sequence[Field]) -> bool:
    try:
        _checked(rule, fields)
    except InvalidInput:
        return False
    return True


def _checked(rule: Rule, fields: Sequence[Field]) -> Rule:
    from sheaf.domain.checking import checked

    for text, most, what in ((rule.check, MAX_CHECK, "check"), (rule.name, MAX_NAME, "name"), (rule.message, MAX_MESSAGE, "message")):
        if len(text) > most:
            raise InvalidInput(f"A rule's {what} takes at most {most} characters.", code="bad_rule", field="rules")
    if not 0 <= rule.tolerance <= MAX_TOLERANCE:
        raise InvalidInput(f"A tolerance is from 0 to {MAX_TOLERANCE:g}.", code="bad_rule", field="rules")
    name = " ".join((rule.name or rule.check).split())[:MAX_NAME]
    try:
        checked(rule.check, fields)
    except InvalidInput as error:
        raise InvalidInput(f"Rule {name!r}: {error.message}", code=error.kind, **error.details) from error
    return replace(rule, name=name)
