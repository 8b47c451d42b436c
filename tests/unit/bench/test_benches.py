"""Every bench runs, and its table is complete; no figure is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import BENCHES, load, main

#: How a row of each bench begins; at tiny size each must be there.
ROWS = {
    "engine": ["10 tasks", "10 tasks: CPU per task", "10 tasks: largest process", "dispatch p50", "dispatch p95"],
    "extract": ["3 PDFs, a run", "3 PDFs, processor time", "3 PDFs, largest process", "3 PDFs, taken in", "3 PDFs, failed"],
    "extract.peers": ["words with boxes, words", "rows of tables, right", "fields of invoices, of a core's processor time"],
    "recognise": [f"{kind}, {what}" for kind in ("receipt photograph", "A4 scan") for what in ("a page", "processor time", "process")],
    "export": [f"50 × 5 to {name}{more}" for name in ("csv", "xlsx", "jsonl", "json") for more in ("", ", memory")],
    "start": [
        "hello",
        "api, GET /api/health",
        "api, GET /api/jobs",
        "worker, a delivery whose task is gone",
        "worker, a delivery whose file is read",
        "trigger, POST /sweep",
        "sheaf --help",
        "sheaf up",
    ],
    "api": ["jobs", "runs", "progress", "files", "results", "jobs, from the middle", "results, from the middle", "GET /api/health"],
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bench_fills_its_table(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each figure has a unit, what it is held against is measured too, and the file holds what the table shows."""
    report = tmp_path / "bench.json"
    main([name, "--tiny", "--json", str(report)])
    kept = json.loads(report.read_text(encoding="utf-8"))
    shown = capsys.readouterr().out
    for row in kept["rows"]:
        assert row["measured"] is not None, row["what"]
        assert row["unit"], row["what"]
        assert (row["peer"] == "") == (row["beside"] is None), row["what"]
        assert row["what"] in shown
    for start in ROWS[name]:
        assert any(row["what"].startswith(start) for row in kept["rows"]), start
    assert kept["machine"]["processor"]
    assert all(number != "absent" for number in kept["machine"]["libraries"].values())


def test_every_bench_has_the_common_form() -> None:
    """Each can be found by its name, and read its own options and its tiny ones."""
    for name in BENCHES:
        bench = load(name)
        assert bench.name == name
        assert bench.parser().parse_args(bench.tiny) != bench.parser().parse_args([])


def test_a_bench_that_is_not_there_is_refused_with_those_that_are() -> None:
    """A slip of the pen measures nothing."""
    with pytest.raises(SystemExit, match="Known: engine, engine.firestore, extract, extract.peers, recognise, export, api, start"):
        load("exprot")
