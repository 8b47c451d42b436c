"""Sums that prove each other: net + tax = gross. A triple found on the page says which number is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sheaf.extraction.rules import rule
from sheaf.extraction.scoring import Scored

#: Concepts of the equation, in its order.
ROLES = ("net_total", "tax_amount", "total")
#: Highest tax rate that makes a triple plausible.
MAX_RATE = Decimal("0.33")
BONUS = 2.4
MAX_VALUES = 80


@dataclass(frozen=True, slots=True)
class Triple:
    """net + tax = gross, with how strongly labels back the three."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    weight: float


@rule("net-and-tax-make-gross", otherwise=lambda _: None)
def best_triple(scored: Mapping[str, Sequence[Scored]]) -> Triple | None:
    """The best backed equation among the candidates of the three concepts, or None.

    Assumes that net + tax = gross holds to the cent, at a tax rate no country exceeds.
    """
    tables = [_best_scores(scored.get(role, ())) for role in ROLES]
    values = sorted({value for table in tables for value in table if value > 0})[-MAX_VALUES:]
    known = set(values)
    best: Triple | None = None
    for net in values:
        for tax in values:
            if tax > net * MAX_RATE:
                break
            if net + tax in known:
                weight = sum(table.get(value, 0.0) for table, value in zip(tables, (net, tax, net + tax), strict=True))
                best = Triple(net, tax, net + tax, weight) if best is None or weight > best.weight else best
    return best


def _best_scores(scored: Sequence[Scored]) -> dict[Decimal, float]:
    best: dict[Decimal, float] = {}
    for one in scored:
        value = one.candidate.key
        if isinstance(value, Decimal) and one.candidate.quality >= 0.6:
            best[value] = max(best.get(value, 0.0), one.score)
    return best


def reinforce(role: str, scored: Sequence[Scored], triple: Triple) -> list[Scored]:
    """The candidates of one concept with the triple's value raised, best first."""
    wanted = {"net_total": triple.net, "tax_amount": triple.tax, "total": triple.gross}[role]
    raised = [_raised(one, BONUS) if one.candidate.key == wanted else one for one in scored]
    return sorted(raised, key=lambda one: -one.score)


def _raised(one: Scored, bonus: float) -> Scored:
    return replace(one, score=one.score + bonus, proof=one.proof + bonus)


@rule("cash-less-change", otherwise=lambda total, _, __: list(total))
def settle(total: Sequence[Scored], paid: Sequence[Scored], change: Sequence[Scored]) -> list[Scored]:
    """Totals with the one raised that cash less change proves.

    Assumes that what was handed over less the change is what was due.
    """
    proven = {handed - back for handed in _sure(paid) for back in _sure(change)}
    raised = [_raised(one, BONUS) if one.candidate.key in proven else one for one in total]
    return sorted(raised, key=lambda one: -one.score)


def _sure(scored: Sequence[Scored]) -> list[Decimal]:
    """The values of the best candidates that count as read."""
    return [one.candidate.key for one in scored[:3] if one.score >= SURE and isinstance(one.candidate.key, Decimal)]


#: Score from which a paid or change amount counts as read.
SURE = 5.0
#: Largest adjustment by which cash totals are rounded where small coins are not in use.
MAX_ROUNDING = Decimal("0.05")
#: A larger sum is no till's, and too long to be divided to the cent.
MOST = Decimal(10**12)


@rule("rounding", otherwise=lambda total, _: list(total))
def rounded(total: Sequence[Scored], rounding: Sequence[Scored]) -> list[Scored]:
    """Totals with the rounded one raised: the best one plus an adjustment that the page prints beside its own label.

    Assumes that where small coins are not in use, the rounded sum is the one that was paid.
    """
    best = total[0].candidate.key if total else None
    if not isinstance(best, Decimal) or abs(best) > MOST:
        return list(total)
    steps = [one.candidate.key for one in rounding[:3] if one.score >= SURE and isinstance(one.candidate.key, Decimal)]
    adjusted = {best + step * sign for step in steps for sign in (1, -1) if 0 < abs(step) <= MAX_ROUNDING}
    round_ones = {value for value in adjusted if value % MAX_ROUNDING == 0}
    raised = [_raised(one, max(total[0].score + 0.8 - one.score, 0.0)) if one.candidate.key in round_ones else one for one in total]
    return sorted(raised, key=lambda one: -one.score)
