"""What a run costs."""

from __future__ import annotations

from decimal import Decimal

from sheaf.domain import costs as domain
from sheaf.domain.costs import Charge
from sheaf.domain.counters import Usage
from sheaf.domain.prices import CURRENCY, Price
from sheaf.domain.texts import decimal_text
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Count, OfRun, Schema
from sheaf.services.costs import RunCost as Record

_MICROS = Decimal("0.000001")


class Money(Schema):
    """A sum of money."""

    amount: str
    """Digits with a point, so that none is lost."""
    currency: str
    """USD."""

    @classmethod
    def of(cls, micros: int | None) -> Money | None:
        """Millionths of a dollar as they are answered."""
        return None if micros is None else cls(amount=decimal_text(Decimal(micros) * _MICROS), currency=CURRENCY)


class TokenPrice(Schema):
    """Dollars for a million tokens, as strings of digits."""

    tokens_in: str
    tokens_out: str

    @classmethod
    def of(cls, price: Price | None) -> TokenPrice | None:
        """The price as it is answered."""
        return None if price is None else cls(tokens_in=decimal_text(price.asked), tokens_out=decimal_text(price.answered))


class CostEstimate(Schema):
    """What a run is expected to take, guessed from above."""

    files: Count
    files_listed: Count
    """Files that the figures rest on; they are stretched to all."""
    files_opened: Count
    """Of those, the ones whose first bytes were looked at."""
    files_counted: Count
    """Those whose pages are counted; the others' are guessed from their sizes."""
    files_unknown: Count
    """Archives and messages: what is in them is in no sum until they are unpacked."""
    pages: Count
    tokens_in: Count
    tokens_out: Count
    capped: bool
    """The run's budget (`model_tokens`) is less than its files would take."""
    cost: Money | None
    """Null where the price is not known."""

    @classmethod
    def of(cls, expected: domain.Estimate | None) -> CostEstimate | None:
        """The estimate as it is answered."""
        if expected is None:
            return None
        return cls(
            files=expected.files,
            files_listed=expected.listed,
            files_opened=expected.opened,
            files_counted=expected.counted,
            files_unknown=expected.unknown,
            pages=expected.pages,
            tokens_in=expected.tokens_in,
            tokens_out=expected.tokens_out,
            capped=expected.capped,
            cost=Money.of(expected.micros),
        )


class CostSpent(Schema):
    """What a run took until now, as it was metered."""

    files: Count
    pages: Count
    tokens_in: Count
    tokens_out: Count
    tokens_unpriced: Count
    """Tokens whose price was not known when they were used; they are not in `cost`."""
    cost: Money | None
    """By the prices of the time; null where none of the tokens had one."""

    @classmethod
    def of(cls, used: Usage) -> CostSpent:
        """What was used as it is answered."""
        return cls(
            files=used.files,
            pages=used.pages,
            tokens_in=used.model_tokens - used.model_tokens_out,
            tokens_out=used.model_tokens_out,
            tokens_unpriced=used.model_tokens - used.model_tokens_priced,
            cost=Money.of(used.model_micros if used.model_tokens_priced or not used.model_tokens else None),
        )


class RunCost(OfRun):
    """What a run is expected to cost, and what it has cost."""

    model_config = examples.shown(examples.RUN_COST)

    engine: str
    charge: Charge
    """`nothing`: the engine runs here; `tokens`: of a model; `service`: by a contract that is not known here."""
    model: str | None
    """The model that is asked first; null where none is set up, or none is asked."""
    price: TokenPrice | None
    """Null where it is not known, or nothing is charged by tokens."""
    budget: Count | None
    """Tokens that models may use in the run; null for no bound."""
    estimate: CostEstimate | None
    """Null once the run has ended."""
    spent: CostSpent
    remarks: list[str]
    """What to know about the figures, for people."""

    @classmethod
    def of(cls, run_id: str, cost: Record) -> RunCost:
        """The cost as it is answered."""
        return cls(
            job_run_id=run_id,
            engine=cost.costing.engine,
            charge=cost.costing.charge,
            model=cost.costing.model or None,
            price=TokenPrice.of(cost.costing.price),
            budget=cost.budget,
            estimate=CostEstimate.of(cost.estimate),
            spent=CostSpent.of(cost.spent),
            remarks=list(cost.remarks),
        )
