"""JSON lines: one object a row, with the typed values and, beside them, every cell with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO, ClassVar

from sheaf.domain.fields import Field
from sheaf.domain.values import Json, cell_to_json, to_json
from sheaf.exports.encode import encode
from sheaf.exports.table import ExportOptions, ExportRow, chosen


class JsonlExporter:
    """``{"file", "row", "values", "cells", "violations", "error"}`` a line, a cell as ``{value, state, confidence, evidence}``."""

    media_type: ClassVar[str] = "application/x-ndjson"
    suffix: ClassVar[str] = "jsonl"

    def write(self, rows: Iterable[ExportRow], fields: Sequence[Field], out: BinaryIO, *, options: ExportOptions) -> int:
        """See :class:`sheaf.exports.table.Exporter`; evidence is always there."""
        columns = chosen(fields, options)
        written = 0
        for row in rows:
            out.write(encode(as_object(row, columns)) + b"\n")
            written += 1
        return written


def as_object(row: ExportRow, fields: Sequence[Field]) -> dict[str, Json]:
    """One row as an object: ``values`` are null where nothing was found, ``cells`` say why; a failed file has an error instead."""
    cells = {field.name: row.cell(field.name) for field in fields}
    return {
        "file": row.file,
        "row": row.row,
        "values": {name: to_json(cell.value) for name, cell in cells.items()},
        "cells": {} if row.error else {name: cell_to_json(cell) for name, cell in cells.items()},
        "violations": list(row.violations),
        "error": dict(row.error) if row.error else None,
    }
