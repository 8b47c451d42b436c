"""Lookups among many rows: in flat memory, and whatever stands in them."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from sheaf.domain import paths
from sheaf.domain.edits import Verdict
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.quantities import Quantity
from sheaf.domain.rules import Rule
from sheaf.domain.runs import Run
from sheaf.ports.store import Document, Update
from sheaf.services import between, edits, entries, lookups, places, results, runs
from sheaf.services.records import dump
from tests.faults.kit import TENANT, THOROUGH, Bench

FIELDS = (Field(name="order"), Field(name="number"), Field(name="total", type=FieldType.NUMBER), Field(name="note"))
AGREEING = Rule(name="known", check="lookup(order = number, '0.txt', total, note)", tolerance=0.5)


def finished(engine: Bench, *contents: bytes, rule: Rule = AGREEING) -> Run:
    """A run over these contents that has ended, with a lookup in its first file."""
    run_id = engine.run(contents)
    runs.configure(engine.kernel, TENANT, run_id, fields=FIELDS, rules=[rule])
    engine.submit(run_id)
    engine.heal()
    return engine.get(run_id)


def lines(*rows: dict[str, Any]) -> bytes:
    """A file that spells these rows out."""
    return "\n".join(map(json.dumps, rows)).encode()


def told(engine: Bench, run: Run) -> list[str]:
    """What is said of each row of the second file."""
    found = [row for row in results.stream(engine.kernel, run) if row.task.filename == "1.txt"]
    return ["; ".join([*(one.message for one in row.violations), *(f"{one.file}:{one.row}" for one in row.matches)]) for row in found]


def test_parts_are_sorted_into_one(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows are sorted at once, each value is found with what has to agree beside it."""
    monkeypatch.setattr(entries, "_CHUNK", 3)
    orders = lines(*({"number": f"{number * 7 % 50}", "total": float(number), "note": "x" * number} for number in range(50)))
    bills = lines(*({"order": f"{number * 7 % 50}", "total": number + 0.25, "note": "X" * number} for number in range(50)))
    assert told(engine, finished(engine, orders, bills)) == [f"0.txt:{number}" for number in range(50)]


def test_long_values_agree_by_their_digests(engine: Bench) -> None:
    """What is too long to be kept beside the key is compared all the same; numbers of any size are."""
    long, other, huge = "word " * 50, "word " * 49, 1e300
    orders = lines({"number": "1", "note": long, "total": huge}, {"number": "2", "note": "ä" * 200})
    bills = lines(
        {"order": "1", "note": long.upper(), "total": huge},
        {"order": "1", "note": other, "total": huge},
        {"order": "1", "total": 5},
        {"order": "2", "note": "Ä" * 200},
    )
    said = told(engine, finished(engine, orders, bills))
    assert said[0] == "0.txt:0"
    assert said[1] == "note is another than in 0.txt, row 1."
    assert said[2] == "total is another than in 0.txt, row 1."
    assert said[3] == "0.txt:1"


def test_of_very_many_alike_the_first_are_asked(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that stands everywhere costs no more than so many rows."""
    monkeypatch.setattr(lookups, "MAX_ALIKE", 4)
    orders = lines(*({"number": "1", "total": number} for number in range(9)))
    run = finished(engine, orders, lines({"order": "1", "total": 3}, {"order": "1", "total": 8}))
    assert told(engine, run) == ["0.txt:3", "total is 8, not 0 as in 0.txt, row 1."]


def test_of_many_that_disagree_one_is_put_into_words(engine: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are compared and told to nobody: most of the time would go there."""
    run = finished(engine, lines(*({"number": "1", "total": number} for number in range(50))), lines({"order": "1", "total": 99}))
    words: list[str] = []

    def spelled(quantity: Quantity) -> str:
        words.append(f"{quantity.number:f}")
        return words[-1]

    monkeypatch.setattr(Quantity, "__str__", spelled)
    assert told(engine, run) == ["total is 99, not 0 as in 0.txt, row 1."]
    assert words == ["99", "0"]


def test_fields_that_were_left_out_say_nothing(engine: Bench) -> None:
    """A run whose fields cannot answer a rule any more is shown without it."""
    run = finished(engine, lines({"number": "1"}), lines({"order": "1"}))
    engine.kernel.store.commit([Update(path=paths.run(TENANT, run.id), fields=dump({"fields": FIELDS[:1]}))])
    assert told(engine, replace(run, fields=FIELDS[:1])) == [""]


@pytest.mark.parametrize("most", [5_000, 3])
def test_of_many_rows_the_edits_are_read_at_once(engine: Bench, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """An export asks the store no question for each of its rows, unless people said too much; a corrected row counts either way."""
    monkeypatch.setattr(places, "_MOST", most)
    monkeypatch.setattr(places, "_ONE_BY_ONE", 4)
    rows = range(300)
    rule = Rule(name="known", check="lookup(order = number, '0.txt')")
    run = finished(engine, lines(*({"number": f"{row}"} for row in rows)), lines(*({"order": f"{row}"} for row in rows)), rule=rule)
    place: dict[str, Any] = {"file_id": engine.tasks(run.id)[0].id, "field": "number", "verdict": Verdict.CORRECTED}
    edits.make(engine.kernel, run, [edits.Change(row=row, value=f"new {row}", **place) for row in rows[::50]], by="me")
    asked: list[str] = []
    get = engine.kernel.store.get

    def watched(path: str) -> Document | None:
        asked.append(path)
        return get(path)

    monkeypatch.setattr(engine.kernel.store, "get", watched)
    missing = [row for row, one in enumerate(told(engine, run)) if one == f"No row of 0.txt has number '{row}'."]
    assert missing == list(range(0, 300, 50))
    questions = sum("/edits/" in path for path in asked)
    assert questions <= 5 if most == 5_000 else questions >= 29


def test_memory_is_flat(engine: Bench) -> None:
    """Ten times the rows take little more, to be sorted and to be judged."""
    most = 50_000 if THOROUGH else 2_000
    peaks = []
    for count in (most // 10, most):
        orders = lines(*({"number": f"{row}", "total": row} for row in range(count)))
        run = finished(engine, orders, lines(*({"order": f"{row}", "total": row} for row in range(count))))
        tracemalloc.start()
        between.build(engine.kernel, TENANT, run.id)
        assert all(row.matches for row in results.stream(engine.kernel, run) if row.task.filename == "1.txt")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert all(after < before + 12 * 2**20 for before, after in pairwise(peaks)), peaks
