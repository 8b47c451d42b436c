"""Lookups over HTTP (X12): values of a row that have to be found in other files of the run, or of the job's earlier runs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sheaf.domain import paths
from tests.acceptance.api.harness import Api, Json, parsed

FIELDS = [
    {"name": "order"},
    {"name": "number"},
    {"name": "kind"},
    {"name": "total", "type": "amount"},
    {"name": "day", "type": "date"},
]


def lines(*rows: Json) -> bytes:
    """A file that spells these rows out."""
    return "\n".join(map(json.dumps, rows)).encode()


def usd(amount: str, currency: str = "USD") -> Json:
    """A sum of money."""
    return {"amount": amount, "currency": currency}


ORDERS = lines(*({"number": f"A-{number}", "kind": "Order", "total": usd(f"{number}")} for number in range(1, 6)))


def asked(api: Api, check: str, *files: tuple[str, bytes], name: str = "asked", **rule: Any) -> Json:
    """A job with this rule whose run has ended over these files."""
    rules = [{"name": "known", "check": check, **rule}]
    job = api.job(name, fields=FIELDS, rules=rules, options={"review_below": 0.0, "row_mode": "table_row"})
    bring(api, job, *files)
    return api.get(f"/jobs/{job['id']}")


def bring(api: Api, job: Json, *files: tuple[str, bytes], run_id: str | None = None) -> None:
    """Files for a run of the job, which is then carried out."""
    query: dict[str, Any] = {"run_id": run_id} if run_id else {}
    parts = [("file", file) for file in files]
    parsed(api.send("POST", f"/jobs/{job['id']}/files", files=parts, params=query), 201)
    api.post(f"/jobs/{job['id']}/submit", expect=202, **query)
    api.drain()


def rows(api: Api, job: Json, **query: Any) -> list[Json]:
    """Rows of the job's results."""
    found: list[Json] = api.get(f"/jobs/{job['id']}/results", **query)["rows"]
    return found


def told(api: Api, job: Json, file: str = "bill", **query: Any) -> list[str]:
    """What is said of each row of a file: the message, or where it was found."""
    return [
        "; ".join([one["message"] for one in row["violations"]] + [f"{one['file']}:{one['row']}" for one in row["matches"]])
        for row in rows(api, job, file=file, **query)
    ]


def say(api: Api, job: Json, file: str, field: str, value: Any, *, row: int = 0, run_id: str | None = None, **more: Any) -> Json:
    """Correct a value of a run; answers its row as it is now."""
    query: dict[str, Any] = {"run_id": run_id} if run_id else {}
    place = {"file_id": rows(api, job, file=file, **query)[row]["file_id"], "row": row, "field": field}
    body = {"edits": [{**place, "verdict": "corrected", "value": value, **more}]}
    now: Json = api.post(f"/jobs/{job['id']}/edits", body, expect=200, **query)["rows"][0]
    return now


def test_a_value_has_to_be_found_in_named_files(api: Api) -> None:
    """Whatever its case; the row that was found is named, the one that was not is open for review, and those looked in are not asked."""
    bills = lines({"order": "a-3 "}, {"order": "A-9"}, {"order": None}, {"order": "A-5"})
    job = asked(api, "lookup(order = number, 'ORDERS*.txt')", ("orders 1.txt", ORDERS), ("bill.txt", bills))
    assert told(api, job) == ["orders 1.txt:2", "No row of ORDERS*.txt has number 'A-9'.", "", "orders 1.txt:4"]
    (broken,) = rows(api, job, review="open")
    assert (broken["row"], broken["doubts"], broken["violations"][0]["fields"]) == (1, {"order": "rule"}, ["order"])
    assert told(api, job, "orders") == [""] * 5
    match = rows(api, job, file="bill")[0]["matches"][0]
    orders = rows(api, job, file="orders")[0]["file_id"]
    assert match == {"rule": "known", "run_id": job["latest_run_id"], "file_id": orders, "file": "orders 1.txt", "row": 2}
    summed = api.get(f"/jobs/{job['id']}/violations")["rules"][0]
    assert (summed["rows"], summed["first"][0]["message"]) == (1, "No row of ORDERS*.txt has number 'A-9'.")


