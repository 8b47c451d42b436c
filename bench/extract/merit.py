"""What came of the work, so that speed is not bought with leaving out: each kind of work has one figure of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bench.extract.material import Material
from bench.extract.work import Found, Work

_COLUMNS = ("description", "quantity", "unit_price", "amount")


class Merit(NamedTuple):
    """A figure: what it counts, how much, and in which unit."""

    what: str
    figure: float
    unit: str


def merit(work: Work, found: Sequence[Found], material: Material) -> Merit:
    """What a reader made of the files, held against what is true where that is known."""
    if work is Work.WORDS:
        return Merit("words", sum(one.words for one in found), "words")
    if not material.truths:
        given = sum(len(one.rows) + len(one.fields) for one in found)
        return Merit("handed out, right or not", given, "rows" if work is Work.TABLES else "values")
    marks = [mark for one, truth in zip(found, material.truths, strict=True) for mark in _MARKS[work](one, truth)]
    return Merit("right", 100 * sum(marks) / len(marks), "%")


def _lines(one: Found, truth: Mapping[str, Any]) -> Iterable[bool]:
    """For each line of an invoice, whether some row holds its four cells."""
    rows = [{plain(cell) for cell in row} for row in one.rows]
    for line in truth["items"]:
        wanted = {plain(line[name]) for name in _COLUMNS}
        yield any(wanted <= row for row in rows)


def _fields(one: Found, truth: Mapping[str, Any]) -> Iterable[bool]:
    """For each field that the invoice has, whether its value was read."""
    for name in ("invoice_number", "invoice_date", "due_date", "total", "iban", "vat_id"):
        value = truth[name]
        text = value["amount"] if isinstance(value, Mapping) else value
        yield plain(one.fields.get(name, "")) == plain(text)


def _printed(one: Found, truth: Mapping[str, Any]) -> Iterable[bool]:
    """For each of some words on a picture, whether the text has it."""
    text = "".join(one.text.split())
    return (word in text for word in truth["printed"])


_MARKS = {Work.TABLES: _lines, Work.FIELDS: _fields, Work.PHOTOGRAPH: _printed, Work.SCAN: _printed}


def plain(text: str) -> str:
    """Letters and digits alone, so that neither spaces nor the way of writing a sum with two decimals tells values apart."""
    return "".join(filter(str.isalnum, text)).casefold()
