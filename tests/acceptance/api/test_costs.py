"""What a run costs over HTTP (X8): expected before it is submitted, metered once it has read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sheaf.domain.costs import Charge, Costing
from sheaf.domain.prices import Price
from sheaf.ports.jobtype import Outcome
from tests.acceptance.api.harness import Api, Json
from tests.faults.kit import Tiny, packed

PRICE = Price(asked=Decimal("0.30"), answered=Decimal("2.50"))
MODEL = Costing(engine="gemini", charge=Charge.TOKENS, model="gemini/small", price=PRICE, asked=1_000, answered=100)


def tiny(api: Api) -> Tiny:
    """The installation's job type, to be told what it costs."""
    found = api.kernel.job_types("tiny")
    assert isinstance(found, Tiny)
    return found


def cost(api: Api, job: Json, **query: Any) -> Json:
    """What a run of the job costs."""
    return api.get(f"/jobs/{job['id']}/cost", **query)


def test_an_engine_that_runs_here_costs_nothing(api: Api) -> None:
    """Before and after, and that is said."""
    job = api.job("free")
    api.upload(job["id"], b"ok", b"rows 2")
    before = cost(api, job)
    assert (before["charge"], before["model"], before["price"], before["budget"]) == ("nothing", None, None, None)
    expected = before["estimate"]
    assert (expected["files"], expected["files_opened"], expected["tokens_in"]) == (2, 2, 0)
    assert expected["cost"] == before["spent"]["cost"] == {"amount": "0.000000", "currency": "USD"}
    assert "Nothing is charged" in before["remarks"][0]
    api.post(f"/jobs/{job['id']}/submit", expect=202)
    api.drain()
    after = cost(api, job)
    assert (after["estimate"], after["spent"]["files"], after["spent"]["pages"]) == (None, 2, 4)


def test_a_run_without_files_costs_nothing_yet(api: Api) -> None:
    """It is no error to ask."""
    expected = cost(api, api.job("empty"))["estimate"]
    assert (expected["files"], expected["pages"], expected["cost"]["amount"]) == (0, 0, "0.000000")


@pytest.mark.embedded("it tells the job type in the same process what to cost")
def test_a_model_is_estimated_by_the_files(api: Api) -> None:
    """By price and tokens; within the run's budget, which is said to be too small; archives are unknown until they are unpacked."""
    tiny(api).charged = MODEL
    job = api.job("priced")
    api.upload(job["id"], b"three letters make a token " * 100, packed({"a.txt": b"ok"}))
    before = cost(api, job)
    expected = before["estimate"]
    assert before["price"] == {"tokens_in": "0.30", "tokens_out": "2.50"}
    assert (expected["files"], expected["files_listed"], expected["files_opened"], expected["files_unknown"]) == (2, 2, 1, 1)
    assert expected["tokens_in"] == 1_900
    assert expected["tokens_out"] == 100
    assert expected["cost"] == {"amount": "0.000820", "currency": "USD"}
    assert any("archives or messages" in remark for remark in before["remarks"])
    api.send("PUT", f"/jobs/{job['id']}/options", json={"options": {"model_tokens": 1_000}})
    capped = cost(api, job)
    assert (capped["budget"], capped["estimate"]["capped"]) == (1_000, True)
    assert capped["estimate"]["tokens_in"] + capped["estimate"]["tokens_out"] == 500


@pytest.mark.embedded("it tells the job type in the same process what to cost")
def test_a_model_without_a_price_is_told_as_such(api: Api) -> None:
    """Tokens are known, money is not."""
    tiny(api).charged = replace(MODEL, price=None)
    job = api.job("unpriced")
    api.upload(job["id"], b"ok")
    found = cost(api, job)
    assert (found["estimate"]["cost"], found["price"]) == (None, None)
    assert "The price of gemini/small is not known here" in found["remarks"][0]


@pytest.mark.embedded("it tells the job type in the same process what was spent")
@pytest.mark.parametrize(
    ("priced", "micros", "amount", "unpriced"), [(90, 1_250, "0.001250", 0), (60, 800, "0.000800", 30), (0, 0, None, 90)]
)
def test_what_was_spent_is_metered(api: Api, priced: int, micros: int, amount: str | None, unpriced: int) -> None:
    """By the prices of the time; tokens that had none are counted apart, and never taken for free."""
    spent: dict[str, Any] = {"model_tokens": 90, "model_tokens_out": 20, "model_tokens_priced": priced, "model_micros": micros}
    tiny(api).outcome = Outcome(pages=1, engine="tiny/1", **spent)
    found = cost(api, api.finished(b"ok", name="spent"))
    assert (found["spent"]["tokens_in"], found["spent"]["tokens_out"], found["spent"]["tokens_unpriced"]) == (70, 20, unpriced)
    assert found["spent"]["cost"] == (None if amount is None else {"amount": amount, "currency": "USD"})
    assert any(f"What {unpriced} of the tokens cost is not known" in remark for remark in found["remarks"]) == bool(unpriced)


def test_the_run_may_be_named(api: Api) -> None:
    """Another one than the latest; one that is not there is not found."""
    job = api.finished(b"ok", name="named")
    run = api.post(f"/jobs/{job['id']}/runs", {})
    assert cost(api, job)["job_run_id"] == run["id"]
    assert cost(api, job, run_id=job["latest_run_id"])["spent"]["files"] == 1
    api.refused("GET", f"/jobs/{job['id']}/cost", 404, "not_found", params={"run_id": "nowhere"})
