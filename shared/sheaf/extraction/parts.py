"""Values that documents print in parts: a range as two dates, a party as a name, an address and a tax number.

Such a field is asked for as it stands and, beside it, by its parts (``stay`` as ``stay_start`` and ``stay_end``), so that each is found by
the labels and places it has of its own; then one cell is made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import MISSING, Box, Cell, CellState, Evidence, Row
from sheaf.domain.types.address import Address
from sheaf.domain.types.date_range import DateRange
from sheaf.domain.types.party import Party
from sheaf.extraction.concepts import Reading, name_key, side_of
from sheaf.extraction.parsing.identifiers import is_valid

#: Least confidence of a part that joins others, and of a single day that stands for a range with one side open.
JOINS, ALONE = 0.5, 0.8
#: Fewest letters of a label that tells one side of a range by itself: "du" and "from" stand before other dates too.
TELLING = 6
#: Numbers that a party's are looked for: scheme → what stands behind the party's name.
_IDS = {"vat": "vat_id", "iban": "iban"}

#: The number that a document has of its issuer; nobody else has the same.
_ISSUERS = Field(name="seller_vat_id", type=FieldType.IDENTIFIER, scheme="vat")


def with_parts(fields: Sequence[Field]) -> list[Field]:
    """The fields, and behind them the parts of those that have any; a part whose name another field has is that field."""
    taken = {field.name.casefold() for field in fields}
    parts = {part.name: part for field in fields for part in _parts(field)}
    return [*fields, *(part for name, part in parts.items() if name.casefold() not in taken)]


def _parts(field: Field) -> tuple[Field, ...]:
    if field.type is FieldType.DATE_RANGE:
        return tuple(_edge(field, side) for side in ("start", "end"))
    if field.type is FieldType.PARTY and side_of(field):
        ids = (Field(name=f"{field.name}_{rest}", type=FieldType.IDENTIFIER, scheme=scheme) for scheme, rest in _ids(field).items())
        return (Field(name=f"{field.name}_address", type=FieldType.ADDRESS), *ids, _ISSUERS)
    return ()


#: How labels say which side of a range a date is, beside what the part's own name says.
_WORDS = {"start": "from von ab du desde dal van begin", "end": "to until bis au hasta al tot end"}


#: What the sides of some ranges are called: words of the range's name → labels of its start, labels of its end.
_CALLED = {
    "stay trip travel aufenthalt reise sejour voyage estancia viaje soggiorno viaggio verblijf reis estadia viagem": (
        "arrival|arrival date|check in|anreise|ankunft|arrivee|date d arrivee|llegada|entrada|arrivo|aankomst|chegada",
        "departure|departure date|check out|abreise|depart|date de depart|salida|partenza|vertrek|partida|saida",
    ),
    "validity valid gultigkeit validite vigencia validez validita geldigheid validade": (
        "valid from|gultig ab|gultig von|valable du|valable a partir du|valido desde|valido dal|geldig van|geldig vanaf",
        "valid until|valid to|valid thru|gultig bis|valable jusqu au|valido hasta|valido fino al|geldig tot|valido ate",
    ),
}


def _edge(field: Field, side: str) -> Field:
    """One side of a range, by the labels that it may have of its own: "Stay from", "Leistung bis", "Arrival"."""
    synonyms = [f"{name} {word}" for name in field.synonyms for word in _WORDS[side].split()]
    words = set(name_key(field.name).split())
    synonyms += [label for names, sides in _CALLED.items() if words & set(names.split()) for label in sides[side == "end"].split("|")]
    return Field(name=f"{field.name}_{side}", type=FieldType.DATE, synonyms=tuple(synonyms))


def _ids(field: Field) -> Mapping[str, str]:
    """Accounts are the seller's: buyers are the ones who pay."""
    return _IDS if side_of(field) == "seller" else {"vat": _IDS["vat"]}


def joined(rows: Iterable[Row], fields: Sequence[Field]) -> Iterator[Row]:
    """The rows with the fields alone, each made of its parts."""
    for row in rows:
        yield replace(row, cells={field.name: _joined(field, row.cells) for field in fields})


def _joined(field: Field, cells: Mapping[str, Cell]) -> Cell:
    whole = cells.get(field.name, MISSING)
    match field.type:
        case FieldType.DATE_RANGE:
            return _range(whole, *(cells.get(f"{field.name}_{side}", MISSING) for side in ("start", "end")))
        case FieldType.PARTY:
            return _party(field, whole, cells)
        case _:
            return whole


def _range(whole: Cell, start: Cell, end: Cell) -> Cell:
    """The range as it was printed in one; else one of two dates; else one with the side open that no date is found for."""
    if isinstance(whole.value, DateRange) and whole.value.start and whole.value.end:
        return whole
    if _is_part(start, JOINS) and _is_part(end, JOINS) and start.value != end.value and not start.value > end.value:  # type: ignore[operator]
        days = DateRange(start=start.value, end=end.value)  # type: ignore[arg-type]
        confidence = round(min(start.confidence, end.confidence), 3)
        return Cell(state=CellState.FOUND, value=days, confidence=confidence, evidence=_both(start.evidence, end.evidence))
    if whole.state is CellState.FOUND:
        return whole
    for cell, side in ((start, "start"), (end, "end")):
        if _is_part(cell, ALONE) and len(cell.evidence.label or "" if cell.evidence else "") >= TELLING:
            open_one = {"start": None, "end": None, side: cell.value}
            return replace(cell, value=DateRange(**open_one))  # type: ignore[arg-type]
    return whole


def _is_part(cell: Cell, least: float) -> bool:
    return cell.state is CellState.FOUND and cell.confidence >= least


def _both(one: Evidence | None, other: Evidence | None) -> Evidence | None:
    """Where both stand: the box around them where they share a page, else the place of the first."""
    if one is None or other is None:
        return one or other
    text = f"{one.text} \u2013 {other.text}"
    if one.box and other.box and one.page == other.page:
        first, last = one.box, other.box
        box = Box(min(first.x0, last.x0), min(first.y0, last.y0), max(first.x1, last.x1), max(first.y1, last.y1))
        return replace(one, text=text, box=box)
    return replace(one, text=text)


def _party(field: Field, name: Cell, cells: Mapping[str, Cell]) -> Cell:
    """The name with the address and numbers that are its own; a number that its check digits refute is left out."""
    if not isinstance(name.value, Party):
        return name
    where = _value(cells, f"{field.name}_address")
    found = {scheme: _value(cells, f"{field.name}_{rest}") for scheme, rest in _IDS.items()}
    ids = {scheme: number for scheme, number in found.items() if isinstance(number, str) and is_valid(scheme, number)}
    if side_of(field) == "buyer" and ids.get("vat") == _value(cells, _ISSUERS.name):
        ids = {}
    told = where if isinstance(where, Address) and (where.postcode or where.street) else None
    return replace(name, value=replace(name.value, address=told or name.value.address, ids=ids))


def _value(cells: Mapping[str, Cell], name: str) -> object:
    cell = cells.get(name, MISSING)
    return cell.value if _is_part(cell, JOINS) else None


def asks_for_parts(readings: Sequence[Reading]) -> bool:
    """Whether any of the fields has parts."""
    return any(_parts(reading.field) for reading in readings)
