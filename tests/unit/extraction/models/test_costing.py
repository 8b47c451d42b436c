"""What asking models costs by an installation's settings: set prices, list prices, and none."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sheaf import catalog
from sheaf.domain.costs import Charge
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import RowMode
from sheaf.domain.jobs import RunOptions
from sheaf.domain.prices import Price
from sheaf.domain.runs import Run
from sheaf.extraction.models.asking import question
from sheaf.extraction.models.costing import costing
from sheaf.extraction.models.windows import Window
from sheaf.extraction.spec import parse_fields
from sheaf.settings import Settings, read

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def run(engine: str, fields: str = "seller,total:amount", mode: RowMode = RowMode.FILE) -> Run:
    """A run that reads these fields with an engine."""
    options = RunOptions(engine=engine, row_mode=mode)
    return Run(id="r", tenant="t", job_id="j", number=1, fields=parse_fields(fields), options=options, created_at=NOW, last_active_at=NOW)


def priced(engine: str, **settings: Any) -> Price | None:
    """What the model of an engine costs."""
    return costing(Settings(**settings), run(engine)).price


@pytest.mark.parametrize("engine", sorted(catalog.ENGINES))
def test_every_engine_says_what_it_charges_by(engine: str) -> None:
    """Without any setting, and without its library or keys: nothing but the embedded one is free."""
    found = costing(Settings(), run(engine))
    expected = {"embedded": Charge.NOTHING, "werk24": Charge.SERVICE}.get(engine, Charge.TOKENS)
    assert (found.charge, found.model, found.price) == (expected, "", None)


def test_an_engine_that_is_not_known_is_not_free() -> None:
    """A run may name one that this installation had once."""
    assert costing(Settings(), run("gone")).charge is Charge.SERVICE
    assert costing(Settings(), run("../gone")).charge is Charge.SERVICE


def test_a_set_price_goes_before_a_list_price() -> None:
    """By the model's name, or by the engine's and the model's."""
    listed = priced("gemini", gemini_model="gemini-2.5-flash")
    assert listed is not None
    assert 0 < listed.asked < listed.answered
    own = Price(asked=Decimal(1), answered=Decimal(2))
    assert priced("gemini", gemini_model="gemini-2.5-flash", model_prices="gemini-2.5-flash=1/2") == own
    assert priced("gemini", gemini_model="gemini-2.5-flash", model_prices="vertex/gemini-2.5-flash=1/2") == listed
    assert priced("vertex", gemini_model="gemini-2.5-flash", model_prices="vertex/gemini-2.5-flash=1/2") == own


def test_a_model_that_nobody_lists_has_no_price() -> None:
    """Nor has one of a server of one's own, whatever it is called."""
    assert priced("openai", openai_model="no such model") is None
    assert priced("openai", openai_model="gpt-4o") is not None
    assert priced("openai", openai_model="gpt-4o", openai_url="http://127.0.0.1:11434/v1") is None
    assert priced("openai", openai_model="llama3.2", openai_url="http://127.0.0.1:11434/v1", model_prices="llama3.2=0/0") == Price(
        asked=Decimal(0), answered=Decimal(0)
    )


def test_a_question_costs_what_is_asked() -> None:
    """More fields are more tokens, both ways; tables are answered with their lines."""
    few, many = (costing(Settings(gemini_model="m"), run("gemini", fields)) for fields in ("seller", "seller,total:amount,items:table"))
    assert few.asked == question(Window(text="", pages=()), run("gemini", "seller").fields, RowMode.FILE).size
    assert few.asked < many.asked
    assert 10 * few.answered < many.answered
    rows = costing(Settings(gemini_model="m", model_pictures=False), run("gemini", mode=RowMode.TABLE_ROW))
    assert (rows.apart, rows.picture, rows.rows > 1) == (True, 0, True)


def test_a_price_that_is_none_is_refused_at_the_start() -> None:
    """By the name of its setting."""
    with pytest.raises(InvalidInput, match="no price of a model"):
        read({"SHEAF_MODEL_PRICES": "gpt-4o=cheap"})
