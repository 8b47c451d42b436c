"""Prices of models, in US dollars for a million tokens."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal, InvalidOperation

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record

CURRENCY = "USD"
#: Prices of one setting, and what a million tokens may cost.
_MAX_PRICES, _MAX_PRICE = 200, Decimal(100_000)
#: Where the scripts of East Asia begin (Unicode, CJK Radicals Supplement); what is before, but for South-East Asia, has blanks.
_DENSE = "\u2e80"


def tokens_of(text: str) -> int:
    """Tokens of a text, guessed from above.

    Three characters of ASCII make one at least, any other letter is one by itself, and one of a script that is written without blanks,
    which vocabularies know few words of, is taken for two.
    """
    plain = sum(character.isascii() for character in text)
    dense = sum(character >= _DENSE for character in text)
    return -(-plain // 3) + (len(text) - plain) + dense


@record(frozen=True, kw_only=True, slots=True)
class Price:
    """Dollars for a million tokens that are asked, and that are answered."""

    asked: Decimal
    answered: Decimal

    def micros(self, asked: int, answered: int) -> int:
        """Millionths of a dollar for so many tokens, rounded up."""
        return int((self.asked * asked + self.answered * answered).to_integral_value(ROUND_CEILING))


def prices(text: str) -> dict[str, Price]:
    """Prices by model, as the setting names them: ``gpt-4o=2.50/10, llama3.2=0/0``; raises InvalidInput for what is none."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > _MAX_PRICES:
        raise InvalidInput(f"At most {_MAX_PRICES} models have a price.", field="model_prices")
    return dict(map(_price, parts))


def _price(part: str) -> tuple[str, Price]:
    model, _, told = part.rpartition("=")
    asked, _, answered = told.partition("/")
    if not model.strip():
        raise _none(part)
    return model.strip(), Price(asked=_dollars(asked, part), answered=_dollars(answered, part))


def _dollars(text: str, part: str) -> Decimal:
    try:
        dollars = Decimal(text.strip())
    except InvalidOperation:
        raise _none(part) from None
    if not (dollars.is_finite() and 0 <= dollars <= _MAX_PRICE):
        raise _none(part)
    return dollars


def _none(part: str) -> InvalidInput:
    message = f"{part[:80]!r} is no price of a model: give dollars for a million tokens asked and answered, such as gpt-4o=2.50/10."
    return InvalidInput(message, field="model_prices")
