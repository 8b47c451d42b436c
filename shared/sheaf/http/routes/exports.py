"""Exports: results as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from flask import Response

from sheaf import catalog
from sheaf.domain.runs import Run
from sheaf.exports.table import Exporter, ExportOptions, ExportRow, export_name
from sheaf.http.application import attachment
from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.results import ExportQuery
from sheaf.services import results, runs

routes = Routes("exports", "Results as a file, named after its job and run.")

#: A file up to this size stays in memory on its way.
_IN_MEMORY = 1 << 20


@routes.get("/jobs/{job_id}/export/csv", media={"text/csv": "A table with a line per row."})
def export_csv(call: Call, job_id: str, query: ExportQuery) -> Response:
    """Export a run's results as CSV."""
    return _export(call, job_id, query, "csv")


@routes.get(
    "/jobs/{job_id}/export/excel",
    media={"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "A workbook; dates are dates and numbers are numbers."},
)
def export_excel(call: Call, job_id: str, query: ExportQuery) -> Response:
    """Export a run's results as an Excel workbook."""
    return _export(call, job_id, query, "xlsx")


@routes.get("/jobs/{job_id}/export/json", media={"application/json": "An array with an object per row."})
def export_json(call: Call, job_id: str, query: ExportQuery) -> Response:
    """Export a run's results as one JSON array."""
    return _export(call, job_id, query, "json")


@routes.get("/jobs/{job_id}/export/jsonl", media={"application/x-ndjson": "A line of JSON per row."})
def export_jsonl(call: Call, job_id: str, query: ExportQuery) -> Response:
    """Export a run's results as lines of JSON."""
    return _export(call, job_id, query, "jsonl")


def _export(call: Call, job_id: str, query: ExportQuery, kind: str) -> Response:
    """The whole file is written before the answer begins, so that none is ever cut off in silence; memory stays flat."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    exporter: Exporter = catalog.find(catalog.EXPORTS, kind, "export")()
    only = tuple(name.strip() for name in query.columns.split(",")) if query.columns else ()
    options = ExportOptions(sources=query.sources, only=only)
    response = Response(content_type=exporter.media_type, headers=attachment(export_name(job_id, run.id, exporter.suffix)))
    if call.request.method != "HEAD":
        made = _Made()
        with made.closed_on_failure():
            exporter.write(_rows(call, run, query), run.fields, cast("BinaryIO", made.out), options=options)
        response.content_length, response.response = made.out.tell(), made
    return response


def _rows(call: Call, run: Run, query: ExportQuery) -> Iterator[ExportRow]:
    for result in results.stream(call.kernel, run, where=query.record()):
        failure = result.error
        error = {"category": failure.category.value, "message": failure.message} if failure else None
        violations = tuple(violation.rule for violation in result.violations)
        yield ExportRow(file=result.task.filename, row=result.row.index, cells=result.cells, violations=violations, error=error)


class _Made:
    """A finished file on its way out, gone behind its last byte or when the caller leaves."""

    def __init__(self) -> None:
        self.out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - open until it is sent

    def __iter__(self) -> Iterator[bytes]:
        """Its bytes."""
        self.out.seek(0)
        while chunk := self.out.read(_IN_MEMORY):
            yield chunk
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self.out.close()

    @contextmanager
    def closed_on_failure(self) -> Iterator[None]:
        """Let go of it when what writes it fails."""
        try:
            yield
        except BaseException:
            self.close()
            raise
