"""What a drawing says beside its text: dimensions, tolerance frames, tables, layers, and the properties of the drawing itself."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from sheaf.documents.dxf.attributes import named
from sheaf.documents.dxf.lettering import cleaned, plain
from sheaf.documents.model import Datum, Place, Table, TableCell

#: $INSUNITS (DXF reference, "HEADER variables").
UNITS = {
    1: "in",
    2: "ft",
    3: "mi",
    4: "mm",
    5: "cm",
    6: "m",
    7: "km",
    8: "\u00b5in",
    9: "mil",
    10: "yd",
    11: "\u00c5",
    12: "nm",
    13: "\u00b5m",
    14: "dm",
    15: "dam",
    16: "hm",
    17: "Gm",
    18: "au",
    19: "ly",
    20: "pc",
}
_KINDS = {0: "linear", 1: "aligned", 2: "angular", 3: "diameter", 4: "radius", 5: "angular", 6: "ordinate", 8: "arc length"}
_ANGULAR = frozenset({2, 5})
#: Letters of AutoCAD's font gdt by the characteristic of ISO 1101 that they draw.
_CHARACTERISTICS = {
    "a": "angularity",
    "b": "perpendicularity",
    "c": "flatness",
    "d": "profile of a surface",
    "e": "roundness",
    "f": "parallelism",
    "g": "cylindricity",
    "h": "circular run-out",
    "i": "symmetry",
    "j": "position",
    "k": "profile of a line",
    "r": "concentricity",
    "t": "total run-out",
    "u": "straightness",
}
_SIGNS = {"n": "\u2300", "m": "\u24c2", "l": "\u24c1", "s": "\u24c8", "p": "\u24c5"}
_GDT = re.compile(r"\{\\F(?:x)?gdt[^;]*;([a-z])\}", re.IGNORECASE)
_MAX_ROWS = 20_000


def dimensions_table(entities: Iterable[Any], layout: str, page: int, unit: str) -> Table | None:
    """A row per dimension: its kind, what it measures, the text that stands for it, its layer."""
    rows = [row for entity in entities if entity.dxftype() == "DIMENSION" and (row := _dimension(entity, layout, unit)) is not None]
    return _table("Dimensions", ["Kind", "Measurement", "Unit", "Text", "Layer"], rows, page)


def _dimension(entity: Any, layout: str, unit: str) -> list[TableCell | None] | None:
    path = f"{named(layout)}/DIMENSION[{entity.dxf.get('handle', '')}]"
    kind = int(entity.dimtype)
    try:
        measured = entity.get_measurement()
        size = abs(float(measured if isinstance(measured, int | float) else measured.magnitude))
    except Exception:  # noqa: BLE001 - a damaged dimension may lead ezdxf to raise anything
        return None
    if not math.isfinite(size):
        return None
    value = Decimal(f"{size:.6f}").normalize()
    written = f"{value:f}"
    text = _override(entity, written)
    units = "\u00b0" if kind in _ANGULAR else unit
    texts = [_KINDS.get(kind, ""), written, units, text, str(entity.dxf.get("layer", ""))]
    return [_cell(one, path, value if index == 1 else None) for index, one in enumerate(texts)]


def _override(entity: Any, measured: str) -> str:
    """The text that is shown instead of the measurement, in which ``<>`` stands for it; "" where there is none."""
    return plain(str(entity.dxf.get("text", ""))).replace("<>", measured)


def tolerances_table(entities: Iterable[Any], layout: str, page: int) -> Table | None:
    """A row per line of a tolerance frame: characteristic, tolerance and datums (ISO 1101)."""
    rows = [row for entity in entities if entity.dxftype() == "TOLERANCE" for row in _tolerances(entity, layout)]
    return _table("Tolerances", ["Characteristic", "Tolerance", "Datums"], rows, page)


def _tolerances(entity: Any, layout: str) -> Iterator[list[TableCell | None]]:
    path = f"{named(layout)}/TOLERANCE[{entity.dxf.get('handle', '')}]"
    for line in str(entity.dxf.get("content", "")).replace("^J", "\n").splitlines():
        parts = [_frame_text(part) for part in line.split("%%v")]
        if any(parts):
            head = next(
                (_CHARACTERISTICS[name] for name in (match[1].lower() for match in _GDT.finditer(line)) if name in _CHARACTERISTICS), ""
            )
            rest = [part for part in parts if part]
            yield [_cell(head, path), _cell(rest[0] if rest else "", path), _cell(" ".join(rest[1:]), path)]


def _frame_text(part: str) -> str:
    return cleaned(_GDT.sub(lambda match: _SIGNS.get(match[1].lower(), ""), part).replace("%%c", "\u2300")).strip()


def drawn_tables(entities: Iterable[Any], layout: str, page: int) -> Iterator[Table]:
    """Tables that the drawing keeps as such, cell by cell."""
    from ezdxf.entities.acad_table import read_acad_table_content

    for entity in entities:
        if entity.dxftype() != "ACAD_TABLE":
            continue
        path = f"{named(layout)}/ACAD_TABLE[{entity.dxf.get('handle', '')}]"
        try:
            content = read_acad_table_content(entity)[:_MAX_ROWS]
        except Exception:  # noqa: BLE001, S112 - a damaged table may lead ezdxf to raise anything; the text in it is on the page
            continue
        rows = [[_cell(plain(text), f"{path}.r{i}c{j}") for j, text in enumerate(row)] for i, row in enumerate(content)]
        # A title spans the first row; the columns are named below it.
        title = rows[0][0].text if len(rows) > 2 and rows[0][0] and not any(rows[0][1:]) and len(rows[0]) > 1 else ""
        body = rows[1:] if title else rows
        if body:
            yield Table(body, page=page, header_rows=1 if len(body) > 1 else 0, name=title)


def layers_table(drawing: Any, used: Counter[str]) -> Table | None:
    """A row per layer: whether it is shown, its colour, and how many entities of the layouts lie on it."""
    rows = []
    for layer in list(drawing.layers)[:_MAX_ROWS]:
        name = str(layer.dxf.name)
        state = "off" if layer.is_off() else "frozen" if layer.is_frozen() else "on"
        path = f"LAYERS/{named(name)}"
        colour, count = abs(int(layer.dxf.get("color", 7))), used[name]
        texts = [(name, None), (state, None), (str(colour), colour), (str(layer.dxf.get("linetype", "")), None), (str(count), count)]
        rows.append([_cell(cleaned(text), path, value) for text, value in texts])
    return _table("Layers", ["Layer", "State", "Colour", "Line type", "Entities"], rows, 1)


def properties(drawing: Any, unit: str) -> Iterator[Datum]:
    """The drawing's units, and the properties that its authors gave the file."""
    if unit:
        yield Datum("$INSUNITS", unit, "Drawing units", "drawing.unit")
    for tag, value in drawing.header.custom_vars.properties[:_MAX_ROWS]:
        yield Datum(f"CUSTOMPROPERTY.{named(str(tag))}", cleaned(str(value)), cleaned(str(tag)))


def _table(name: str, header: Sequence[str], rows: Sequence[Sequence[TableCell | None]], page: int) -> Table | None:
    return Table([[TableCell(text) for text in header], *rows[:_MAX_ROWS]], page=page, header_rows=1, name=name) if rows else None


def _cell(text: str, path: str, value: object = None) -> TableCell | None:
    return TableCell(text, None, Place(path=path), value=value) if text else None
