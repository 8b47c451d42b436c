"""Rows of a run as files and as JSON, through the exports of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from sheaf import catalog
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


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside ``path`` that takes its place when the block ends well, and is gone when it does not."""
    with NamedTemporaryFile(dir=path.absolute().parent, prefix=f".{path.name}.", delete=False) as out:
        fresh = Path(out.name)
        try:
            yield out
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    fresh.chmod(0o666 & ~_umask())
    fresh.replace(path)


def export_row(result: ResultRow) -> ExportRow:
    """A row as the exports take it."""
    error = {"category": result.error.category.value, "message": result.error.message} if result.error else None
    return ExportRow(file=result.task.filename, row=result.row.index, cells=result.row.cells, error=error)


def row_json(result: ResultRow, fields: Sequence[Field]) -> Any:
    """A row as JSON lines have it."""
    return as_object(export_row(result), fields)


def _umask() -> int:
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask
