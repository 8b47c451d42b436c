"""What one document says that could be a field: the embedded engine asked for everything that documents share, and for its own labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from sheaf.documents.model import Document
from sheaf.domain.fields import Field, FieldType, RowMode
from sheaf.domain.rows import Cell, CellState, Evidence
from sheaf.domain.suggestions import Sample, Sighting
from sheaf.extraction.assemble import extract
from sheaf.extraction.concepts import understand
from sheaf.extraction.evaluation import printed
from sheaf.extraction.grids import Grid
from sheaf.extraction.layout import lay_out
from sheaf.extraction.lexicon import Concept, concepts, label_key
from sheaf.extraction.parsing.found import tidy
from sheaf.extraction.suggesting.guessing import type_of
from sheaf.extraction.suggesting.labelled import unknown_labels
from sheaf.extraction.suggesting.naming import name_of, unique, words_of
from sheaf.extraction.tabular import grids_of

#: Rows that tell the type of a column, and columns that are suggested.
SAMPLE_ROWS, MAX_COLUMNS = 50, 60
#: Confidence of a value without which it suggests nothing, and of one that no label names.
SURE, SURE_ALONE = 0.5, 0.75
MAX_TEXT = 120
TABLE = "items"
#: Form of a concept's values \u2192 the type of its field; text for all others.
_TYPES: Mapping[str, FieldType] = {
    "amount": FieldType.AMOUNT,
    "date": FieldType.DATE,
    "number": FieldType.NUMBER,
    "percent": FieldType.NUMBER,
    "address": FieldType.ADDRESS,
    "iban": FieldType.IDENTIFIER,
    "bic": FieldType.IDENTIFIER,
}
#: Columns of tables; and readings of a value that a more exact concept has as well.
_COLUMNS = frozenset("unit_price line_total quantity unit item_description item_code line_number".split())
_GENERAL = frozenset("document_number reference party employer account_holder print_date order_date advertiser".split())
#: Concepts whose values are known by their form or their place without a label.
_ALONE = frozenset("seller buyer total invoice_date iban bic email website currency address".split())


def look(document: Document) -> Sample:
    """What a document says: of a table by nature its columns; of any other its values, with or without a label, and its table.

    Never raises on account of the document's content.
    """
    grids = grids_of(document) if document.tabular else []
    columns = tuple(_columns(grids))
    if len(columns) > 1:
        return Sample(sightings=columns, tabular=True)
    return Sample(sightings=tuple(_values(document)))


def _columns(grids: Sequence[Grid]) -> Iterator[Sighting]:
    """The columns of tables; narrow ones beside a wide one hold what is said above it, and a header that comes again is the same."""
    seen: set[str] = set()
    widest = max((_width(grid) for grid in grids), default=0)
    for grid in (one for one in grids if 2 * _width(one) > widest):
        for at, header in enumerate(grid.headers):
            key, name = label_key(header), name_of(header)
            if not key or not name or key in seen or len(seen) >= MAX_COLUMNS:
                continue
            seen.add(key)
            texts = [cell.text for row in islice(iter(grid.rows), SAMPLE_ROWS) if at < len(row) and (cell := row[at]) is not None]
            filled = len(texts) / max(1, min(SAMPLE_ROWS, len(grid.rows)))
            text = _clipped(next(iter(texts), ""))
            sure = round(0.6 + 0.4 * filled, 3)
            yield Sighting(key=f"column {key}", label=_clipped(header), name=name, type=type_of(texts), text=text, confidence=sure)


def _width(grid: Grid) -> int:
    return sum(map(bool, grid.headers))


def _values(document: Document) -> Iterator[Sighting]:
    labels = unknown_labels(document, lay_out(document))
    taken = {*concepts(), TABLE}
    own = {unique(name, taken): (key, label) for key, label in labels.items() if (name := name_of(label))}
    asked = [field_of(concept) for concept in concepts().values() if concept.name not in _COLUMNS]
    asked += [Field(name=name, synonyms=(label,)) for name, (_, label) in own.items()]
    asked.append(Field(name=TABLE, type=FieldType.TABLE))
    row = next(iter(extract(document, understand(asked), RowMode.FILE).rows))
    cells = {name: cell for name, cell in row.cells.items() if cell.state is CellState.FOUND}
    chosen = _claimed(cells)
    places, labels_told = {_place(cell) for cell in chosen.values()}, {label_key(_label(cell)) for cell in chosen.values()}
    yield from (_of_concept(concepts()[name], cell) for name, cell in chosen.items())
    for name, (key, label) in own.items():
        cell = cells.get(name)
        if cell is not None and _is_news(cell) and _place(cell) not in places and key not in labels_told:
            yield _of_label(name, key, label, cell)
    if TABLE in cells:
        yield from _table(cells[TABLE])


def _is_news(cell: Cell) -> bool:
    """Whether a value under a label of its own says something of the document, and not of the vocabulary it is written in."""
    return cell.confidence >= SURE and not _text(cell).startswith(("urn:", "http://schema.org", "https://schema.org"))


def _claimed(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The values that speak for a concept, each for the one that has the best claim to it."""
    chosen: dict[tuple[object, ...], tuple[str, Cell]] = {}
    for name in sorted((name for name in cells if name in concepts()), key=lambda name: _rank(concepts()[name], cells[name])):
        if _speaks(concepts()[name], cells[name]):
            chosen.setdefault(_place(cells[name]), (name, cells[name]))
    return dict(chosen.values())


