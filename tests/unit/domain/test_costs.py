"""What a run costs: prices as a setting names them, and estimates from files that nobody has read yet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.costs import COUNTED, TEXTS, Charge, Costing, Estimate, Files, FileSize, Holds, estimate, looked_into, remarks
from sheaf.domain.counters import Usage
from sheaf.domain.errors import InvalidInput
from sheaf.domain.prices import Price, prices, tokens_of

PRICE = Price(asked=Decimal("2.50"), answered=Decimal(10))
MODEL = Costing(engine="gemini", charge=Charge.TOKENS, model="gemini/small", price=PRICE, asked=1_000, answered=200, picture=1_500)
FORMATS = st.sampled_from(["text", "pdf", "image", "tiff", "csv", "docx", "eml", "step", "unheard of"])
SIZES = st.lists(st.builds(FileSize, format=FORMATS, bytes=st.integers(0, 10**9)), max_size=20)


def of(costing: Costing, *sizes: FileSize, count: int | None = None, budget: int | None = None) -> Estimate:
    """The estimate of a run over these files, or over more of their kind."""
    return estimate(costing, Files(count=len(sizes) if count is None else count, listed=len(sizes), sizes=sizes), budget)


def test_prices_are_named_by_model() -> None:
    """In dollars for a million tokens asked and answered, whatever the model's name holds."""
    assert prices(" gpt-4o=2.50/10 , openai/llama3.2:8b = 0/0,") == {
        "gpt-4o": PRICE,
        "openai/llama3.2:8b": Price(asked=Decimal(0), answered=Decimal(0)),
    }
    assert prices("") == {}
    assert PRICE.micros(1_000, 100) == 3_500
    assert Price(asked=Decimal("0.1"), answered=Decimal(0)).micros(1, 0) == 1


@pytest.mark.parametrize("text", ["gpt", "gpt=", "gpt=1", "=1/2", "gpt=1/x", "gpt=-1/2", "gpt=nan/1", "gpt=1e9/1", "gpt=1/2/3"])
def test_what_is_no_price_is_refused(text: str) -> None:
    """When the setting is read, and not when the money is spent."""
    with pytest.raises(InvalidInput) as refused:
        prices(text)
    assert refused.value.details["field"] == "model_prices"


@given(SIZES, st.integers(0, 10**6) | st.none(), st.booleans())
def test_an_estimate_is_never_less_for_more(sizes: list[FileSize], budget: int | None, apart: bool) -> None:  # noqa: FBT001 - hypothesis names it
    """Whatever the files: a budget is kept to, twice the files cost as much again, and engines that run here cost nothing."""
    costing = Costing(engine="e", charge=Charge.TOKENS, model="m", price=PRICE, asked=900, answered=50, picture=1_500, apart=apart)
    once, twice = of(costing, *sizes), of(costing, *sizes, count=2 * len(sizes))
    assert (twice.tokens_in, twice.pages) == (2 * once.tokens_in, 2 * once.pages)
    bound = of(costing, *sizes, budget=budget)
    spent = bound.tokens_in + bound.tokens_out
    assert spent <= (once.tokens_in + once.tokens_out if budget is None else budget)
    assert bound.capped == (spent < once.tokens_in + once.tokens_out)
    free = of(Costing(engine="embedded"), *sizes)
    assert (free.micros, free.tokens_in, free.tokens_out) == (0, 0, 0)


def test_no_files_cost_nothing() -> None:
    """And are told as such."""
    assert of(MODEL) == Estimate(
        files=0, listed=0, opened=0, counted=0, unknown=0, pages=0, tokens_in=0, tokens_out=0, capped=False, micros=0
    )


def test_texts_are_taken_by_what_they_begin_with() -> None:
    """Their bytes are their text; letters of other scripts are more tokens, and other files of the format are taken for the like."""
    cyrillic = "привет " * 1_000
    data = cyrillic.encode()
    holds = looked_into("text", data, len(data))
    assert holds is not None
    found = of(MODEL, FileSize(format="text", bytes=len(data), holds=holds))
    assert found.tokens_in == pytest.approx(1_000 + tokens_of(cyrillic), abs=2)
    other = of(MODEL, FileSize(format="text", bytes=len(data), holds=holds), FileSize(format="text", bytes=10 * len(data)))
    assert other.tokens_in > 5 * found.tokens_in
    assert of(MODEL, FileSize(format="text", bytes=len(data))).tokens_in > 1_000


