"""Reads fields from one laid-out document: candidates, evidence, scores, sums, choice, state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from sheaf.domain.fields import Field, FieldType
from sheaf.domain.rows import Cell
from sheaf.extraction import cells
from sheaf.extraction.arithmetic import ROLES, best_triple, reinforce, rounded, settle
from sheaf.extraction.candidates import Candidate, Customs, currency_marks, customs_of, distinct, typed
from sheaf.extraction.concepts import DOCUMENT_WORDS, Reading, as_in_order, as_in_payslip, read_field
from sheaf.extraction.decode import Choice, choose
from sheaf.extraction.evidence import Pointer, Reach, supports
from sheaf.extraction.features import Scene
from sheaf.extraction.labels import Labels, find_labels, names_itself, title_days
from sheaf.extraction.layout import Layout
from sheaf.extraction.lexicon import label_key
from sheaf.extraction.lists import read_list
from sheaf.extraction.matching import fitting, misprinted
from sheaf.extraction.options import booleans, choices, only_option
from sheaf.extraction.parsing.found import fold
from sheaf.extraction.prose.reader import Prose
from sheaf.extraction.prose.terms import is_period
from sheaf.extraction.ranges import RangeSide, range_sides
from sheaf.extraction.reach import Target
from sheaf.extraction.receipts import is_till_receipt, role_of, stated
from sheaf.extraction.rules import rule
from sheaf.extraction.scoring import NOTHING, Scored, score_all
from sheaf.extraction.states import SURE, state_without_value
from sheaf.extraction.texts import CODE_KINDS, TEXT_KINDS, is_order, pointed, unlabelled
from sheaf.extraction.traits import is_title

#: Most candidates of a field that are scored; a table of thousands of sums is not where a total hides.
MAX_CANDIDATES = 4_000
#: A label that stands before this many different values numbers things the document speaks of, not the document.
OFTEN = 3
TITLE_ROWS = 40
#: Fewest characters of a number of a kind whose check digits do not hold.
SHORTEST = {"iban": 10, "bic": 8, "vat_id": 7, "phone": 6}
SHORTEST_OTHER = 5


class Reader:
    """One document with everything that is worked out once for all its fields."""

    def __init__(self, layout: Layout, readings: Sequence[Reading], customs: Customs | None = None) -> None:
        self.layout = layout
        self._given = customs
        self.readings = [*_as_in(layout, readings), *_shadows(readings)]
        self.wanted = len(readings)
        self._typed: dict[str, list[Candidate]] = {}

    @cached_property
    def customs(self) -> Customs:
        """How the document writes dates and sums; as the larger one does that it is a page of, where that was given."""
        return self._given or customs_of(self.layout.text)

    @cached_property
    def labels(self) -> Labels:
        """Every label in it."""
        return find_labels(self.layout, self.readings)

    @cached_property
    def reach(self) -> Reach:
        """What its labels point at."""
        return Reach(self.layout, self.labels)

    @cached_property
    def prose(self) -> Prose:
        """What its sentences say."""
        return Prose(self.layout, self.customs)

    def read(self) -> dict[str, Cell]:
        """A cell for every wanted field."""
        scored = {reading.index: self._scored(reading) for reading in self.readings}
        self._prove_sums(scored)
        return {reading.field.name: self._cell(reading, scored[reading.index]) for reading in self.readings[: self.wanted]}

    def typed(self, kind: str) -> list[Candidate]:
        """Candidates of a kind that parses."""
        if kind not in self._typed:
            self._typed[kind] = typed(self.layout, kind, self.customs)[:MAX_CANDIDATES]
        return self._typed[kind]

    def pointers(self, reading: Reading) -> list[Pointer]:
        """What the field's own labels point at."""
        found = self.reach.of(reading)
        if reading.kind not in CODE_KINDS:
            return found
        values = {(pointer.label.phrase, _first_text(pointer)) for pointer in found if pointer.weight >= SURE}
        times = Counter(phrase for phrase, _ in values)
        return [replace(one, weight=one.weight * _uniqueness(times[one.label.phrase]) * self._own_kind(one)) for one in found]

    @rule("numbers-of-its-own-kind", otherwise=lambda *_: 1.0)
    def _own_kind(self, pointer: Pointer) -> float:
        """Less for the number of another kind of document than the one its title says this is.

        Assumes that the title names the kind of document, and that other kinds are named to refer to others.
        """
        head = pointer.label.phrase.split()[0]
        return 0.85 if self._titles and head in DOCUMENT_WORDS - self._titles else 1.0

    @cached_property
    def _titles(self) -> frozenset[str]:
        """Words for a kind of document that stand as titles on the first page."""
        page = self.layout.segments[0].page if self.layout.segments else 0
        titles = [one.text for one in self.layout.segments if one.page == page and one.row < TITLE_ROWS and is_title(one.text)]
        return frozenset(word for text in titles for word in label_key(text).split()) & DOCUMENT_WORDS

    def _scored(self, reading: Reading) -> list[Scored]:
        if reading.field.type is FieldType.TABLE:
            return []
        scene = self.scene(reading)
        scored = self._ranked(scene)
        return reading.ranker(scene, scored) if reading.ranker is not None else scored

    def _ranked(self, scene: Scene) -> list[Scored]:
        """The candidates by hand, and on receipts by the trees that ship, the best first."""
        scored = score_all(scene)
        role = self._role(scene.reading)
        if not role:
            return scored
        from sheaf.extraction.learning.shipped import by_role

        return by_role(role, scene, scored)

    def _role(self, reading: Reading) -> str:
        return role_of(reading) if self._is_receipt else ""

    @cached_property
    def _is_receipt(self) -> bool:
        return is_till_receipt(self.layout)

    def scored_scenes(self) -> dict[str, tuple[Scene, list[Scored]]]:
        """What every wanted field may be, the best first, before sums are proved: what is learned from."""
        scenes = {reading.field.name: self.scene(reading) for reading in self.readings[: self.wanted]}
        return {name: (scene, self._ranked(scene)) for name, scene in scenes.items()}

    def scene(self, reading: Reading) -> Scene:
        """A field's candidates with all that their features are measured against."""
        pointers = self.pointers(reading)
        candidates = self._candidates(reading, pointers)
        rivals = self.reach.rivals(reading, _rival_kinds(reading.kind)) if candidates else []
        return Scene(
            reading=reading,
            layout=self.layout,
            candidates=candidates,
            own=supports(candidates, pointers),
            rivals=supports(candidates, rivals),
            sides=self._sides(reading, candidates),
        )

    def _candidates(self, reading: Reading, pointers: Sequence[Pointer]) -> list[Candidate]:
        if reading.kind == "boolean":
            return distinct(list(booleans(pointers, self.layout)))
        if reading.kind == "choice":
            return choices(reading, self.layout)
        places = [target for pointer in pointers for target in pointer.targets]
        found = [*self.typed(reading.kind)]
        if reading.kind in TEXT_KINDS or reading.kind in CODE_KINDS:
            found += [*pointed(self.layout, reading.kind, places)]
        if reading.kind == "currency":
            found += currency_marks(self.layout, self.customs)
        if reading.kind in CODE_KINDS - {"code"}:
            found += self._codes_at(reading.kind, places)
        told = list(self.prose.candidates(reading))
        if told and reading.concepts[:1] == ("party",):
            return told
        found += [] if told and reading.kind == "org" else unlabelled(self.layout, self.labels, reading)
        found += stated(self.layout, self._role(reading))
        return fitting(reading.field, distinct([*told, *_periods(reading, found)]))

    def _codes_at(self, kind: str, places: Sequence[Target]) -> list[Candidate]:
        """Plain codes where labels of a self-proving kind point: numbers of schemes that no check digit is known for."""
        pointed_at = {target.segment.index for target in places}
        long_enough = [one for one in self.typed("code") if len(one.text) >= SHORTEST.get(kind, SHORTEST_OTHER)]
        plain = [replace(one, quality=min(one.quality, 0.7)) for one in long_enough if one.segment.index in pointed_at]
        return [*plain, *misprinted(kind, places)]

    def _sides(self, reading: Reading, candidates: Sequence[Candidate]) -> dict[int, RangeSide]:
        return range_sides(candidates) if reading.kind == "date" else {}

    def _prove_sums(self, scored: dict[int, list[Scored]]) -> None:
        """Raise the values of the best backed net + tax = gross."""
        members = {reading.concepts[0]: reading.index for reading in self.readings if reading.concepts[:1] and reading.concepts[0] in ROLES}
        triple = best_triple({role: scored[index] for role, index in members.items()}) if members else None
        if triple is not None:
            asked_by_name = {one.index for one in self.readings if names_itself(one, self.labels.by_phrase)}
            for role, index in members.items():
                scored[index] = scored[index] if index in asked_by_name else reinforce(role, scored[index], triple)
        if "total" in members:
            roles = {reading.concepts[0]: scored[reading.index] for reading in self.readings if reading.concepts[:1]}
            settled = settle(scored[members["total"]], roles.get("paid", []), roles.get("change", []))
            scored[members["total"]] = rounded(settled, roles.get("rounding", []))

    def _cell(self, reading: Reading, scored: Sequence[Scored]) -> Cell:
        if reading.field.type is FieldType.LIST:
            return read_list(reading, scored, self.pointers(reading), self.layout)
        choice = self._choice(reading, scored)
        if choice.scored is None:
            return state_without_value(reading, self.pointers(reading), self.layout)
        label = choice.scored.support.label
        return cells.found(reading.field, choice.scored.candidate, choice.confidence, self.layout, label.text if label else None)

    def _choice(self, reading: Reading, scored: Sequence[Scored]) -> Choice:
        lone = reading.kind == "choice" and only_option([one.candidate for one in scored])
        return choose(scored, 0.0 if lone else NOTHING, kind=reading.kind, ranked=reading.ranker is not None or bool(self._role(reading)))