def field_of(concept: Concept) -> Field:
    """A field that asks for a concept."""
    kind = _TYPES.get(concept.kind, FieldType.TEXT)
    return Field(name=concept.name, type=kind, scheme=concept.kind if kind is FieldType.IDENTIFIER else "")


def _rank(concept: Concept, cell: Cell) -> tuple[bool, bool, float, int]:
    """Which of the concepts that claim one value has it: the one whose label it is, the less general, the surer, the earlier."""
    known = label_key(_label(cell)) in concept.labels
    return concept.name in _GENERAL, not known, -round(cell.confidence, 1), list(concepts()).index(concept.name)


def _speaks(concept: Concept, cell: Cell) -> bool:
    """Whether a value says that documents like this one have the field."""
    if _label(cell):
        return cell.confidence >= SURE
    return concept.name in _ALONE and cell.confidence >= SURE_ALONE


def _label(cell: Cell) -> str:
    return _clipped(cell.evidence.label or "") if cell.evidence else ""


def _place(cell: Cell) -> tuple[object, ...]:
    """What two readings of the same words share."""
    evidence = cell.evidence or Evidence()
    return evidence.page, evidence.box, evidence.cell, evidence.line, evidence.path, evidence.text


def _of_concept(concept: Concept, cell: Cell) -> Sighting:
    return Sighting(
        key=concept.name,
        label=_label(cell),
        name=concept.name,
        type=_TYPES.get(concept.kind, FieldType.TEXT),
        description=words_of(concept.name),
        text=_text(cell),
        confidence=cell.confidence,
    )


def _of_label(name: str, key: str, label: str, cell: Cell) -> Sighting:
    text = _text(cell)
    return Sighting(key=f"label {key}", label=label, name=name, type=type_of([text]), text=text, confidence=cell.confidence)


def _table(cell: Cell) -> Iterator[Sighting]:
    """The table of a document, with the columns that it names itself and the type of each by its cells."""
    rows = [row for row in islice(cell.value, SAMPLE_ROWS) if isinstance(row, Mapping)] if isinstance(cell.value, tuple) else []
    names = list(rows[0])[:MAX_COLUMNS] if rows else []
    texts = {name: [printed(value) for row in rows if (value := row.get(name)) is not None] for name in names}
    columns = tuple(Field(name=name, type=type_of(texts[name])) for name in names if texts[name])
    if len(columns) > 1:
        sure = round(min(cell.confidence, 0.9), 3)
        table = Sighting(key=TABLE, label="", name=TABLE, type=FieldType.TABLE, confidence=sure, columns=columns)
        yield replace(table, description="Rows of its table")


def _text(cell: Cell) -> str:
    return _clipped(cell.evidence.text if cell.evidence and cell.evidence.text else printed(cell.value) if cell.value is not None else "")


def _clipped(text: str) -> str:
    return tidy(text)[:MAX_TEXT]