def test_pages_of_a_pdf_are_counted_where_all_of_it_was_looked_at() -> None:
    """Tree nodes are no pages; of a file that was cut, and of one whose pages are packed, nothing is said."""
    data = b"%PDF-1.4 << /Type /Pages >> << /Type /Page >> <</Type/Page/Parent 1 0 R>> %%EOF"
    holds = looked_into(COUNTED, data, len(data))
    assert holds is not None
    assert of(MODEL, FileSize(format=COUNTED, bytes=len(data), holds=holds)).pages == 2
    assert looked_into(COUNTED, data[:50], len(data)) is None
    assert looked_into(COUNTED, b"%PDF-1.7 packed", 15) is None


@given(st.sampled_from([*sorted(TEXTS), COUNTED, "image"]), st.binary(max_size=200), st.integers(0, 10**6))
def test_looking_never_fails(format_: str, head: bytes, more: int) -> None:
    """Whatever a file begins with."""
    holds = looked_into(format_, head, len(head) + more)
    assert of(MODEL, FileSize(format=format_, bytes=len(head) + more, holds=holds)).tokens_in >= 0


def test_tables_and_pictures() -> None:
    """No model is asked about a table; a picture of a page costs as such, where models are shown any."""
    assert of(MODEL, FileSize(format="csv", bytes=10**9)).tokens_in == 0
    assert of(MODEL, FileSize(format="image", bytes=10**7)).tokens_in == 2_500
    blind = Costing(engine="e", charge=Charge.TOKENS, model="m", asked=1_000)
    assert of(blind, FileSize(format="image", bytes=10**7)).tokens_in == 1_000


def test_long_files_are_asked_about_in_parts() -> None:
    """As many as are asked about at most: what lies behind them is not read by a model."""
    short, long = (of(MODEL, FileSize(format="text", bytes=size)) for size in (40_000, 10**9))
    assert (short.tokens_out, long.tokens_out) == (200, 25 * 200)
    assert long.tokens_in == pytest.approx(25 * (1_000 + 40_000 / 3), abs=30)


@pytest.mark.parametrize(
    ("costing", "told"),
    [
        (Costing(engine="embedded"), "Nothing is charged"),
        (Costing(engine="werk24", charge=Charge.SERVICE), "by a contract that is not known here"),
        (Costing(engine="gemini", charge=Charge.TOKENS), "No model is set up"),
        (Costing(engine="openai", charge=Charge.TOKENS, model="openai/own"), "The price of openai/own is not known"),
        (MODEL, "guessed from above"),
    ],
)
def test_what_is_not_known_is_said(costing: Costing, told: str) -> None:
    """Of the engine first."""
    assert told in next(iter(remarks(costing, None, Usage())))


def test_figures_say_how_far_they_go() -> None:
    """Archives, files that were not listed, pages that were guessed, a small budget, and tokens without a price."""
    sizes = (FileSize(format="text", bytes=90_000),)
    expected = estimate(MODEL, Files(count=10, listed=2, sizes=sizes, unknown=1), 1_000)
    said = " ".join(remarks(MODEL, expected, Usage(model_tokens=50, model_tokens_priced=20)))
    for part in (
        "first 2 files",
        "5 of the files are archives",
        "Pages are guessed",
        "budget of tokens is too small",
        "What 30 of the tokens",
    ):
        assert part in said
    assert (expected.capped, expected.tokens_in) == (True, 500)
    assert of(Costing(engine="o", charge=Charge.TOKENS, model="m"), *sizes).micros is None


@pytest.mark.parametrize(
    ("format_", "holds", "rows"),
    [
        ("pdf", Holds(pages=1 / 1_000, characters=2.5), 25 * 30),  # a page a question
        ("text", Holds(pages=1 / 1_000, characters=1.0), 25 * 14 * 30),  # one page, as many of its size as fit
        ("pdf", Holds(pages=2 / 3_000_000, characters=2.5), 2 * 30),
    ],
)
def test_no_rows_are_paid_for_behind_the_last_question(format_: str, holds: Holds, rows: int) -> None:
    """What is in a file of thousands of pages behind those that a model is asked about is read by rules alone."""
    table = replace(MODEL, apart=True, rows=30, picture=0)
    assert of(table, FileSize(format=format_, bytes=3_000_000, holds=holds)).tokens_out == rows * table.answered
