"""What is known of a candidate on a till receipt, beside its features anywhere: read by the trees that ship, and by nothing else.

A till prints line by line: who the shop is, where it stands, how it is reached, what was bought, what that came to, what was handed over.
The numbers here say where between such lines a candidate stands, what kinds of lines it is made of, and how its sum goes with the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sheaf.extraction.candidates import Candidate
from sheaf.extraction.evidence import NO_SUPPORT
from sheaf.extraction.features import Scene
from sheaf.extraction.layout import Layout
from sheaf.extraction.parsing.dates import find_dates
from sheaf.extraction.parsing.found import squash
from sheaf.extraction.traits import (
    address_score,
    goes_on,
    has_legal_form,
    has_postal_code,
    is_bare_form,
    is_contact,
    is_organisation,
    is_registration,
    is_title,
    may_name,
    opens_address,
    plain,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Kinds of lines that a candidate may stand between or be made of.
_KINDS = ("contact", "registration", "title", "form", "business", "street", "town", "house", "day", "sum", "name")
#: Stems, in the languages of the lexicon, of what a row of sums is about; a stroke ends a word.
_ABOUT = {
    "rounding": "round rund arrond redond arroton afrond arred",
    "net": "excl before net_ neto_ netto_ ohne_ hors_ ht_ sin_ esclus exkl sem_ imponibil base_",
    "gross": "incl inkl ttc_ bruto_ brutto_ with_ after_ ivato_ payable due_ grand final end zahlen payer paga",
    "part": "sub zwischen sous_ item qty quantit menge stuck cant aantal disc rabatt remise descuento sconto korting saving",
    "total": "total totaal summ gesamt betrag amount montant importe_ importo_ bedrag valor",
    "tax": "gst vat_ tax mwst ust_ steuer tva iva_ btw moms",
    "paid": "cash bar_ paid tender visa master card kart carte especes efectivo tarjeta contant carta debit payment gegeben pin_ dinheiro "
    "received",
    "change": "change ruckgeld zuruck rendu cambio resto_ wisselgeld terug troco balance",
}
_STEMS = {name: re.compile(r"\b(?:" + stems.replace("_", r"\b").replace(" ", "|") + ")") for name, stems in _ABOUT.items()}
_CENTS = re.compile(r"\d[.,]\d\d(?!\d)")
#: Furthest that rows are looked at, and gaps in text heights, at most.
_FAR, _WIDE = 6, 4.0
#: Smallest coin that cash is rounded to, and what no receipt comes to.
_STEP, _MOST = Decimal("0.05"), Decimal(10**12)
#: Sums of a receipt that are compared with each other.
_SUMS = 60

NAMES = (
    *(f"{place}_{kind}" for place in ("over", "over2", "under", "under2", "first", "last", "inside") for kind in _KINDS),
    *("gap_over", "gap_under", "gap_inside", "shrinks", "height", "height_over", "height_under"),
    *("rows_over", "rows_from_form", "rows_from_name", "rows_to_contact", "streets_over", "streets_under"),
    *("goes_on", "bare_last", "twice", "closed", "open", "cut", "in_mail", "elsewhere", "off_centre", "as_left", "comma"),
    *(f"about_{name}" for name in _ABOUT),
    *("is_round", "rounds", "rounded", "times", "after_change", "handed", "given_back", "with_tax", "ends_row", "sums_in_row", "larger"),
    *("rival_paid", "rival_change", "rival_part", "first_time", "last_time"),
)


def rows_of(scene: Scene, candidates: Sequence[Candidate]) -> NDArray[np.float64]:
    """The features of a field's candidates (candidates × :data:`NAMES`); 0 for those that say nothing of the field's kind."""
    till = _Till(scene)
    rows = [[float(found.get(name, 0.0)) for name in NAMES] for found in map(till.of, candidates)]
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(NAMES))


@dataclass(frozen=True)
class _Till:
    """A receipt's rows and sums, measured once for all candidates of a field."""

    scene: Scene

    def of(self, one: Candidate) -> Mapping[str, float]:
        """What is known of one candidate, by name."""
        match self.scene.reading.kind:
            case "amount":
                return self._sum(one)
            case "org" | "address":
                return self._text(one)
            case _:
                return {}

    @property
    def layout(self) -> Layout:
        """The receipt."""
        return self.scene.layout

    @cached_property
    def _kinds(self) -> list[Mapping[str, float]]:
        return [_kinds_of(self.layout.row_text(row)) for row in range(len(self.layout.rows))]

    @cached_property
    def _row_of(self) -> dict[int, int]:
        return {id(word): one.row for one in self.layout.segments for word in one.words}

    @cached_property
    def _boxes(self) -> list[tuple[float, float, float]]:
        """Top, foot and left of each row."""
        segments = self.layout.segments
        return [
            (min(segments[i].box.y0 for i in row), max(segments[i].box.y1 for i in row), min(segments[i].box.x0 for i in row))
            for row in self.layout.rows
        ]

    def _text(self, one: Candidate) -> dict[str, float]:
        """What a name or an address is made of and stands between."""
        first, last = one.segment.row, max((self._row_of.get(id(word), one.segment.row) for word in one.words), default=one.segment.row)
        found = self._between(first, last) | self._spaced(first, last) | self._reached(first, last)
        return found | self._worded(one, first, last)

    def _between(self, first: int, last: int) -> dict[str, float]:
        """Kinds of the lines around a text and of its own."""
        inside = self._kinds[first : last + 1]
        found = {f"inside_{kind}": sum(each[kind] for each in inside) / len(inside) for kind in _KINDS}
        places = {"over": first - 1, "over2": first - 2, "under": last + 1, "under2": last + 2, "first": first, "last": last}
        for place, row in places.items():
            if 0 <= row < len(self._kinds):
                found |= {f"{place}_{kind}": value for kind, value in self._kinds[row].items()}
        return found

    def _spaced(self, first: int, last: int) -> dict[str, float]:
        """Gaps around and inside a text and how high it is printed, in text heights."""
        boxes, unit = self._boxes, next(iter(self.layout.heights.values()))
        gaps = [min((boxes[row][0] - boxes[row - 1][1]) / unit, _WIDE) for row in range(first + 1, last + 1)]
        height = boxes[first][1] - boxes[first][0]
        over, under = boxes[first - 1] if first else None, boxes[last + 1] if last + 1 < len(boxes) else None
        return {
            "gap_over": min((boxes[first][0] - over[1]) / unit, _WIDE) if over else _WIDE,
            "gap_under": min((under[0] - boxes[last][1]) / unit, _WIDE) if under else _WIDE,
            "gap_inside": max(gaps, default=0.0),
            "height": min(height / unit, _WIDE),
            "height_over": min((over[1] - over[0]) / unit, _WIDE) if over else 0.0,
            "height_under": min((under[1] - under[0]) / unit, _WIDE) if under else 0.0,
            "shrinks": min(height / max(boxes[last][1] - boxes[last][0], 0.1), _WIDE),
        }

    def _reached(self, first: int, last: int) -> dict[str, float]:
        """How many rows away lines of the kinds that part a receipt's head are."""
        kinds = self._kinds
        return {
            "rows_over": min(first, 2 * _FAR) / _FAR,
            "rows_from_form": _distance([row["form"] for row in reversed(kinds[:first])]),
            "rows_from_name": _distance([max(row["form"], row["business"]) for row in reversed(kinds[:first])]),
            "rows_to_contact": _distance([max(row["contact"], row["day"], row["sum"], row["title"]) for row in kinds[last + 1 :]]),
            "streets_over": _run(reversed(kinds[:first])),
            "streets_under": _run(iter(kinds[last + 1 :])),
        }

    def _worded(self, one: Candidate, first: int, last: int) -> dict[str, float]:
        """How a text begins, goes on and ends, and whether it stands elsewhere too."""
        rows = [self.layout.row_text(row).strip() for row in range(first, last + 1)]
        own, begins = squash(one.text), squash(rows[0].split()[0]) if rows[0] else ""
        left, unit = self._boxes[first][2], next(iter(self.layout.heights.values()))
        below = self._boxes[last + 1][2] if last + 1 < len(self._boxes) else left
        edges = min(box[2] for box in self._boxes), max(one.box.x1 for one in self.layout.segments)
        return {
            "goes_on": float(goes_on(rows[-1])),
            "bare_last": float(is_bare_form(rows[-1])),
            "twice": float(len(rows) > 1 and len(begins) > 2 and squash(rows[1]).startswith(begins)),
            "closed": float(one.text.rstrip().endswith((")", "]"))),
            "open": float(one.text.lstrip().startswith(("(", "["))),
            "cut": float(own != squash("".join(rows))),
            "in_mail": float(len(begins) > 3 and any(begins in address for address in self._mail)),
            "elsewhere": float(self._text_of_all.count(own) > 1) if len(own) > 3 else 0.0,
            "off_centre": min(abs(one.box.x0 + one.box.x1 - sum(edges)) / unit, 2 * _WIDE),
            "as_left": min(abs(below - left) / unit, _WIDE),
            "comma": float("," in rows[-1]),
        }

    @cached_property
    def _mail(self) -> list[str]:
        return [squash(found) for found in re.findall(r"\S+@\S+|\S*www\.\S+|\S+\.com\S*", self.layout.text, re.IGNORECASE)]

    @cached_property
    def _text_of_all(self) -> str:
        return squash(self.layout.text)

    def _sum(self, one: Candidate) -> dict[str, float]:
        """What the row of a sum speaks of, and how it goes with the other sums."""
        value = one.key
        if not isinstance(value, Decimal) or abs(value) > _MOST:
            return {}
        row = self.layout.row_text(one.segment.row)
        found = {f"about_{name}": float(value) for name, value in self._about(one.segment.row).items()}
        rival = self.scene.rivals.get(id(one), NO_SUPPORT)
        phrase = rival.label.phrase if rival.label else ""
        return (
            found
            | self._agrees(value, one.segment.row)
            | {f"rival_{name}": rival.strength * bool(_STEMS[name].search(phrase)) for name in ("paid", "change", "part")}
            | {
                "ends_row": float(row.rstrip().endswith(one.text.split()[-1])) if one.text.split() else 0.0,
                "sums_in_row": min(len(_CENTS.findall(row)), 4) / 4,
                "first_time": float(one.segment.row == self._places[value][0]),
                "last_time": float(one.segment.row == self._places[value][-1]),
            }
        )

    def _about(self, row: int) -> Mapping[str, bool]:
        """What a row speaks of; one without words speaks of what the one over it does."""
        text = plain(self.layout.row_text(row))
        if row and not re.search(r"[^\W\d_]{3}", text):
            text = plain(self.layout.row_text(row - 1))
        return {name: stem.search(text) is not None for name, stem in _STEMS.items()}

    @cached_property
    def _places(self) -> dict[Decimal, list[int]]:
        """Rows of each sum, in order."""
        places: dict[Decimal, list[int]] = {}
        for one in sorted(self.scene.candidates, key=lambda one: one.segment.row):
            if isinstance(one.key, Decimal):
                places.setdefault(one.key, []).append(one.segment.row)
        return places

    @cached_property
    def _sums(self) -> list[Decimal]:
        """The sums with cents, the largest first."""
        money = {one.key for one in self.scene.candidates if isinstance(one.key, Decimal) and _CENTS.search(one.text)}
        return sorted((value for value in money if 0 < value <= _MOST), reverse=True)[:_SUMS]

    @cached_property
    def _times(self) -> Counter[object]:
        return Counter(one.key for one in self.scene.candidates)

    def _agrees(self, value: Decimal, row: int) -> dict[str, float]:
        """How a sum goes with the others: rounded to the smallest coin, handed over less the change, net and tax."""
        sums, places = self._sums, self._places
        near = [other for other in sums if 0 < abs(other - value) < _STEP]
        is_round = value % _STEP == 0
        known = set(sums)
        later = [other for other in sums if places[other][-1] > row]
        return {
            "is_round": float(is_round),
            "rounds": float(is_round and any(other % _STEP for other in near)),
            "rounded": float(not is_round and any(other % _STEP == 0 for other in near)),
            "times": min(self._times[value], 5) / 5,
            "after_change": float(any(value + back in known and places[value + back][-1] >= row for back in later if back != value)),
            "handed": float(any(value - back in known and places[value - back][0] < row for back in later if back < value)),
            "given_back": float(any(value + other in known and max(places[value + other][0], places[other][0]) < row for other in sums)),
            "with_tax": float(any(value - tax in known for tax in sums if tax * 4 < value and value - tax != tax)),
            "larger": min(sum(other > value for other in sums), _FAR) / _FAR,
        }


def _kinds_of(text: str) -> Mapping[str, float]:
    return {
        "contact": float(is_contact(text)),
        "registration": float(is_registration(text)),
        "title": float(is_title(text)),
        "form": float(has_legal_form(text)),
        "business": float(is_organisation(text)),
        "street": address_score(text),
        "town": float(has_postal_code(text)),
        "house": float(opens_address(text)),
        "day": float(bool(find_dates(text))),
        "sum": float(_CENTS.search(text) is not None),
        "name": float(may_name(text)),
    }


def _distance(marks: Sequence[float]) -> float:
    """How many rows away the first marked one is, as a share of the furthest that is looked; 1 where there is none."""
    return next((away / _FAR for away, mark in enumerate(marks[:_FAR]) if mark > 0), 1.0)


def _run(rows: Iterator[Mapping[str, float]]) -> float:
    """How many rows in a row look like lines of an address."""
    count = 0
    for row in rows:
        if count == _FAR or (row["street"] <= 0 and not row["house"]):
            break
        count += 1
    return count / _FAR
