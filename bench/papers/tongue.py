"""What one language's issuers print: labels, names, dates and sums, from ``words/*.toml``; chosen at random, the same for a seed."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from stdnum.eu import vat
from stdnum.iban import calc_check_digits

_WORDS = Path(__file__).parent / "words"
LANGUAGES = tuple(sorted(path.stem for path in _WORDS.glob("*.toml")))
#: Where accounts and tax numbers of a language's issuers are.
_COUNTRY = {"en": "GB", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL", "pt": "PT"}
_VAT_FORM = {"DE": "#########", "FR": "###########", "ES": "B########", "IT": "###########", "NL": "#########B01", "PT": "5########"}
_ACCOUNT = {
    "GB": "BARC##############",
    "DE": "##################",
    "FR": "#######################",
    "ES": "####################",
    "IT": "X0###################00",
    "NL": "INGB##########",
    "PT": "#####################",
}


@cache
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads((_WORDS / f"{language}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Tongue:
    """One document's language and customs: the same label, date form and currency style throughout."""

    language: str
    dice: random.Random
    date_form: str
    sum_form: str

    def word(self, part: str, name: str) -> str:
        """One of the variants of a word."""
        return self.dice.choice(str(_words(self.language)[part][name]).split("|"))

    def label(self, name: str) -> str:
        """A printed label."""
        return self.word("labels", name)

    def date(self, day: date) -> str:
        """A date as this document prints it."""
        month = _words(self.language)["months"].split()[day.month - 1]
        return day.strftime(self.date_form.replace("%B", month).replace("%b", month[:3]))

    def number(self, value: Decimal) -> str:
        """A number with cents and thousands as this document prints it."""
        text = f"{value:,.2f}" if value != int(value) or value >= 100 else f"{value}"
        return text if _words(self.language)["decimal"] == "." else text.translate(str.maketrans(",.", ".,"))

    def money(self, value: Decimal) -> str:
        """A sum of money with its currency."""
        text = f"{value:,.2f}"
        text = text if _words(self.language)["decimal"] == "." else text.translate(str.maketrans(",.", ".,"))
        return self.sum_form.format(text)

    @property
    def currency(self) -> str:
        """The currency's code."""
        return str(_words(self.language)["currency"][0])

    def digits(self, form: str) -> str:
        """``form`` with a digit for every ``#``."""
        return "".join(str(self.dice.randint(1, 9)) if one == "#" else one for one in form)

    def iban(self) -> str:
        """An account number whose check digits hold, in groups of four."""
        country = _COUNTRY[self.language]
        body = self.digits(_ACCOUNT[country])
        plain = f"{country}{calc_check_digits(f'{country}00{body}')}{body}"
        return " ".join(plain[index : index + 4] for index in range(0, len(plain), 4))

    def vat_id(self) -> str:
        """A tax number whose check digits hold, where that is known of the country."""
        country = _COUNTRY[self.language]
        form = _VAT_FORM.get(country)
        tries = (f"{country}{self.digits(form)}" for _ in range(2_000)) if form else iter(())
        return next((one for one in tries if vat.is_valid(one)), f"{country}{self.digits('#########')}")


def tongue(language: str, dice: random.Random) -> Tongue:
    """The customs of one document in ``language``."""
    words = _words(language)
    return Tongue(language, dice, dice.choice(words["dates"].split("|")), dice.choice(words["currency"][1:]))


def some_day(dice: random.Random) -> date:
    """A day of 2025 or 2026."""
    return date(2025, 1, 1) + timedelta(days=dice.randrange(700))
