"""JSON: the objects of :mod:`sheaf.exports.jsonl` as one list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO, ClassVar

from sheaf.domain.fields import Field
from sheaf.exports.encode import encode
from sheaf.exports.jsonl import as_object
from sheaf.exports.table import ExportOptions, ExportRow, chosen


class JsonExporter:
    """A list of row objects, one a line, written as they come."""

    media_type: ClassVar[str] = "application/json"
    suffix: ClassVar[str] = "json"

    def write(self, rows: Iterable[ExportRow], fields: Sequence[Field], out: BinaryIO, *, options: ExportOptions) -> int:
        """See :class:`sheaf.exports.table.Exporter`; evidence is always there."""
        columns = chosen(fields, options)
        written = 0
        out.write(b"[")
        for row in rows:
            out.write(b",\n" if written else b"\n")
            out.write(encode(as_object(row, columns)))
            written += 1
        out.write(b"\n]\n")
        return written
