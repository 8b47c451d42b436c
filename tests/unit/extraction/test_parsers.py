"""Parsers of each type: what a language writes is read back, and nothing that is written takes them down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.domain.schemes import SCHEMES
from sheaf.domain.types.date_range import DateRange
from sheaf.domain.types.time_span import TimeSpan
from sheaf.extraction.parsing.addresses import parse_address
from sheaf.extraction.parsing.countries import countries
from sheaf.extraction.parsing.identifiers import compact, find_numbers_of, find_shaped, is_valid
from sheaf.extraction.parsing.periods import find_ranges
from sheaf.extraction.parsing.spans import find_spans

#: Years, months, weeks, days, hours, minutes of each language, for one and for several.
UNITS = {
    "en": "year years month months week weeks day days hour hours minute minutes",
    "de": "Jahr Jahre Monat Monate Woche Wochen Tag Tage Stunde Stunden Minute Minuten",
    "fr": "an ans mois mois semaine semaines jour jours heure heures minute minutes",
    "es": "año años mes meses semana semanas día días hora horas minuto minutos",
    "it": "anno anni mese mesi settimana settimane giorno giorni ora ore minuto minuti",
    "nl": "jaar jaar maand maanden week weken dag dagen uur uur minuut minuten",
    "pt": "ano anos mês meses semana semanas dia dias hora horas minuto minutos",
}
PARTS = ("years", "months", "weeks", "days", "hours", "minutes")
#: January to December.
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
#: The day, and what stands between the days.
DAY = {
    "en": "{d} {m} {y}",
    "de": "{d}. {m} {y}",
    "fr": "{d} {m} {y}",
    "es": "{d} de {m} de {y}",
    "it": "{d} {m} {y}",
    "nl": "{d} {m} {y}",
    "pt": "{d} de {m} de {y}",
}
TO = {"en": "to", "de": "bis", "fr": "au", "es": "al", "it": "al", "nl": "tot en met", "pt": "até"}
languages = st.sampled_from(sorted(UNITS))
days = st.dates(date(1950, 1, 1), date(2090, 1, 1))
hostile = st.text(max_size=80) | st.text(alphabet="0123456789 .,/-–PYMDTnetbis año(½)至٣\u00a0\n", max_size=120)


def day_in(language: str, day: date) -> str:
    """The day in words of the language."""
    return DAY[language].format(d=day.day, m=MONTHS[language].split()[day.month - 1], y=day.year)


@given(languages, st.sampled_from(range(len(PARTS))), st.integers(1, 999))
def test_a_span_is_read_in_every_language(language: str, part: int, number: int) -> None:
    """In its own unit: twelve weeks stay twelve weeks."""
    unit = UNITS[language].split()[2 * part + (number != 1)]
    assert [found.value for found in find_spans(f"({number} {unit})")] == [TimeSpan(**{PARTS[part]: number})]


@given(languages, days, st.integers(1, 800))
def test_a_range_in_words_is_read_in_every_language(language: str, start: date, length: int) -> None:
    """Both days, whatever stands between them."""
    end = start + timedelta(days=length)
    text = f"{day_in(language, start)} {TO[language]} {day_in(language, end)}"
    assert [found.value for found in find_ranges(text)] == [DateRange(start=start, end=end)]


@given(
    days, st.integers(1, 800), st.sampled_from(["-", " - ", " – ", " to ", " bis "]), st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d"])
)
def test_a_range_in_figures_is_read_whatever_parts_its_days(start: date, length: int, mark: str, form: str) -> None:
    """With or without spaces around the mark."""
    end = start + timedelta(days=length)
    mark = " - " if form == "%Y-%m-%d" and mark == "-" else mark
    text = f"{start.strftime(form).zfill(10)}{mark}{end.strftime(form).zfill(10)}"
    assert [found.value for found in find_ranges(text)] == [DateRange(start=start, end=end)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("two (2) years", "P2Y"),
        ("30 days net", "P30D"),
        ("Net 30", "P30D"),
        ("un an et six mois", "P1Y6M"),
        ("1,5 Jahre", "P1Y6M"),
        ("1½ hours", "PT1H30M"),
        ("1h30", "PT1H30M"),
        ("1 year, 6 months and 15 days", "P1Y6M15D"),
        ("zwei Quartale", "P6M"),
        ("Laufzeit: vierundzwanzig Monate", "P24M"),
        ("P1Y6M", "P1Y6M"),
        ("90 min", "PT90M"),
    ],
)
def test_spans_as_they_are_written(text: str, iso: str) -> None:
    """Words, figures, fractions and compounds."""
    assert [str(found.value) for found in find_spans(text)] == [iso]


@pytest.mark.parametrize(
    "text", ["", "Total 12.50", "invoice 2026-114", "net 12.50 EUR", "netto 19 %", "one man", "P", "PO 4711", "x" * 500]
)
def test_what_lasts_no_time_is_no_span(text: str) -> None:
    """Sums, numbers and words without a unit."""
    assert not find_spans(text)


@pytest.mark.parametrize(
    ("text", "order", "iso"),
    [
        ("March 1-15, 2026", "mdy", "2026-03-01/2026-03-15"),
        ("du 1er au 15 mars 2026", "dmy", "2026-03-01/2026-03-15"),
        ("28.02. - 03.03.2026", "dmy", "2026-02-28/2026-03-03"),
        ("28.12. – 03.01.2027", "dmy", "2026-12-28/2027-01-03"),
        ("02/18/20 - 02/24/20", "mdy", "2020-02-18/2020-02-24"),
        ("03/04 - 03/10/2026", "mdy", "2026-03-04/2026-03-10"),
        ("2026-03-01/2026-03-31", "dmy", "2026-03-01/2026-03-31"),
        ("del 1 al 31 de marzo de 2026", "dmy", "2026-03-01/2026-03-31"),
        ("Februar 2028", "dmy", "2028-02-01/2028-02-29"),
        ("November – February 2027", "dmy", "2026-11-01/2027-02-28"),
        ("Q1 2026", "dmy", "2026-01-01/2026-03-31"),
        ("3. Quartal 2026", "dmy", "2026-07-01/2026-09-30"),
        ("10/2026", "dmy", "2026-10-01/2026-10-31"),
        ("ab 1.3.2026", "dmy", "2026-03-01/.."),
        ("until 31 December 2026", "dmy", "../2026-12-31"),
    ],
)
def test_ranges_as_they_are_written(text: str, order: str, iso: str) -> None:
    """With what the first day leaves out, whole months and quarters, and one side open."""
    assert [str(found.value) for found in find_ranges(text, order)] == [iso]  # type: ignore[arg-type]  # one of the two


@pytest.mark.parametrize("text", ["15 May 2026", "31.03.2026 - 01.03.2026", "4711/2026-1", "1.5 - 2.5 kg", "2026"])
def test_what_is_no_range(text: str) -> None:
    """A day alone, days in the wrong order, figures, a year."""
    assert not find_ranges(text)


@given(hostile)
def test_no_text_takes_a_parser_down(text: str) -> None:
    """Each answers places within the text, in order."""
    for finder in (find_spans, find_ranges):
        found = finder(text)
        assert all(0 <= one.start < one.end <= len(text) for one in found)
        assert [one.start for one in found] == sorted(one.start for one in found)
    parse_address(text)
    for scheme in ("iban", "vat", "ean", "co_nit"):
        assert all(is_valid(scheme, one.value) for one in find_numbers_of(scheme, text))
        find_shaped(scheme, text)


@pytest.mark.parametrize(
    ("scheme", "text", "number"),
    [
        ("iban", "IBAN DE89 3704 0044 0532 0130 00 bei", "DE89370400440532013000"),
        ("vat", "USt-IdNr. DE 136 695 976", "DE136695976"),
        ("ean", "EAN 4 006381 333931", "4006381333931"),
        ("isbn", "ISBN 978-3-16-148410-0", "9783161484100"),
        ("lei", "LEI 213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"),
        ("creditor_reference", "RF18 5390 0754 7034", "RF18539007547034"),
        ("be_ogm", "+++090/9337/55493+++", "090933755493"),
        ("fr_siret", "SIRET 732 829 320 00074", "73282932000074"),
        ("ch_uid", "CHE-116.281.710 MWST", "CHE116281710"),
        ("it_iva", "P.IVA 00743110157", "00743110157"),
        ("pt_nif", "NIF 501 964 843", "501964843"),
        ("us_ein", "EIN 12-3456789", "123456789"),
    ],
)
def test_a_number_is_found_in_its_line_and_written_as_its_scheme_has_it(scheme: str, text: str, number: str) -> None:
    """Without the marks it is printed with."""
    assert [compact(scheme, found.value) for found in find_numbers_of(scheme, text)] == [number]


@given(st.integers(0, 21), st.integers(1, 9))
def test_a_wrong_digit_of_an_account_number_shows(place: int, step: int) -> None:
    """Whichever it is."""
    right = "DE89370400440532013000"
    if right[place].isdigit():
        wrong = right[:place] + str((int(right[place]) + step) % 10) + right[place + 1 :]
        assert is_valid("iban", right)
        assert not is_valid("iban", wrong)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Lindenweg 7\n35037 Marburg", ("Lindenweg 7", "35037", "Marburg", None, None)),
        ("12 High Street\nLeeds\nLS1 4AP\nUnited Kingdom", ("12 High Street", "LS1 4AP", "Leeds", None, "GB")),
        ("Calle Mayor 1, 50004 Zaragoza, España", ("Calle Mayor 1", "50004", "Zaragoza", None, "ES")),
        ("Via Roma, 12\n20121 Milano (MI)", ("Via Roma, 12", "20121", "Milano", "MI", None)),
        ("Keizersgracht 12, 1015 CN Amsterdam", ("Keizersgracht 12", "1015 CN", "Amsterdam", None, None)),
        ("Rua Augusta 5, 1100-048 Lisboa, Portugal", ("Rua Augusta 5", "1100-048", "Lisboa", None, "PT")),
        ("1600 Amphitheatre Pkwy, Mountain View, CA 94043", ("1600 Amphitheatre Pkwy", "94043", "Mountain View", "CA", None)),
        ("100 King St W\nToronto, ON M5X 1A9\nCanada", ("100 King St W", "M5X 1A9", "Toronto", "ON", "CA")),
        ("PO Box 55, Sydney NSW 2000", ("PO Box 55", "2000", "Sydney", "NSW", None)),
        ("8 rue de la Paix\n75002 Paris Cedex 02\nFrance", ("8 rue de la Paix", "75002", "Paris", None, "FR")),
        ("Bahnhofstrasse 1, CH-8001 Zürich", ("Bahnhofstrasse 1", "8001", "Zürich", None, "CH")),
        ("Drottninggatan 5, 111 51 Stockholm", ("Drottninggatan 5", "111 51", "Stockholm", None, None)),
        ("Av. Paulista 1000, São Paulo - SP, 01310-100", ("Av. Paulista 1000", "01310-100", "São Paulo", "SP", None)),
        ("No. 5 Orchard Rd, Singapore 238823", ("No. 5 Orchard Rd", "238823", "Singapore", None, None)),
        ("D-80331 München", (None, "80331", "München", None, "DE")),
        ("somewhere by the sea", (None, None, None, None, None)),
    ],
)
def test_an_address_is_taken_apart(text: str, parts: tuple[str | None, ...]) -> None:
    """As its country writes it; what it does not tell is left open, and the lines stay as printed."""
    found = parse_address(text)
    assert found is not None
    assert (found.street, found.postcode, found.city, found.region, found.country) == parts
    assert found.lines == tuple(text.split("\n"))


def test_countries_are_known_in_seven_languages() -> None:
    """And each name means one country."""
    for names, code in (
        ("germany deutschland allemagne alemania germania duitsland alemanha", "DE"),
        ("spain spanien espagne spagna spanje", "ES"),
    ):
        assert {countries()[name] for name in names.split()} == {code}


def test_no_scheme_is_without_a_length() -> None:
    """Or it would be found nowhere."""
    assert all(rules.lengths and max(rules.lengths) <= 46 for rules in SCHEMES.values())
