"""Fields over HTTP: every type and attribute is taken, answered as it was given, read, and shown in results and exports (A5, X2, X3)."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sheaf import bootstrap
from sheaf.domain.fields import FieldType
from sheaf.jobtypes.extraction import INFO, Extraction
from sheaf.settings import Settings
from tests.acceptance.api.harness import Api, Json, connect
from tests.faults.kit import fast_folder
from tests.faults.memory import HandClock, SeededIds

#: One field of each type, with what it can be asked for.
EVERY: list[Json] = [
    {"name": "reference", "default": "none", "format": "upper", "pattern": r"\w[\w-]*"},
    {"name": "pages", "type": "integer", "default": "1", "format": "0"},
    {"name": "rate", "type": "number", "format": "0.000"},
    {"name": "total", "type": "amount", "default": "0.00 EUR", "format": "#.##0,00"},
    {"name": "date", "type": "date", "format": "DD.MM.YYYY", "pattern": r"\d.*"},
    {"name": "stay", "type": "date_range", "synonyms": ["Aufenthalt"]},
    {"name": "notice", "type": "time_span", "default": "P30D", "synonyms": ["Kündigungsfrist"]},
    {"name": "paid", "type": "boolean", "default": "false"},
    {"name": "status", "type": "choice", "choices": ["open", "closed"], "default": "open"},
    {"name": "iban", "type": "identifier", "scheme": "iban"},
    {"name": "seller_address", "type": "address"},
    {"name": "seller", "type": "party", "required": True, "examples": ["Muster GmbH"], "description": "Who sends the bill"},
    {"name": "tags", "type": "list"},
    {"name": "items", "type": "table", "columns": [{"name": "item"}, {"name": "due", "type": "date_range", "format": "YYYY-MM-DD"}]},
]
DOCUMENT = b"""Muster GmbH
Lindenweg 7
35037 Marburg

Reference: ab-2026-7
Total: 1.234,50 EUR
Date: 04.03.2026
Aufenthalt: 01.02.2026 - 28.02.2026
IBAN: DE89 3704 0044 0532 0130 01
"""


def test_every_type_is_taken_and_answered_as_given(api: Api) -> None:
    """By a job, by its run, and by a template; what was left out is at its default."""
    assert {str(field.get("type", "text")) for field in EVERY} == {kind.value for kind in FieldType}
    job = api.job(fields=EVERY)
    for answered in (
        job["fields"],
        api.get(f"/jobs/{job['id']}/fields")["fields"],
        api.post("/templates", {"name": "t", "fields": EVERY})["fields"],
    ):
        assert [{name: field[name] for name in given if name != "columns"} for field, given in zip(answered, EVERY, strict=True)] == [
            {name: value for name, value in given.items() if name != "columns"} for given in EVERY
        ]
    assert [(column["name"], column["type"], column["format"]) for column in job["fields"][-1]["columns"]] == [
        ("item", "text", ""),
        ("due", "date_range", "YYYY-MM-DD"),
    ]


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"type": "integer", "default": "1.5"}, "bad_default"),
        ({"type": "party", "default": "Acme"}, "bad_default"),
        ({"type": "date", "format": "%Y"}, "bad_format"),
        ({"pattern": "(?=x)"}, "bad_pattern"),
        ({"pattern": "("}, "bad_pattern"),
        ({"scheme": "iban"}, "unknown_scheme"),
        ({"type": "identifier", "scheme": "barcode"}, "unknown_scheme"),
        ({"type": "table", "columns": [{"name": "b", "type": "table"}]}, "invalid_input"),
        ({"type": "money"}, "invalid_request"),
        ({"default": 5}, "invalid_request"),
        ({"pattern": "a" * 501}, "invalid_request"),
    ],
)
def test_a_field_that_cannot_be_meant_is_refused_with_a_code(api: Api, field: Json, code: str) -> None:
    """When it is made; the problem names it."""
    api.refused("POST", "/jobs", 422, code, json={"name": "j", "fields": [{"name": "a", **field}]})


def test_the_types_tell_what_they_take(api: Api) -> None:
    """Enough for a form: an example of each, its columns, its formats, and whether it has a default or a pattern."""
    told = {each["type"]: each for each in api.get("/field-types")["field_types"]}
    assert told["date_range"]["columns"] == ["_start", "_end"]
    assert told["amount"]["format"] == "number"
    assert (told["party"]["default"], told["party"]["pattern"]) == (False, False)
    assert told["time_span"]["example"] == "P30D"


@pytest.fixture(scope="module")
def reading() -> Iterator[Api]:
    """An installation that reads documents, in this process."""
    with fast_folder() as folder:
        settings = Settings(data_dir=Path(folder))
        formats = bootstrap.formats()
        extraction = Extraction(engines=lambda kind: bootstrap.engine(kind, settings), formats=formats, info=replace(INFO, apart=False))
        clock = HandClock()
        kernel = bootstrap.kernel(settings, clock=clock, ids=SeededIds(), job_types=lambda _: extraction, rng=random.Random(5))
        made = Api(settings, kernel, clock, connect(kernel, settings))
        yield made
        made.client.close()
        made.kernel.store.close()


def test_every_type_is_shown_in_results_and_exports(reading: Api) -> None:
    """Values as JSON has them, defaults with the state that says why, a wrong check digit noted; and in CSV as the fields ask."""
    job = reading.finished(DOCUMENT, name="every", fields=EVERY)
    row = reading.get(f"/jobs/{job['id']}/results")["rows"][0]
    values, cells = row["values"], row["cells"]
    assert values["reference"] == "AB-2026-7"
    assert values["total"] == {"amount": "1234.50", "currency": "EUR"}
    assert values["date"] == "2026-03-04"
    assert values["stay"] == {"start": "2026-02-01", "end": "2026-02-28"}
    assert (values["notice"], cells["notice"]["state"], cells["notice"]["notes"]) == ("P30D", "missing", ["default"])
    assert (values["paid"], values["status"], values["pages"]) == (False, "open", 1)
    assert (values["iban"], cells["iban"]["notes"]) == ("DE89370400440532013001", ["check_digits"])
    where = values["seller_address"]
    assert (values["seller"]["name"], values["seller"]["address"], values["seller"]["ids"]) == ("Muster GmbH", where, {})
    assert (where["street"], where["postcode"], where["city"]) == ("Lindenweg 7", "35037", "Marburg")
    text = reading.client.get(f"/api/jobs/{job['id']}/export/csv").content.decode("utf-8-sig")
    line = next(csv.DictReader(io.StringIO(text)))
    assert (line["total"], line["total_currency"], line["date"]) == ("1.234,50", "EUR", "04.03.2026")
    assert (line["stay_start"], line["stay_end"], line["notice"], line["paid"]) == ("2026-02-01", "2026-02-28", "P30D", "false")
    assert line["seller_address"] == "Lindenweg 7, 35037 Marburg"


def test_a_row_per_page_is_a_choice_of_the_run(reading: Api) -> None:
    """The option is taken, and answered."""
    job = reading.finished(b"Reference: 1", name="pages", fields=[{"name": "reference"}], options={"row_mode": "page"})
    assert job["options"]["row_mode"] == "page"
    assert [row["source"] for row in reading.get(f"/jobs/{job['id']}/results")["rows"]] == ["page 1"]
