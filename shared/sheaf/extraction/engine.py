"""What an engine is: page model and fields in, rows of evidenced cells out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sheaf.documents.model import Document
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.rows import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """What an engine read from one document."""

    #: Rows in order, each with a cell for every field; may be a generator, read once.
    rows: Iterable[Row]
    #: For inputs read as tables: data rows that went in, so that the run can say that as many came out.
    rows_in: int | None = None
    notes: Sequence[str] = ()
    #: Tokens and the like, by name; metered.
    usage: dict[str, int] = field(default_factory=dict)


class Engine(Protocol):
    """Reads values; holds no state between documents, so any process may read any document."""

    #: Catalogue name and version, kept with every result: ``embedded/1``.
    name: str
    version: str

    def extract(self, document: Document, fields: Sequence[Field], *, rows: RowMode = RowMode.FILE) -> Extraction:
        """Read ``fields`` from ``document``.

        Never raises on account of the document's content: a field that cannot be read is a cell that says so.
        """
        ...
