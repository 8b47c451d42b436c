"""Exports: results as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from flask import Response
from werkzeug.wsgi import wrap_file

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
    out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the response closes it behind its last byte
    try:
        exporter.write(_rows(call, run, query), run.fields, cast("BinaryIO", out), options=options)
    except BaseException:
        out.close()
        raise
    return _attachment(call, cast("BinaryIO", out), exporter, export_name(job_id, run.id, exporter.suffix))


def _rows(call: Call, run: Run, query: ExportQuery) -> Iterator[ExportRow]:
    for result in results.stream(call.kernel, run, where=query.record()):
        failure = result.error
        error = {"category": failure.category.value, "message": failure.message} if failure else None
        yield ExportRow(file=result.task.filename, row=result.row.index, cells=result.row.cells, error=error)


def _attachment(call: Call, out: BinaryIO, exporter: Exporter, name: str) -> Response:
    size = out.tell()
    out.seek(0)
    response = Response(
        wrap_file(call.request.environ, out), content_type=exporter.media_type, headers=attachment(name), direct_passthrough=True
    )
    response.content_length = size
    return response
