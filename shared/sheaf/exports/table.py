"""What every export is given and what it answers: rows with their files, streamed, written to a binary file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field
from sheaf.domain.rows import MISSING, Cell, Evidence
from sheaf.domain.runs import export_stem


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRow:
    """One row of a result with its file."""

    #: The file's name as it was given; members of an archive as ``bundle.zip/invoice.pdf``.
    file: str
    #: 0-based within its file.
    row: int
    #: A cell for every field; empty when ``error`` is set.
    cells: Mapping[str, Cell] = field(default_factory=dict)
    #: Names of the rules that do not hold of it.
    violations: tuple[str, ...] = ()
    #: ``{"category", "message"}`` of a file that could not be read.
    error: Mapping[str, str] | None = None

    def cell(self, name: str) -> Cell:
        """The cell of a field, missing where the row has none."""
        return self.cells.get(name, MISSING)

    @property
    def error_text(self) -> str:
        """The error as one line, empty without one."""
        return f"{self.error['category']}: {self.error['message']}" if self.error else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportOptions:
    """What an export is to contain."""

    #: Add columns that say how sure each value is and where it stands.
    sources: bool = False
    #: Only these fields, in this order; all when empty.
    only: tuple[str, ...] = ()
    #: Begin text files with a byte order mark, by which spreadsheets know UTF-8.
    byte_order_mark: bool = True


class Exporter(Protocol):
    """Writes rows in one format, in memory that does not grow with their number."""

    media_type: str
    #: Ending of the file's name, without the dot.
    suffix: str

    def write(self, rows: Iterable[ExportRow], fields: Sequence[Field], out: BinaryIO, *, options: ExportOptions) -> int:
        """Write every row in order to ``out`` and say how many they were; raises InvalidInput for a field that is not there."""
        ...


def chosen(fields: Sequence[Field], options: ExportOptions) -> list[Field]:
    """The fields to write; raises InvalidInput that names the one that is not there."""
    by_name = {each.name: each for each in fields}
    for name in options.only:
        if name not in by_name:
            raise InvalidInput(f"There is no field {name!r}. Known: {', '.join(by_name)}.", code="unknown_field", field="columns")
    return [by_name[name] for name in options.only] if options.only else list(fields)


def where(evidence: Evidence | None) -> str:
    """Where a value stands, for people: ``page 2``, ``Sheet1!B4``, ``line 12`` or a path; empty when unknown."""
    if evidence is None:
        return ""
    if evidence.cell or evidence.path:
        return evidence.cell or evidence.path or ""
    if evidence.line is not None:
        return f"line {evidence.line}"
    return f"page {evidence.page}" if evidence.page is not None else ""


def export_name(job_id: str, run_id: str, suffix: str) -> str:
    """The file name of a run's exported results (A12)."""
    return f"{export_stem(job_id, run_id)}.{suffix}"
