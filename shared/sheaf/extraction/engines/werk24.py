"""Werk24 as an engine: rules read first, then the service is asked for what stands on the drawing, and only what the page bears out counts.

The client is its vendor's and licensed to the vendor's customers alone, so it is no dependency: ``pip install werk24`` beside Sheaf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

from sheaf.documents.model import Document
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.rows import Cell, CellNote, CellState, Row
from sheaf.extraction.concepts import understand
from sheaf.extraction.engine import Extraction, Memo, Source
from sheaf.extraction.models.answers import Said
from sheaf.extraction.models.grounding import GROUNDED, UNGROUNDED, Ground
from sheaf.extraction.werk24 import answers
from sheaf.extraction.werk24.client import Asking, Service
from sheaf.settings import Settings

#: Formats that the service reads (https://v2.docs.werk24.io): PDF, PNG, JPEG and TIFF.
FORMATS = frozenset({"pdf", "image", "tiff"})
KEPT = "What the rules have read is kept."


def opened(settings: Settings, _memo: Memo) -> Werk24Engine:
    """The engine.

    Raises:
        InvalidInput: code ``engine_not_configured`` without a key, ``engine_not_installed`` without the vendor's client.
    """
    if not settings.werk24_key:
        message = "The engine 'werk24' is not set up on this installation: set SHEAF_WERK24_KEY."
        raise InvalidInput(message, code="engine_not_configured", field="engine")
    if find_spec("werk24") is None:
        message = "The engine 'werk24' needs its vendor's client, which is not installed. Werk24's customers may: pip install werk24."
        raise InvalidInput(message, code="engine_not_installed", field="engine")
    service = Service(key=settings.werk24_key, stream_url=settings.werk24_stream_url, upload_url=settings.werk24_url)
    return Werk24Engine(asking=service)


@dataclass(frozen=True, kw_only=True, slots=True)
class Werk24Engine:
    """Reads drawings with Werk24 beside the rules."""

    asking: Asking
    name: str = "werk24"
    version: str = "werk24/2"

    def extract(
        self, document: Document, fields: Sequence[Field], *, rows: RowMode = RowMode.FILE, source: Source | None = None
    ) -> Extraction:
        """See :class:`sheaf.extraction.engine.Engine`; files that are no pictures of drawings are read by rules alone."""
        from sheaf.extraction.assemble import extract

        by_rules = extract(document, understand(fields), rows)
        if source is None or document.format not in FORMATS:
            why = "The file is not at hand" if source is None else f"Werk24 does not read {document.format} files"
            return replace(by_rules, notes=(*by_rules.notes, f"{why}; it was read by rules alone."))
        told = self.asking.ask(source.path)
        notes = (*by_rules.notes, *dict.fromkeys(told.problems), *([KEPT] if told.problems else []))
        if not told.answers:
            return replace(by_rules, notes=notes)
        by_service = extract(answers.document_of(told.answers), understand(fields), rows)
        return replace(_beside(document, fields, rows, by_rules, by_service), notes=notes)


def _beside(document: Document, fields: Sequence[Field], rows: RowMode, by_rules: Extraction, by_service: Extraction) -> Extraction:
    """Both readings as one: cell by cell for one row a file; of tables the one with more rows."""
    from sheaf.extraction.candidates import customs_of
    from sheaf.extraction.layout import lay_out
    from sheaf.extraction.models import merging

    layout = lay_out(document)
    ground = Ground(layout.pages, customs_of(layout.text))
    kept = list(by_rules.rows)
    told = [replace(row, cells={name: _grounded(ground, cell) for name, cell in row.cells.items()}) for row in by_service.rows]
    if rows is not RowMode.FILE:
        more = len(told) > len(kept) and any(cell.state is CellState.FOUND for row in told for cell in row.cells.values())
        return replace(by_rules, rows=told if more else kept, rows_in=by_service.rows_in if more else by_rules.rows_in)
    if not kept or not told:
        return replace(by_rules, rows=kept or told)
    first = kept[0]
    cells = {of.name: merging.combined(document, first.cells[of.name], told[0].cells[of.name]) for of in fields}
    return replace(by_rules, rows=[Row(cells=cells, index=first.index, source=first.source, notes=first.notes)])


def _grounded(ground: Ground, cell: Cell) -> Cell:
    """A cell of the service with the place on the page that bears it out; without one it is never accepted by itself.

    The parts of a list or table are not looked up one by one: such a cell is as sure as a value that differs from the rules'.
    """
    if cell.state is not CellState.FOUND or cell.evidence is None:
        return cell
    if isinstance(cell.value, tuple):
        return replace(cell, confidence=min(cell.confidence, 0.7))
    place = ground.place(Said(quote=cell.evidence.text))
    if place is None:
        return replace(cell, confidence=UNGROUNDED, notes=(*cell.notes, CellNote.UNGROUNDED))
    return replace(cell, confidence=min(cell.confidence, GROUNDED), evidence=replace(place, label=cell.evidence.label))
