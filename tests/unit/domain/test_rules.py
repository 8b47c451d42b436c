"""Rules on rows: what can be asked, what is refused, and that judging never fails."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.between import Lookup, between
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.judging import Judge
from sheaf.domain.rows import MISSING, Amount, Cell, CellState
from sheaf.domain.rules import MAX_CHECK, MAX_RULES, Rule, fitting, validate_rules
from sheaf.domain.types.date_range import DateRange

_LINE = (
    Field(name="quantity", type=FieldType.NUMBER),
    Field(name="price", type=FieldType.AMOUNT),
    Field(name="amount", type=FieldType.AMOUNT),
    Field(name="sent", type=FieldType.DATE),
    Field(name="what"),
)
FIELDS = (
    *(Field(name=name, type=FieldType.AMOUNT) for name in ("net", "tax", "total")),
    *(Field(name=name) for name in ("from", "iban", "bic")),
    Field(name="currency", type=FieldType.CHOICE, choices=("EUR", "USD")),
    Field(name="share", type=FieldType.NUMBER),
    Field(name="paid", type=FieldType.BOOLEAN),
    Field(name="date", type=FieldType.DATE),
    Field(name="due", type=FieldType.DATE),
    Field(name="stay", type=FieldType.DATE_RANGE),
    Field(name="tags", type=FieldType.LIST),
    Field(name="items", type=FieldType.TABLE, columns=_LINE),
    Field(name="other", type=FieldType.TABLE, columns=_LINE[:1]),
)


def found(value: Any) -> Cell:
    """A cell that was read."""
    return Cell(state=CellState.FOUND, value=value, confidence=1.0)


def amount(text: str, currency: str | None = None) -> Amount:
    """A sum of money."""
    return Amount(amount=Decimal(text), currency=currency)


ROW = {
    "net": found(amount("100")),
    "tax": found(amount("19", "EUR")),
    "total": found(amount("118.00", "EUR")),
    "from": found("Aix"),
    "currency": found("EUR"),
    "share": found(Decimal("0.1")),
    "paid": found(value=True),
    "date": found(date(2026, 1, 31)),
    "due": found(date(2026, 3, 2)),
    "stay": found(DateRange(start=date(2026, 1, 30), end=None)),
    "items": found(
        (
            {"quantity": Decimal(2), "price": amount("3"), "amount": amount("7"), "sent": date(2026, 1, 1), "what": "a"},
            {"quantity": None, "price": amount("3"), "amount": amount("111"), "sent": None, "what": None},
            {"quantity": Decimal(1), "price": amount("3"), "amount": amount("0"), "sent": None, "what": None},
        )
    ),
}


def told(check: str, cells: Any = None, **more: Any) -> list[str]:
    """What is said of a row by one rule."""
    rules = validate_rules([Rule(check=check, **more)], FIELDS)
    return [violation.message for violation in Judge.of(rules, FIELDS).violations(ROW if cells is None else cells)]


@pytest.mark.parametrize(
    "check",
    [
        "net + tax = total + 1",
        "net + tax == 119",
        "net + tax = total + 1.01",
        "sum(items.amount) = total",
        "count(items.quantity) = 2",
        "min(items.amount) < max(items.amount)",
        "max(items.sent) <= date",
        "items.what = 'a'",
        "date <= due",
        "date + 30 = due",
        "due - date = 30",
        "stay.start < date",
        "stay.end < date",
        "0 <= share <= 1",
        "share * 3 = 0.30",
        "-net < 0",
        "abs(net - total) <= 18",
        "net / total < 1",
        "net / 0 = 1",
        "from = '  AIX '",
        "from != 'Ghent'",
        "listed(currency, 'USD', 'eur')",
        "together(net, tax)",
        "together(iban, bic)",
        "any_of(iban, from)",
        "iban = 'x'",
        "items.amount < 200",
        "date >= '2026-01-31'",
    ],
)
def test_what_holds_is_silent(check: str) -> None:
    """Also where a value is missing, a range is open, or nothing can be computed."""
    assert told(check) == []


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("net + tax = total", "119 EUR is not 118.00 EUR."),
        ("net+tax<=total", "119 EUR is more than 118.00 EUR."),
        ("due <= date", "2026-03-02 is after 2026-01-31."),
        ("due < date + 30", "2026-03-02 is not before 2026-03-02."),
        ("date > '2026-02-28'", "2026-01-31 is not after 2026-02-28."),
        ("0 <= net <= 50", "100 is more than 50."),
        ("items.quantity * items.price = items.amount", "In lines 1, 3 of items: 6 is not 7."),
        ("currency = 'USD'", "'EUR' is not 'USD'."),
        ("listed(from, 'Bonn', 'Cork')", "'Aix' is none of Bonn, Cork."),
        ("together(from, iban)", "from without iban."),
        ("any_of(iban, bic)", "None of iban, bic is there."),
    ],
)
def test_what_does_not_hold_is_told_with_its_values(check: str, message: str) -> None:
    """A sentence for people, unless the rule has its own."""
    assert told(check) == [message]
    assert told(check, message="Look again.") == ["Look again."]


def test_the_tolerance_is_the_rules_own() -> None:
    """A cent by default; what is given stands in its place."""
    assert told("net + tax = total", tolerance=1.0) == []
    assert told("share = 0.105") == []
    assert told("share = 0.105", tolerance=0.0) != []


def test_currencies_are_not_mixed() -> None:
    """Amounts of two currencies cannot make a sum; one without a currency goes with any."""
    cells = {**ROW, "tax": found(amount("18", "USD"))}
    assert told("net + tax = total", cells) == ["The amounts are in different currencies."]


@pytest.mark.parametrize("cell", [MISSING, Cell(state=CellState.BLANK), Cell(state=CellState.UNREADABLE)])
def test_what_is_not_there_says_nothing(cell: Cell) -> None:
    """A field that is required says so itself; an unreadable value may well be there."""
    assert told("net + tax = total", {**ROW, "tax": cell}) == []
    if cell.state is CellState.UNREADABLE:
        assert told("together(net, tax)", {**ROW, "tax": cell}) == []


def test_a_default_counts() -> None:
    """It stands for the value."""
    nought = Cell(state=CellState.MISSING, value=amount("0"))
    assert told("net + tax = 100", {**ROW, "tax": nought}) == []


@pytest.mark.parametrize(
    ("check", "code", "position"),
    [
        ("", "bad_rule", 1),
        ("net", "bad_rule", 1),
        ("net + tax = ", "bad_rule", 13),
        ("net = tax)", "bad_rule", 10),
        ("(" * 400, "bad_rule", 201),
        ("-" * 490 + "net = 1", "bad_rule", 21),
        ("net" + " + net" * 80 + " = 1", "bad_rule", 1),
        ("net ** 2 = 1", "bad_rule", 6),
        ("net // 2 = 1", "bad_rule", 6),
        ("__import__('os') = 1", "bad_rule", 1),
        ("net.__class__ = 1", "bad_rule", 4),
        ("lambda: 1", "bad_rule", 7),
        ("net := 1", "bad_rule", 5),
        ("f'{net}' = 1", "bad_rule", 2),
        ("net if tax else 1", "bad_rule", 5),
        ("net = 1; total = 2", "bad_rule", 8),
        ("net\0 = 1", "bad_rule", 4),
        ("net = 1e999999999", "bad_rule", 7),
        ("net = 0x10", "bad_rule", 7),
        ("(net = tax) = total", "bad_rule", 2),
        ("sum(net) = 1", "bad_rule", 1),
        ("sum(*items) = 1", "bad_rule", 5),
        ("sum(items.amount, 1) = 1", "bad_rule", 1),
        ("eval(net) = 1", "bad_rule", 1),
        ("nett = 1", "unknown_field", 1),
        ("1 = items.colour", "unknown_field", 5),
        ("net.real = 1", "bad_rule", 1),
        ("items = 1", "bad_rule", 1),
        ("tags = 'a'", "bad_rule", 1),
        ("stay = date", "bad_rule", 1),
        ("net = date", "bad_rule", 7),
        ("date + due = 1", "bad_rule", 1),
        ("date * 2 = 1", "bad_rule", 1),
        ("from < 'x'", "bad_rule", 8),
        ("items.quantity = other.quantity", "bad_rule", 1),
        ("unique()", "bad_rule", 1),
        ("unique(net + 1)", "bad_rule", 1),
        ("unique(items.amount)", "bad_rule", 8),
        ("together(net, net)", "bad_rule", 1),
        ("listed(net, '1')", "bad_rule", 8),
        ("listed(from)", "bad_rule", 1),
        ("any_of(net, 'x')", "bad_rule", 1),
        ("é = 1", "bad_rule", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(check: str, code: str, position: int) -> None:
    """Whatever its author was after, nothing of it runs."""
    with pytest.raises(InvalidInput) as refusal:
        validate_rules([Rule(check=check)], FIELDS)
    assert (refusal.value.kind, refusal.value.details["position"]) == (code, position)


@pytest.mark.parametrize(
    "rules",
    [
        [Rule(check="net = 1")] * (MAX_RULES + 1),
        [Rule(name="a", check="net = 1"), Rule(name="A ", check="tax = 1")],
        [Rule(check="net = " + "1" * MAX_CHECK)],
        [Rule(check="net = 1", name="n" * 101)],
        [Rule(check="net = 1", message="m" * 301)],
        [Rule(name=f"rule {number}", check="net = 1", message="\U0001f4c4" * 300) for number in range(20)],
        [Rule(check="net = 1", tolerance=-1)],
        [Rule(check="net = 1", tolerance=float("nan"))],
    ],
    ids=["too many", "one name twice", "a long check", "a long name", "a long message", "long messages", "below zero", "no number"],
)
def test_sets_are_bounded(rules: list[Rule]) -> None:
    """In number and size."""
    with pytest.raises(InvalidInput, match=r"rule|tolerance"):
        validate_rules(rules, FIELDS)


def test_rules_that_fit_are_kept() -> None:
    """A run that reads other fields takes those of its job's rules that it can answer."""
    rules = [Rule(check="net > 0"), Rule(check="any_of(from, iban)")]
    assert fitting(rules, FIELDS[:3]) == (rules[0],)


