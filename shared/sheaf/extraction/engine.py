"""What an engine is: page model and fields in, rows of evidenced cells out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
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


class Source(Protocol):
    """The file that a document was read from, for engines that need more of it than the page model: its bytes, or pictures of its pages."""

    @property
    def path(self) -> Path:
        """Where it lies while the engine is at work; what it is called there says nothing."""
        ...

    @property
    def name(self) -> str:
        """What its owner calls it, such as ``gehäuse.dxf``."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """A :class:`Source` that lies on a disk."""

    path: Path
    name: str


class Engine(Protocol):
    """Reads values; holds no state between documents, so any process may read any document."""

    #: Catalogue name and version, kept with every result: ``embedded/1``.
    name: str
    version: str

    def extract(
        self, document: Document, fields: Sequence[Field], *, rows: RowMode = RowMode.FILE, source: Source | None = None
    ) -> Extraction:
        """Read ``fields`` from ``document``; ``source`` is the file itself, where whoever asks has it at hand.

        Never raises on account of the document's content: a field that cannot be read is a cell that says so.
        """
        ...
