"""Sums of money: ``{"amount": "12.50", "currency": "EUR"}``; the amount is a string, so that no digit is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheaf.domain.errors import InvalidInput
from sheaf.domain.rows import Amount
from sheaf.domain.texts import decimal_text
from sheaf.domain.types import loading
from sheaf.domain.types.base import Json, ValueType

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def to_json(value: Amount) -> dict[str, Json]:
    """The amount as an object."""
    return {"amount": decimal_text(value.amount), "currency": value.currency}


def _load(json: object, _: object) -> Amount:
    if not isinstance(json, Mapping) or "amount" not in json:
        raise InvalidInput(f'An amount cannot be {loading.shown(json)}: give an object such as {{"amount": "12.50", "currency": "EUR"}}.')
    return Amount(amount=loading.number(json["amount"]), currency=_currency(json.get("currency")))


def _currency(json: object) -> str | None:
    if json is not None and not (isinstance(json, str) and _CURRENCY.fullmatch(json)):
        raise InvalidInput(f"A currency cannot be {loading.shown(json)}: give a code of ISO 4217 such as EUR, or null.")
    return json


def _parse(text: str) -> Amount:
    number, _, currency = text.strip().partition(" ")
    return Amount(amount=loading.number(number), currency=_currency(currency.strip() or None))


def _flat(value: Amount | None) -> tuple[Amount | None, str | None]:
    return (value, value.currency) if isinstance(value, Amount) else (None, None)


def _schema(_: object) -> dict[str, Json]:
    number: Json = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
    currency: Json = {"type": ["string", "null"], "description": "ISO 4217"}
    return {"type": "object", "properties": {"amount": number, "currency": currency}, "required": ["amount", "currency"]}


def in_words(value: Amount) -> str:
    """``12.50 EUR``."""
    return f"{decimal_text(value.amount)} {value.currency or ''}".strip()


TYPE = ValueType(
    label="Amount",
    description="A sum of money.",
    example={"amount": "12.50", "currency": "EUR"},
    schema=_schema,
    load=_load,
    parse=_parse,
    columns=("", "_currency"),
    flat=_flat,
    format="number",
)