def test_values_have_to_agree_within_the_tolerance(api: Api) -> None:
    """Where several rows have the value, one that agrees is enough; what is not known agrees, and currencies are told apart."""
    orders = lines(
        {"number": "1", "total": usd("10"), "day": "2026-01-01"},
        {"number": "1", "total": usd("20"), "day": "2026-01-02"},
        {"number": "2", "total": None},
        {"number": "3", "total": usd("10", "EUR")},
    )
    bills = lines(
        {"order": "1", "total": usd("20.05"), "day": "2026-01-02"},
        {"order": "1", "total": usd("20.06"), "day": "2026-01-02"},
        {"order": "1", "total": usd("20"), "day": "2026-01-01"},
        {"order": "2", "total": usd("7")},
        {"order": "3", "total": usd("10")},
        {"order": "1"},
    )
    job = asked(api, "lookup(order = number, 'o.txt', total, day)", ("o.txt", orders), ("bill.txt", bills), tolerance=0.05)
    assert told(api, job) == [
        "o.txt:1",
        "total is 20.06 USD, not 10 USD as in o.txt, row 1.",
        "total is 20 USD, not 10 USD as in o.txt, row 1.",
        "o.txt:2",
        "total is in another currency than in o.txt, row 4.",
        "o.txt:0",
    ]
    assert [row["doubts"] for row in rows(api, job, review="open")] == [{"total": "rule"}] * 3


def test_rows_are_chosen_by_what_they_hold(api: Api) -> None:
    """A kind of row may stand in the same file as those that are asked; texts of one field are alternatives."""
    mixed = lines(
        {"number": "1", "kind": "ORDER"},
        {"number": "2", "kind": "Release"},
        {"number": "3", "kind": "bill"},
        *({"order": number, "kind": "bill"} for number in ("1", "2", "3")),
    )
    job = asked(api, "lookup(order = number, kind = 'order', kind = 'release')", ("all.txt", mixed))
    assert told(api, job, "all")[3:] == ["all.txt:0", "all.txt:1", "No row with kind 'order' and kind 'release' has number '3'."]


def test_any_other_row_without_a_place_to_look(api: Api) -> None:
    """A row is never found by itself."""
    job = asked(api, "lookup(order = number)", ("all.txt", lines({"number": "1", "order": "1"}, {"number": "2", "order": "1"})))
    assert told(api, job, "all") == ["No other row has number '1'.", "all.txt:0"]


def test_nothing_to_look_in_is_told_as_such(api: Api) -> None:
    """A file that is not there, or could not be read, is another matter than a value that is not in it."""
    job = asked(api, "lookup(order = number, 'orders*', 'more?.txt')", ("bill.txt", lines({"order": "1"})), ("orders", b"corrupt"))
    assert told(api, job) == ["There are no rows of orders* or more?.txt to look in."]


def test_corrections_of_both_rows_count(api: Api) -> None:
    """A value that was misread on either side is found once it is right, and not any more once it is taken away; so with what agrees."""
    bills = lines({"order": "A-9", "total": usd("9")}, {"order": "A-1", "total": usd("1")}, {"order": "A-2", "total": usd("3")})
    job = asked(api, "lookup(order = number, 'orders.txt', total)", ("orders.txt", ORDERS), ("bill.txt", bills))
    first = ["No row of orders.txt has number 'A-9'.", "orders.txt:0", "total is 3 USD, not 2 USD as in orders.txt, row 2."]
    assert told(api, job) == first
    say(api, job, "orders", "number", "A-9", row=4)
    assert told(api, job)[0] == "total is 9 USD, not 5 USD as in orders.txt, row 5."
    say(api, job, "orders", "total", usd("9"), row=4)
    say(api, job, "orders", "total", usd("3"), row=1)
    assert told(api, job) == ["orders.txt:4", "orders.txt:0", "orders.txt:1"]
    say(api, job, "orders", "number", "A-1 bis", row=0)
    assert told(api, job)[1] == "No row of orders.txt has number 'A-1'."
    assert say(api, job, "bill", "order", "A-1 BIS", row=1)["violations"] == []
    say(api, job, "orders", "number", None, row=0, verdict="withdrawn")
    assert told(api, job)[1] == "No row of orders.txt has number 'A-1 BIS'."