def _as_in(layout: Layout, readings: Sequence[Reading]) -> Iterable[Reading]:
    """What the fields mean in a paper of this kind."""
    turned, paid = is_order(layout), "pay" in title_days(layout)
    for one in readings:
        yield as_in_order(one) if turned else as_in_payslip(one) if paid else one


@rule("terms-are-periods", otherwise=lambda _, found: found)
def _periods(reading: Reading, found: list[Candidate]) -> list[Candidate]:
    """For a term, those candidates that can say how long something lasts.

    Assumes that a period is a number with a unit, a date, or said to have no end.
    """
    return [one for one in found if is_period(fold(one.text))] if reading.concepts[:1] == ("term",) else found


@rule("labels-of-many-values", otherwise=lambda _: 1.0)
def _uniqueness(values: int) -> float:
    """Less for a label that stands before many different values.

    Assumes that a document has one number of its own.
    """
    return 1.0 if values < OFTEN else 0.75


def _first_text(pointer: Pointer) -> str:
    """What stands first where a label points."""
    return next((target.segment.text[target.start : target.end].strip() for target in pointer.targets), "")


def _rival_kinds(kind: str) -> frozenset[str]:
    """Kinds of concept whose labels may claim a candidate of ``kind``."""
    if kind in ("amount", "number", "percent"):
        return frozenset({"amount", "number", "percent"})
    if kind in TEXT_KINDS:
        return TEXT_KINDS | {"code", "date"}
    return frozenset({kind, "code", "phone", "vat_id", "iban"} if kind in CODE_KINDS else {kind})


def _shadows(readings: Sequence[Reading]) -> list[Reading]:
    """Readings of the other sums that prove a total, a net sum or a tax, when one of these is asked for."""
    asked = {concept for reading in readings for concept in reading.concepts[:1]}
    if not asked & set(ROLES):
        return []
    names = {
        "net_total": "net_total",
        "tax_amount": "tax_amount",
        "total": "grand_total",
        "paid": "amount_paid",
        "change": "change",
        "rounding": "rounding",
    }
    missing = [role for role in names if role not in asked]
    return [read_field(Field(name=names[role], type=FieldType.AMOUNT), len(readings) + offset) for offset, role in enumerate(missing)]
