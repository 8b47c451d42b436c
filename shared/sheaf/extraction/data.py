"""Machine-readable data inside a file comes before any guess: by canonical role, else by label, else by the names in its path."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sheaf.documents.model import Datum, Document, Place
from sheaf.domain.fields import FieldType
from sheaf.domain.rows import Cell, CellState, Evidence
from sheaf.extraction import lexicon
from sheaf.extraction.candidates import Customs
from sheaf.extraction.concepts import Reading, name_key
from sheaf.extraction.grids import Grid, GridCell
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.parse import bare_name, parse_as
from sheaf.extraction.parsing.found import tidy

#: How surely each way of naming says which field a datum is for.
ROLE, LABEL, PATH = 0.99, 0.95, 0.9
_DUE = frozenset("due payable pay outstanding open owed".split())
_INDEX = re.compile(r"\[(\d+)\]|/(\d+)(?=/|$)")
#: Units of quantities are written alike: "KGM".
_CURRENCY = re.compile(r"[A-Z]{3}")
_PART = re.compile(r"[^/.\[\]@{}:]+")


@dataclass(frozen=True, slots=True)
class _Named:
    """A datum with all it is called, as label keys, worked out once."""

    datum: Datum
    label: str
    path: tuple[str, ...]
    repeated: bool


class Data:
    """The machine-readable data of one document, asked for by field."""

    def __init__(self, document: Document, customs: Customs) -> None:
        counts: dict[str, int] = defaultdict(int)
        for datum in document.data:
            counts[_INDEX.sub("/#", datum.path)] += 1
        self._named = [_named(datum, repeated=counts[_INDEX.sub("/#", datum.path)] > 1) for datum in document.data]
        self._customs = customs

    def cell(self, reading: Reading) -> Cell | None:
        """The field's value where data names it without doubt, else None."""
        if reading.field.type is FieldType.TABLE:
            return None
        ranked = [(_weight(one, reading), one) for one in self._named]
        best = max((weight for weight, _ in ranked), default=0.0)
        chosen = [one for weight, one in ranked if weight == best] if best > 0 else []
        if not chosen:
            return None
        if reading.field.type is FieldType.LIST:
            return _list_cell(chosen, best)
        return self._agreed(reading, chosen, best)

    def _agreed(self, reading: Reading, chosen: Sequence[_Named], weight: float) -> Cell | None:
        """One value that all chosen data give; None when they differ, for then the data does not say which."""
        cells = [self._read(reading, one.datum, weight) for one in chosen]
        found = [cell for cell in cells if cell.state is CellState.FOUND]
        if found:
            return found[0] if len({repr(cell.value) for cell in found}) == 1 else None
        return cells[0] if len(cells) == 1 else None

    def _read(self, reading: Reading, datum: Datum, weight: float) -> Cell:
        evidence = Evidence(text=datum.text, page=datum.page, box=datum.box, path=datum.path, label=datum.label or None)
        if not datum.text.strip():
            return Cell(state=CellState.BLANK, evidence=evidence)
        text = bare_name(datum.text) if reading.kind in ("org", "person") else datum.text
        value = parse_as(reading.field, text, self._customs, qualifier=datum.qualifier)
        if value is None:
            return Cell(state=CellState.UNREADABLE, evidence=evidence)
        return Cell(state=CellState.FOUND, value=value, confidence=weight, evidence=evidence)

    def grids(self) -> list[Grid]:
        """Repeated groups of data as tables: one row per index, one column per name below it."""
        groups: dict[str, dict[int, dict[str, Datum]]] = defaultdict(lambda: defaultdict(dict))
        for one in self._named:
            match = next(iter(_INDEX.finditer(one.datum.path)), None)
            if match is not None:
                rest = one.datum.path[match.end() :]
                groups[one.datum.path[: match.start()]][int(match[1] or match[2])][_column(one.datum, rest)] = one.datum
        return [_grid(name, rows) for name, rows in groups.items()]


def _named(datum: Datum, *, repeated: bool) -> _Named:
    parts = [part for part in _PART.findall(_INDEX.sub("", datum.path)) if part]
    keys = [name_key(part) for part in parts[-2:]]
    return _Named(datum, label_key(datum.label), tuple(dict.fromkeys([" ".join(keys), *keys[-1:]])), repeated)


def _weight(one: _Named, reading: Reading) -> float:
    """How surely the datum is the field's, 0 when nothing says so."""
    concepts = [lexicon.concepts()[name] for name in reading.concepts]
    ranks = [concept.roles.index(role) for concept in concepts for role in (_sided(one.datum.role, reading),) if role in concept.roles]
    if one.datum.role and ranks:
        asked_due = one.datum.role.endswith(".due") and _asks_due(reading)
        return ROLE if asked_due else ROLE - 0.001 * (min(ranks) + 1)
    if one.datum.role or (one.repeated and reading.field.type is not FieldType.LIST):
        return 0.0
    own = name_key(reading.field.name)
    if one.label and (one.label == own or reading.phrases.get(one.label, 0.0) >= 0.9):
        return LABEL if one.label == own else LABEL - 0.02
    names = [key for key in one.path if key == own or (reading.phrases.get(key, 0.0) >= 0.9 and len(key) > 3)]
    return (PATH if own in names else PATH - 0.02) if names else 0.0


def _asks_due(reading: Reading) -> bool:
    """Whether the field means what is still to be paid rather than the whole sum."""
    return bool(_DUE & set(f"{name_key(reading.field.name)} {label_key(reading.field.description)}".split()))


def _sided(role: str, reading: Reading) -> str:
    """The role as concepts list it, which is the seller's, when the field asks for that side; roles of the other side match nothing."""
    side, _, rest = role.replace("[]", "").partition(".")
    if reading.side == "buyer" and reading.concepts[:1] not in (("buyer",), ("customer_number",)):
        return f"seller.{rest}" if side == "buyer" else "" if side == "seller" else role
    return role.replace("[]", "")


def _list_cell(chosen: Sequence[_Named], weight: float) -> Cell:
    values = tuple(dict.fromkeys(tidy(one.datum.text) for one in chosen if one.datum.text.strip()))
    first = chosen[0].datum
    evidence = Evidence(text="; ".join(values), page=first.page, path=first.path, label=first.label or None)
    return (
        Cell(state=CellState.FOUND, value=values, confidence=weight, evidence=evidence)
        if values
        else Cell(state=CellState.BLANK, evidence=evidence)
    )


def _column(datum: Datum, rest: str) -> str:
    """What a value of a repeated group is called: its label, its role's last part, or its path below the group."""
    if datum.role.startswith(("line.", "lines[].", "item.")):
        return datum.label or datum.role.partition(".")[2].replace("_", " ")
    return datum.label or " ".join(_PART.findall(rest)) or "value"


def _grid(name: str, rows: dict[int, dict[str, Datum]]) -> Grid:
    headers = tuple(dict.fromkeys(column for row in rows.values() for column in row))
    return Grid(headers, [[_cell(row.get(header)) for header in headers] for _, row in sorted(rows.items())], name=name)


def _cell(datum: Datum | None) -> GridCell | None:
    if datum is None or not datum.text.strip():
        return None
    text = (
        f"{datum.text} {datum.qualifier}" if _CURRENCY.fullmatch(datum.qualifier) and not datum.role.endswith(".quantity") else datum.text
    )
    return GridCell(tidy(text), datum.page or 1, place=Place(path=datum.path))


def flat_text(data: Iterable[Datum]) -> str:
    """All values, a line each: how the data writes dates and numbers."""
    return "\n".join(datum.text for datum in data)