def test_a_correction_carries_into_later_runs(api: Api) -> None:
    """The same orders read again count as they were corrected, and only where the same value was read."""
    job = asked(api, "lookup(order = number, 'orders*')", ("orders.txt", ORDERS), ("bill.txt", lines({"order": "A-9"})))
    say(api, job, "orders", "number", "A-9", row=4)
    api.clock.move(timedelta(minutes=1))
    run = api.post(f"/jobs/{job['id']}/runs", {})
    bring(api, job, ("orders again.txt", ORDERS), ("bill.txt", lines({"order": "A-9"}, {"order": "A-5"})), run_id=run["id"])
    assert told(api, job, run_id=run["id"]) == ["orders again.txt:4", "No row of orders* has number 'A-5'."]
    say(api, job, "orders", "number", "A-8", row=4, run_id=run["id"])
    assert told(api, job, run_id=run["id"])[0] == "No row of orders* has number 'A-9'."
    assert told(api, job, run_id=job["latest_run_id"]) == ["orders.txt:4"]


def test_earlier_runs_are_looked_in_where_the_rule_says_so(api: Api) -> None:
    """With what was corrected in them since; later ones never."""
    job = asked(api, "lookup_in_job(order = number, 'orders*')", ("orders.txt", ORDERS), ("bill.txt", lines({"order": "B-1"})))
    run = api.post(f"/jobs/{job['id']}/runs", {})
    bring(api, job, ("bill.txt", lines({"order": "A-4"}, {"order": "C-1"})), ("orders new.txt", lines({"number": "B-1"})), run_id=run["id"])
    later, earlier = {"run_id": run["id"]}, {"run_id": job["latest_run_id"]}
    unknown = "No row of orders* has number 'C-1', in this run or the job's earlier ones."
    assert told(api, job, **later) == ["orders.txt:3", unknown]
    assert rows(api, job, file="bill", **later)[0]["matches"][0]["run_id"] == job["latest_run_id"]
    assert told(api, job, **earlier) == [unknown.replace("C-1", "B-1")]
    say(api, job, "orders", "number", "C-1", row=0, run_id=job["latest_run_id"])
    assert told(api, job, **later) == ["orders.txt:3", "orders.txt:0"]


def test_a_retried_file_is_looked_in(api: Api) -> None:
    """What a further round read is found, since each round has its own."""
    job = asked(api, "lookup(order = number, 'orders*')", ("orders.txt", b"corrupt"), ("bill.txt", lines({"order": "A-3"})))
    assert told(api, job) == ["There are no rows of orders* to look in."]
    orders = rows(api, job, file="orders")[0]["file_id"]
    api.kernel.blobs.put(paths.upload_object("default", job["id"], job["latest_run_id"], orders), ORDERS)
    api.post(f"/jobs/{job['id']}/retry", expect=202)
    api.drain()
    assert told(api, job) == ["orders.txt:2"]


@pytest.mark.embedded("it is refused before anything is written")
@pytest.mark.parametrize(
    ("check", "code"),
    [
        ("lookup()", "bad_rule"),
        ("lookup('orders')", "bad_rule"),
        ("lookup('orders', order)", "bad_rule"),
        ("lookup(order = day, 'orders')", "bad_rule"),
        ("lookup(order, 'orders', total, 'more')", "bad_rule"),
        ("lookup(order = number = kind, 'orders')", "bad_rule"),
        ("lookup(order < number, 'orders')", "bad_rule"),
        ("lookup(order, 'orders', total + total)", "bad_rule"),
        ("lookup(order, total = 'order')", "bad_rule"),
        ("lookup(order, 'orders', total = order)", "bad_rule"),
        ("lookup(order = nummer, 'orders')", "unknown_field"),
        ("lookup(order, kin = 'order')", "unknown_field"),
        ("lookup(order.part, 'orders')", "bad_rule"),
        ("lookup(order, 'orders') = order", "bad_rule"),
        ("lookup(order, 5)", "bad_rule"),
    ],
)
def test_what_cannot_be_looked_up_is_refused(api: Api, check: str, code: str) -> None:
    """With the place at fault, when the rule is written."""
    job = api.job("refused", fields=FIELDS)
    problem = api.refused("PUT", f"/jobs/{job['id']}/rules", 422, code, json={"rules": [{"check": check}]})
    assert problem["position"] >= 1