_SCALARS = st.one_of(
    st.text(max_size=8),
    st.decimals(),
    st.builds(Amount, amount=st.decimals(), currency=st.sampled_from([None, "EUR", "USD"])),
    st.dates(),
    st.booleans(),
    st.builds(DateRange, start=st.none() | st.dates(), end=st.none() | st.dates()),
)
_LINES = st.lists(st.dictionaries(st.sampled_from([column.name for column in _LINE]), st.none() | _SCALARS), max_size=4).map(tuple)
_CELLS = st.builds(Cell, state=st.sampled_from(CellState), value=st.none() | _SCALARS | _LINES | st.lists(st.text(max_size=4)).map(tuple))
_CHECKS = (
    "net + tax = total",
    "net * tax / total >= share - net",
    "sum(items.amount) = total",
    "min(items.amount) <= max(items.amount) != net",
    "count(items.sent) > 1",
    "max(items.sent) >= date",
    "items.quantity * items.price = items.amount",
    "date + share <= due",
    "due - date < 30",
    "stay.start <= date <= stay.end",
    "abs(net) = total",
    "from = iban",
    "paid = paid",
    "listed(from, 'a')",
    "together(net, date)",
    "any_of(items, stay)",
    "unique(from, net)",
)


@given(cells=st.dictionaries(st.sampled_from([field.name for field in FIELDS]), _CELLS))
def test_judging_never_fails(cells: dict[str, Cell]) -> None:
    """Whatever the cells hold, of types that their fields do not have, without end or without number."""
    judge = Judge.of([Rule(name=check, check=check) for check in _CHECKS], FIELDS)
    assert len(judge.checks) == len(_CHECKS)
    for violation in judge.violations(cells):
        assert violation.message
        assert set(violation.fields) <= {field.name for field in FIELDS}


