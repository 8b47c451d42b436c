"""Werk24's answers as machine-readable data: title block by meaning; parts, dimensions, tolerances, threads, surfaces as tables.

An answer is whatever a server sent: what is not shaped as its documentation says (https://v2.docs.werk24.io) is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheaf.documents.model import Datum, Document, Page, Place, Table, TableCell

_ROOT = "werk24"
#: Identifiers by what fields of drawings they are.
_IDENTIFIERS = {"DRAWING_NUMBER": "drawing.number", "MANUFACTURER_NAME": "drawing.company"}
#: Lists of features by the name of their table.
_FEATURES = {
    "dimensions": "Dimensions",
    "gdnts": "Tolerances",
    "threads": "Threads",
    "roughnesses": "Surfaces",
    "bores": "Bores",
    "chamfers": "Chamfers",
    "radii": "Radii",
}
_PARTS = {"position": "Position", "part_number": "Part number", "designation": "Designation"}
#: Values and rows that are taken of one answer.
_MAX_ITEMS = 2_000
_MAX_TEXT = 2_000


def document_of(answers: Sequence[Mapping[str, Any]]) -> Document:
    """A document that holds what was answered and nothing else."""
    data: list[Datum] = []
    tables: list[Table] = []
    for number, answer in enumerate(answers):
        kind = answer.get("ask_type")
        # Of several pages each has its own answer.
        path = f"{_ROOT}:{kind}" if number < 2 else f"{_ROOT}:{kind}({number + 1})"
        if kind == "META_DATA":
            data += _title_block(answer, path)
            tables += _parts_list(answer, path)
        elif kind == "FEATURES":
            tables += _features(answer, path)
    return Document(format=_ROOT, pages=[Page(1, 1.0, 1.0, tables=tables, grid=True)], data=data)


def _title_block(answer: Mapping[str, Any], path: str) -> Iterator[Datum]:
    for index, one in enumerate(_items(answer, "identifiers")):
        kind = _text(one, "identifier_type")
        yield Datum(f"{path}.identifiers({index})", _text(one, "value"), kind.replace("_", " ").lower(), _IDENTIFIERS.get(kind, ""))
    for index, one in enumerate(_items(answer, "designation")[:1]):
        yield Datum(f"{path}.designation({index})", _text(one, "value"), "designation", "drawing.title")
    for index, one in enumerate(_items(answer, "material_options")[:1]):
        yield Datum(f"{path}.material_options({index})", _materials(one), "material", "drawing.material")
    tolerances = _group(answer, "general_tolerances")
    standard = "-".join(filter(None, (_text(tolerances, "tolerance_standard"), _text(tolerances, "tolerance_class"))))
    yield Datum(f"{path}.general_tolerances", standard, "general tolerances", "drawing.tolerances")
    yield Datum(f"{path}.general_roughness", _text(_group(answer, "general_roughness"), "label"), "surface roughness", "drawing.surface")
    yield Datum(f"{path}.weight", _quantity(answer.get("weight")), "weight")
    yield Datum(f"{path}.projection_method", _text(_group(answer, "projection_method"), "projection_method"), "projection method")
    for index, one in enumerate(_items(answer, "notes")):
        yield Datum(f"{path}.notes({index})", _text(one, "label"), "note")


def _parts_list(answer: Mapping[str, Any], path: str) -> Iterator[Table]:
    rows = []
    for index, one in enumerate(_items(_group(answer, "bill_of_material"), "rows")):
        materials = "; ".join(filter(None, map(_materials, _items(one, "material_options"))))
        texts = [*(_text(one, key) for key in _PARTS), materials, _quantity(one.get("quantity")), _quantity(one.get("unit_weight"))]
        rows.append(_row(texts, f"{path}.bill_of_material.rows({index})"))
    if rows:
        yield _table("Parts list", [*_PARTS.values(), "Material", "Quantity", "Unit weight"], rows)


def _features(answer: Mapping[str, Any], path: str) -> Iterator[Table]:
    for key, name in _FEATURES.items():
        rows = [
            _row(
                [_text(one, "label"), _text(one, "characteristic") or _quantity(one.get("size")), _text(one, "quantity")],
                f"{path}.{key}({index})",
            )
            for index, one in enumerate(_items(answer, key))
        ]
        if rows:
            yield _table(name, ["Label", "Characteristic" if key == "gdnts" else "Size", "Quantity"], rows)


def _table(name: str, header: Sequence[str], rows: Sequence[Sequence[TableCell | None]]) -> Table:
    return Table([[TableCell(text) for text in header], *rows], header_rows=1, name=name)


def _row(texts: Sequence[str], path: str) -> list[TableCell | None]:
    return [TableCell(text, None, Place(path=path)) if text else None for text in texts]


def _materials(option: Mapping[str, Any]) -> str:
    names = (_text(one, "raw_ocr") or _text(one, "designation") for one in _items(option, "material_combination"))
    return ", ".join(dict.fromkeys(filter(None, names)))


def _quantity(value: Any) -> str:
    """A number with its unit."""
    if not isinstance(value, Mapping):
        return ""
    unit = _text(value, "unit")
    return " ".join(filter(None, (_text(value, "value"), "" if unit in {"dimensionless", "piece"} else unit)))


def _items(group: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = group.get(key)
    return [one for one in found[:_MAX_ITEMS] if isinstance(one, Mapping)] if isinstance(found, list) else []


def _group(group: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = group.get(key)
    return found if isinstance(found, Mapping) else {}


def _text(group: Mapping[str, Any], key: str) -> str:
    found = group.get(key)
    return " ".join(str(found).split())[:_MAX_TEXT] if isinstance(found, str | int | float) and not isinstance(found, bool) else ""
