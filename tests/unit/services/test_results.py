"""Results: paged, filtered, streamed, always in the files' order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import CellState
from sheaf.domain.runs import Run
from sheaf.services import results
from sheaf.services.results import Filter, ResultRow
from tests.faults.kit import TENANT, Bench, packed

CONTENTS = [b"rows 7", b"corrupt", b"ok", packed({"a": b"rows 3", "b": b"corrupt"}), b"rows 0", b"rows 12", b"ok"]
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def run(engine: Bench) -> Run:
    """A run that has ended, with objects of three rows each."""
    engine.bound(rows_per_object=3)
    return engine.finished(CONTENTS)


def key(row: ResultRow) -> tuple[str, int, bool]:
    """What a row is known by."""
    return row.task.position, row.row.index, row.error is not None


def paged(engine: Bench, run: Run, where: Filter, limit: int) -> Iterator[ResultRow]:
    """Every row, page by page."""
    page = results.page(engine.kernel, run, where=where, limit=limit)
    yield from page.rows
    while page.cursor is not None:
        page = results.page(engine.kernel, run, where=where, limit=limit, after=page.cursor)
        assert len(page.rows) <= limit
        yield from page.rows


FILTERS = st.builds(
    Filter,
    file=st.sampled_from(["", "0.", "TXT", "nothing"]),
    state=st.sampled_from([None, CellState.FOUND, CellState.MISSING]),
    below=st.sampled_from([None, 0.6, 0.8]),
    text=st.sampled_from(["", "rows 1", "OK"]),
    field=st.sampled_from([None, "text"]),
    failed=st.sampled_from([None, True, False]),
)


@SHARED
@given(where=FILTERS, limit=st.integers(1, 9))
def test_pages_are_the_stream_cut(engine: Bench, run: Run, where: Filter, limit: int) -> None:
    """Following the cursor to the end gives what the stream gives, under every filter and page size."""
    whole = [key(row) for row in results.stream(engine.kernel, run, where=where)]
    assert [key(row) for row in paged(engine, run, where, limit)] == whole
    assert whole == sorted(whole)


def test_every_file_is_accounted_for(engine: Bench, run: Run) -> None:
    """Rows come in the files' order; a failed file has a row that says why, an archive none."""
    shown = list(results.stream(engine.kernel, run))
    assert [row.error.category.value for row in shown if row.error] == ["corrupt", "corrupt"]
    counts = [sum(row.task.id == task.id for row in shown) for task in engine.tasks(run.id)]
    assert counts == [7, 1, 1, 0, 3, 1, 0, 12, 1]


def test_a_cell_that_cannot_be_understood_keeps_no_row_from_its_reader(engine: Bench, run: Run) -> None:
    """A stored value that does not fit its field any more is unreadable, and every row is still there."""
    other = replace(run, fields=(Field(name="text", type=FieldType.DATE),))
    shown = [row for row in results.stream(engine.kernel, other) if not row.error]
    assert len(shown) == len([row for row in results.stream(engine.kernel, run) if not row.error])
    assert {row.row.cells["text"].state for row in shown} == {CellState.UNREADABLE}


def test_a_page_stands_while_the_run_goes_on(engine: Bench) -> None:
    """Rows that come behind a cursor are found by it, and nothing is shown twice."""
    run_id = engine.submitted([b"ok"] * 4)
    while not engine.tasks(run_id)[0].completed_at:
        engine.deliver(engine.queue.due()[0])
    first = results.page(engine.kernel, engine.get(run_id), limit=1)
    engine.heal()
    rest = results.page(engine.kernel, engine.get(run_id), after=first.cursor)
    seen = [row.task.id for row in (*first.rows, *rest.rows)]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("cursor", ["", "x", "####", "OjotMQ", "MDAwOjk5OTk5OTk5OTk5OTk5OTk5OTk", "é", "a" * 5000])
def test_a_broken_cursor_is_refused(engine: Bench, run: Run, cursor: str) -> None:
    """What was never given out as a cursor is an error, not a crash."""
    with pytest.raises(InvalidInput, match="cursor"):
        results.page(engine.kernel, run, after=cursor)


def test_a_field_the_run_does_not_have_is_refused(engine: Bench, run: Run) -> None:
    """A filter on an unknown field says so."""
    with pytest.raises(InvalidInput, match="no field"):
        results.page(engine.kernel, run, where=Filter(field="other"))


def test_a_run_at_work_shows_what_there_is(engine: Bench) -> None:
    """A run that has read nothing yet has an empty page and no cursor."""
    run_id = engine.submitted([b"ok"])
    page = results.page(engine.kernel, engine.get(run_id))
    assert (page.rows, page.cursor) == ([], None)


def test_scanning_is_bounded(engine: Bench, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that finds nothing costs a bounded page at a time, whose cursor goes on."""
    monkeypatch.setattr(results, "MAX_SCAN", 5)
    page = results.page(engine.kernel, run, where=Filter(text="nothing of the sort"))
    assert page.rows == []
    assert page.cursor is not None
    assert list(paged(engine, run, Filter(text="nothing of the sort"), 50)) == []
    assert [row.task.filename for row in paged(engine, run, Filter(failed=True), 50)] == ["1.txt", "3.txt/b"]


def test_results_of_one_file(engine: Bench, run: Run) -> None:
    """A filter by file gives that file's rows."""
    wanted = engine.tasks(run.id)[0]
    assert len(list(paged(engine, run, Filter(file_id=wanted.id), 3))) == 7
    assert TENANT in wanted.blob
