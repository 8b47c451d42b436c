"""Rows of a run as files and as JSON, through the exports of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheaf import catalog
from sheaf.cli.replacing import replacing
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.exports.jsonl import as_object
from sheaf.exports.table import Exporter, ExportOptions, ExportRow
from sheaf.services.results import ResultRow


@dataclass(frozen=True, slots=True)
class Target:
    """A file to write rows to, in the format that its name ends in."""

    path: Path
    exporter: Exporter

    def write(self, rows: Iterable[ResultRow], fields: Sequence[Field], *, sources: bool) -> int:
        """Write all rows, visible whole or not at all; answers how many they were."""
        with replacing(self.path) as out:
            return self.exporter.write(map(export_row, rows), fields, out, options=ExportOptions(sources=sources))


def target(path: Path) -> Target:
    """Where to write; raises InvalidInput for an ending that no export has, or a folder that is not there."""
    kind = path.suffix.removeprefix(".").lower()
    if kind not in catalog.EXPORTS:
        known = ", ".join(f".{each}" for each in catalog.EXPORTS)
        raise InvalidInput(f"{path} does not say what to write; end it in one of {known}.", field="output")
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {path.parent} to write to.", field="output")
    return Target(path, catalog.find(catalog.EXPORTS, kind, "export")())


def export_row(result: ResultRow) -> ExportRow:
    """A row as the exports take it."""
    error = {"category": result.error.category.value, "message": result.error.message} if result.error else None
    return ExportRow(file=result.task.filename, row=result.row.index, cells=result.cells, error=error)


def row_json(result: ResultRow, fields: Sequence[Field]) -> Any:
    """A row as JSON lines have it."""
    return as_object(export_row(result), fields)