@given(text=st.text(alphabet="ab_. 019'\"=<>!+-*/(),\n", max_size=40) | st.text(max_size=20))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    """Nothing else comes of it."""
    try:
        validate_rules([Rule(check=text)], [Field(name="a"), Field(name="b", type=FieldType.NUMBER)])
    except InvalidInput as error:
        assert 1 <= error.details.get("position", 1) <= len(text) + 1  # noqa: PT017 - what is not refused is right as well


@given(net=st.decimals(-(10**9), 10**9, places=2), tax=st.decimals(-(10**9), 10**9, places=2), off=st.decimals(-5, 5, places=2))
def test_sums_are_judged_to_the_cent(net: Decimal, tax: Decimal, off: Decimal) -> None:
    """An equation holds exactly where the sides are within its tolerance."""
    cells = {"net": found(Amount(amount=net)), "tax": found(Amount(amount=tax)), "total": found(Amount(amount=net + tax + off))}
    assert bool(told("net + tax = total", cells)) == (abs(off) > Decimal("0.01"))


TEXTS = st.text(max_size=20)
VALUES = (
    TEXTS
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.booleans()
    | st.none()
    | st.builds(Amount, amount=st.decimals(allow_nan=False, allow_infinity=False), currency=st.sampled_from([None, "EUR", "USD"]))
)
LOOKUP = Rule(name="known", check="lookup(from = iban, '*.csv', currency = 'EUR', total = net, share, bic = from, due)", tolerance=0.5)


@given(st.dictionaries(st.sampled_from(["from", "iban", "bic", "net", "total", "share", "due", "currency"]), VALUES), TEXTS)
def test_looking_up_never_fails(values: dict[str, Any], filename: str) -> None:
    """Whatever cells and files' names hold: what is kept of a row has one length, and rows are held against it."""
    (lookup,) = between(validate_rules([LOOKUP], FIELDS), FIELDS)
    assert isinstance(lookup, Lookup)
    cells = {name: found(value) for name, value in values.items()}
    entry = lookup.entry(filename + ".CSV", cells | {"currency": found("eur"), "iban": found("x")})
    assert entry is not None
    assert (len(entry.key), len(entry.kept)) == (16, lookup.width)
    told = lookup.disagreement(cells, entry.kept)
    assert told is None or told[0] in {"total", "share", "bic", "due"}
    assert lookup.entry(filename + ".txt", cells) is None
    key = lookup.asks(filename, cells)
    assert key is None or lookup.unfound(cells, anywhere=True)
