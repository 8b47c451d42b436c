"""Bringing answers together: of several windows of a document, and of the model with what rules have read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheaf.documents.model import Document
from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Cell, CellState
from sheaf.extraction.models.answers import Answer, Said
from sheaf.extraction.models.grounding import GROUNDED, UNGROUNDED, Ground

#: Confidence where model and rules agree; where they differ and the page bears the model out; and where the model sees nothing.
AGREED, DIFFERENT, UNSEEN = 0.97, 0.7, 0.5


def cell_of(ground: Ground, of: Field, answer: Answer) -> Cell:
    """The cell of one answer; lists and tables hold what is grounded, and are as sure as their least sure part."""
    if isinstance(answer, Said):
        return ground.cell(of, answer)
    if of.type is FieldType.LIST:
        return _of_list(ground, of, [said for said in answer if isinstance(said, Said)])
    return _of_table(ground, of, [row for row in answer if isinstance(row, dict)])


def _of_list(ground: Ground, of: Field, answers: Sequence[Said]) -> Cell:
    text = replace(of, type=FieldType.TEXT)
    cells = [cell for said in answers if (cell := ground.cell(text, said)).confidence > UNGROUNDED]
    if not cells:
        return Cell(state=CellState.MISSING)
    values = tuple(str(cell.value) for cell in cells)
    return Cell(state=CellState.FOUND, value=values, confidence=min(cell.confidence for cell in cells), evidence=cells[0].evidence)


def _of_table(ground: Ground, of: Field, answers: Sequence[dict[str, Said]]) -> Cell:
    rows = [{column.name: ground.cell(column, row.get(column.name, Said())) for column in of.columns} for row in answers]
    kept = [row for row in rows if any(cell.confidence > UNGROUNDED for cell in row.values())]
    found = [cell for row in kept for cell in row.values() if cell.state is CellState.FOUND]
    if not found:
        return Cell(state=CellState.MISSING)
    value = tuple({name: cell.value if cell.confidence > UNGROUNDED else None for name, cell in row.items()} for row in kept)
    evidence = next((cell.evidence for cell in found if cell.evidence), None)
    return Cell(state=CellState.FOUND, value=value, confidence=min(cell.confidence for cell in found), evidence=evidence)  # type: ignore[arg-type]  # a column's value is a scalar


def merged(of: Field, windows: Sequence[Cell]) -> Cell:
    """The one cell of several windows: lists and tables go on from one to the next; of other values the surest counts, else the first.

    A value is less sure where another window says otherwise as surely.
    """
    if of.type in (FieldType.LIST, FieldType.TABLE):
        return _joined([cell for cell in windows if cell.state is CellState.FOUND])
    best = max(windows, key=_rank)
    others = {str(cell.value) for cell in windows if cell.confidence >= best.confidence and cell.state is CellState.FOUND}
    return replace(best, confidence=min(best.confidence, DIFFERENT)) if len(others) > 1 else best


def _joined(parts: Sequence[Cell]) -> Cell:
    if not parts:
        return Cell(state=CellState.MISSING)
    values = [item for part in parts if isinstance(part.value, tuple) for item in part.value]
    return replace(parts[0], value=tuple(values), confidence=min(part.confidence for part in parts))  # type: ignore[arg-type]  # all of one type


_RANKS = {CellState.FOUND: 3, CellState.UNREADABLE: 2, CellState.BLANK: 1, CellState.MISSING: 0}


def _rank(cell: Cell) -> tuple[int, float]:
    return _RANKS[cell.state], cell.confidence


def combined(document: Document, by_rules: Cell, by_model: Cell) -> Cell:
    """The model's answer beside what rules have read: data that a machine wrote first, then what both say, then what the page bears out."""
    if _is_data(document, by_rules) or by_rules.state is not CellState.FOUND:
        return by_rules if _is_data(document, by_rules) else _of_model(by_rules, by_model)
    if by_model.state is not CellState.FOUND or by_model.confidence <= UNGROUNDED:
        return replace(by_rules, confidence=min(by_rules.confidence, UNSEEN))
    if by_model.value == by_rules.value:
        return replace(by_rules, confidence=max(by_rules.confidence, AGREED if by_model.confidence >= GROUNDED else by_model.confidence))
    return replace(by_model, confidence=min(by_model.confidence, DIFFERENT))


def _of_model(by_rules: Cell, by_model: Cell) -> Cell:
    return by_model if _rank(by_model) >= _rank(by_rules) else by_rules


def _is_data(document: Document, cell: Cell) -> bool:
    path = cell.evidence.path if cell.evidence else None
    return cell.state is CellState.FOUND and path is not None and any(datum.path == path for datum in document.data)
