"""DXF drawings, in text and binary: a page per layout with its text in place, title blocks, parts lists, dimensions, layers and units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sheaf.documents.bounds import too_large
from sheaf.documents.dxf.attributes import data_of, named
from sheaf.documents.dxf.boxes import boxes_of, labelled_boxes, tables_of
from sheaf.documents.dxf.loading import opened
from sheaf.documents.dxf.measures import UNITS, dimensions_table, drawn_tables, layers_table, properties, tolerances_table
from sheaf.documents.dxf.sheet import Placed, Sheet, placed, sheet_of
from sheaf.documents.dxf.walk import Walk
from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Document, Page, Table
from sheaf.domain.errors import FailureCategory, FileProblem

#: Paper is measured in inches or millimetres (plot settings), whatever the model is drawn in.
_INCHES, _MILLIMETRES = 1, 4
#: The header stands first in a file.
_HEADER_BYTES = 2**20


def read(path: Path, limits: Limits) -> Document:
    """Read every layout that shows something as a page, the model first.

    Raises:
        FileProblem: ``empty``, ``corrupt``, ``too_large``.
    """
    drawing, notes = opened(path, limits)
    try:
        return _document(drawing, _stated_units(drawing, path), notes, limits)
    except FileProblem:
        raise
    except Exception as error:  # what ezdxf lets pass on opening may still lead it to raise anything later
        raise FileProblem(FailureCategory.CORRUPT, "The drawing is damaged and cannot be read.") from error


def _stated_units(drawing: Any, path: Path) -> int:
    """$INSUNITS, 0 where the file does not say: ezdxf then takes metres for granted."""
    with path.open("rb") as file:
        stated = b"$INSUNITS" in file.read(_HEADER_BYTES)
    return int(drawing.header.get("$INSUNITS", 0) or 0) if stated else 0


def _document(drawing: Any, units: int, notes: list[str], limits: Limits) -> Document:
    walk = Walk(drawing)
    unit = UNITS.get(units, "")
    pages: list[Page] = []
    data: list[Datum] = list(properties(drawing, unit))
    used: Counter[str] = Counter()
    for layout in _layouts(drawing)[: limits.max_pages]:
        used.update(str(entity.dxf.get("layer", "0")) for entity in layout)
        sheet = sheet_of(walk, layout)
        if sheet.lines or sheet.others or not pages:
            page, more = _page(drawing, layout, sheet, len(pages) + 1, units)
            pages.append(page)
            data += more
    layers = layers_table(drawing, used)
    if layers is not None:
        pages[0] = _with_table(pages[0], layers)
    words = sum(len(page.words) for page in pages)
    if words > limits.max_words:
        raise too_large("The drawing", words, limits.max_words, "words")
    return Document(format="dxf", pages=pages, data=_once(data), metadata=_metadata(drawing, unit), notes=[*notes, *_notes(walk)])


def _layouts(drawing: Any) -> list[Any]:
    """The model, then the sheets of paper in the order of their tabs."""
    return [drawing.modelspace(), *(drawing.layouts.get(name) for name in drawing.layouts.names_in_taborder() if name != "Model")]


def _page(drawing: Any, layout: Any, sheet: Sheet, number: int, units: int) -> tuple[Page, list[Datum]]:
    shown = placed(sheet, units if layout.is_modelspace else _paper_units(layout))
    boxes = boxes_of(shown)
    tables = [*drawn_tables(sheet.others, layout.name, number), *tables_of(boxes, shown.lines, number)]
    measured = [
        dimensions_table(sheet.others, layout.name, number, UNITS.get(units, "")),
        tolerances_table(sheet.others, layout.name, number),
    ]
    inserts = [entity for entity in sheet.others if entity.dxftype() == "INSERT"]
    in_tables = {cell.box for table in tables for row in table.rows for cell in row if cell is not None}
    data = [*data_of(drawing, inserts, layout.name, shown.frame, number), *_boxed(shown, boxes, in_tables, layout.name, number)]
    page = Page(number, shown.width, shown.height, shown.words, [*tables, *(table for table in measured if table is not None)])
    return page, data


def _boxed(shown: Placed, boxes: list[Any], in_tables: set[Any], layout: str, page: int) -> Iterator[Datum]:
    """The labelled boxes of a title block, those of tables left to them."""
    for one in labelled_boxes([box for box in boxes if box not in in_tables], shown.lines):
        yield Datum(f"{named(layout)}/box/{named(one.label)}", one.text, one.label, page=page, box=one.box)


def _paper_units(layout: Any) -> int:
    return _INCHES if int(layout.dxf_layout.dxf.get("plot_paper_units", 1)) == 0 else _MILLIMETRES


def _with_table(page: Page, table: Table) -> Page:
    return Page(page.number, page.width, page.height, page.words, [*page.tables, table], page.grid, page.needs_recognition)


def _once(data: list[Datum]) -> list[Datum]:
    """Every path once: the second of a name is numbered."""
    seen: Counter[str] = Counter()
    kept = []
    for datum in data:
        seen[datum.path] += 1
        path = datum.path if seen[datum.path] == 1 else f"{datum.path} ({seen[datum.path]})"
        kept.append(Datum(path, datum.text, datum.label, datum.role, datum.qualifier, datum.page, datum.box))
    return kept


def _metadata(drawing: Any, unit: str) -> dict[str, str]:
    saved = str(drawing.header.get("$LASTSAVEDBY", ""))
    found = {"version": str(drawing.acad_release), "units": unit, "author": "" if saved == "ezdxf" else saved}
    return {name: text for name, text in found.items() if text}


def _notes(walk: Walk) -> Iterator[str]:
    if walk.hidden:
        yield f"{walk.hidden} entities on layers that are off or frozen were left out."
    if walk.skipped:
        yield f"{walk.skipped} inserts were left out: blocks nest too deeply, or are repeated too often."
