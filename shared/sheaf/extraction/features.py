"""What is known of a candidate for a field, as named numbers: what the hand weights sum up, and what a learned ranker reads.

:data:`FEATURES` is the one list: each feature with its name, the weight that the hand score gives it, and what that assumes of documents.
:func:`features` measures all of them for one candidate of a :class:`Scene`; :func:`vector` puts them into the order of :data:`NAMES`.
Features with weight 0 are for the ranker alone. New ones are added at the end, so that a ranker trained on a shorter vector still
reads its own part; a change of meaning takes a new name.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter

from sheaf.domain.rows import Amount
from sheaf.domain.schemes import SCHEMES
from sheaf.extraction.candidates import Candidate
from sheaf.extraction.concepts import Reading
from sheaf.extraction.evidence import NO_SUPPORT, Support
from sheaf.extraction.layout import Layout
from sheaf.extraction.parsing.found import fold
from sheaf.extraction.ranges import RangeSide
from sheaf.extraction.reach import in_total_row
from sheaf.extraction.rules import declare
from sheaf.extraction.traits import address_score, has_legal_form, has_postal_code, is_contact, is_organisation, is_unit, opens_address


@dataclass(frozen=True, slots=True)
class Feature:
    """One number about a candidate: its name, its weight in the hand score, and what the weight assumes."""

    name: str
    weight: float
    assumes: str


#: Every feature, in the order of the vector. Weights were set by hand on the tuned half of the development documents.
FEATURES = tuple(
    Feature(*one)
    for one in (
        ("label", 6.0, "A value stands where a label of its field points: behind it, right of it, below it."),
        ("rival", -4.0, "What the label of something else points at more strongly is that other thing."),
        ("quality", 1.0, "A value looks like its kind: cents on sums, digits in numbers of documents."),
        ("first", 1.3, "The first date of a document is its own."),
        ("only", 0.8, "A document with one date is of that date."),
        ("repeated", 0.4, "What matters is printed more than once."),
        ("largest", 1.4, "The total is the largest sum of money, or nearly."),
        ("negative", -1.5, "Totals are seldom negative."),
        ("zero", -1.5, "Totals are seldom nothing."),
        ("range_side", 1.3, "A pair of dates is a start and an end, in that order."),
        ("range_other", -2.5, "The start of a range is not its end, and its end not the document's date."),
        ("top", 1.8, "Who issues a paper stands at its top."),
        ("legal_form", 1.6, "A legal form marks a firm's name."),
        ("organisation", 0.9, "A word for a business marks a firm's name."),
        ("tall", 0.8, "Who issues a paper writes its name larger than the rest."),
        ("address_like", -1.2, "A line of an address is nobody's name."),
        ("block", 3.0, "Lines with a street, a postal code or a town are an address."),
        ("block_top", 0.8, "The issuer's address stands near the top."),
        ("proven", 2.2, "A number whose check digits hold is of the kind that has them."),
        ("prose", 5.0, "A sentence that introduces a value says what it is."),
        ("capitals", 0.3, "Names over receipts stand in capitals."),
        ("total_row", 1.2, "The value of a column in the row of totals is the document's."),
        ("recipient", 3.4, "An address that is not the sender's is the recipient's."),
        ("label_same", 0.0, "The strongest label stands in the value's own segment."),
        ("label_right", 0.0, "The strongest label stands left of the value."),
        ("label_below", 0.0, "The strongest label stands over the value."),
        ("label_above", 0.0, "The strongest label stands under the value."),
        ("label_closed", 0.0, "A colon ends the strongest label."),
        ("label_lead", 0.0, "How much stronger the label is than that of any other value; negative where another's is stronger."),
        ("rival_strength", 0.0, "Strength of the strongest label of something else."),
        ("rank", 0.0, "Place among the values of its kind by size, 1 for the largest, falling to 0; for sums and numbers."),
        ("order", 0.0, "Place among the candidates in reading order, 0 for the first, 1 for the last."),
        ("share", 0.0, "Share of the candidates that have the same value."),
        ("page", 0.0, "Place among the pages, 1 for the first, 1/2 for the second and so on."),
        ("x", 0.0, "Where its left edge stands across the page, 0 to 1."),
        ("y", 0.0, "Where its top stands down the page, 0 to 1."),
        ("height", 0.0, "Its height in text heights of its page, at most 4."),
        ("lines", 0.0, "How many lines it spans, in sevenths."),
        ("words", 0.0, "How many words it has, in tenths, at most 2."),
        ("length", 0.0, "How many characters it has, in fortieths, at most 2."),
        ("digits", 0.0, "Share of its characters that are digits."),
        ("letters", 0.0, "Share of its characters that are letters."),
        ("alone", 0.0, "Share of its segment's text that it takes."),
        ("row_fill", 0.0, "How many segments its row has, in fifths, at most 2: cells of tables stand in full rows."),
        ("bold", 0.0, "Share of its words in bold."),
        ("confidence", 0.0, "Least confidence of recognition among its words."),
        ("address_score", 0.0, "How much its text looks like a line of an address."),
        ("line_address", 0.0, "The least that one of its lines looks like one of an address."),
        ("opens", 0.0, "It begins with a house or unit number."),
        ("closes", 0.0, "Its last line has a postal code."),
        ("over_address", 0.0, "How much the row over it looks like a line of an address."),
        ("under_address", 0.0, "How much the row under it looks like a line of an address."),
        ("over_name", 0.0, "The row over it has a legal form or a word for a business."),
        ("under_name", 0.0, "The row under it has a legal form or a word for a business."),
        ("over_contact", 0.0, "The row over it says how to reach somebody, or under what number he is registered."),
        ("under_contact", 0.0, "The row under it does."),
        ("over_nothing", 0.0, "No row stands over it."),
        ("row", 0.0, "Place of its row among the rows, 0 for the first, 1 for the last."),
    )
)
NAMES = tuple(one.name for one in FEATURES)
WEIGHTS = {one.name: one.weight for one in FEATURES if one.weight}
for _feature in FEATURES:
    if _feature.weight:
        declare(f"feature-{_feature.name}", _feature.assumes)


@dataclass(frozen=True)
class Scene:
    """One field's candidates in one document, and what their features are measured against."""

    reading: Reading
    layout: Layout
    candidates: Sequence[Candidate]
    #: The strongest support of each candidate by labels of the field and by labels of other meanings, by ``id``.
    own: Mapping[int, Support]
    rivals: Mapping[int, Support]
    sides: Mapping[int, RangeSide]

    @cached_property
    def counts(self) -> Counter[object]:
        """How often each value occurs."""
        return Counter(one.key for one in self.candidates)

    @cached_property
    def order(self) -> dict[int, int]:
        """Place of each candidate in reading order, by ``id``."""
        return {id(one): rank for rank, one in enumerate(self.candidates)}

    @cached_property
    def ranks(self) -> dict[object, int]:
        """Rank of each sum printed as one, the largest first."""
        money = {_number(one) for one in self.candidates if one.quality >= 0.8 and not isinstance(one.value, str)}
        return {value: rank for rank, value in enumerate(sorted((one for one in money if one is not None), reverse=True))}  # type: ignore[type-var]

    @cached_property
    def strongest(self) -> dict[object, float]:
        """Strength of the best label of each value."""
        best: dict[object, float] = {}
        for one in self.candidates:
            best[one.key] = max(best.get(one.key, 0.0), self.own.get(id(one), NO_SUPPORT).strength)
        return best

    @cached_property
    def _two_strongest(self) -> list[tuple[float, object]]:
        return heapq.nlargest(2, ((strength, key) for key, strength in self.strongest.items()), key=itemgetter(0))

    def strongest_beside(self, key: object) -> float:
        """Strength of the best label of any other value."""
        return next((strength for strength, other in self._two_strongest if other != key), 0.0)

    @cached_property
    def first_page(self) -> int:
        """Number of the first page that has text."""
        return self.layout.segments[0].page if self.layout.segments else 0


def features(scene: Scene, one: Candidate) -> dict[str, float]:
    """Every feature of a candidate by name; those that say nothing of its kind are left out, and count as 0."""
    return labelled(scene, one) | valued(scene, one) | _placed(scene, one) | _printed(one)


def vector(found: Mapping[str, float]) -> tuple[float, ...]:
    """Features in the order of :data:`NAMES`, 0 for those left out."""
    return tuple(found.get(name, 0.0) for name in NAMES)


def labelled(scene: Scene, one: Candidate) -> dict[str, float]:
    """What labels, sentences and the form of a value say, for any field."""
    own, rival = scene.own.get(id(one), NO_SUPPORT), scene.rivals.get(id(one), NO_SUPPORT)
    found = {
        "label": own.strength,
        "rival": max(0.0, rival.strength - own.strength) * (1.0 - min(one.told, 1.0)),
        "quality": one.quality,
        "prose": one.told,
    }
    side = scene.sides.get(id(one))
    if side and scene.reading.edge:
        found["range_side" if side == scene.reading.edge else "range_other"] = 1.0
    elif side == "end" and scene.reading.kind == "date":
        found["range_other"] = 0.3
    if scene.reading.kind in ("amount", "number") and own.relation == "below" and in_total_row(scene.layout, one.segment):
        found["total_row"] = 1.0
    if scene.reading.kind in _PROVEN and one.quality >= PROOF:
        found["proven"] = 1.0
    return found


#: Kinds whose check digits or form say as much as a label, and the quality from which they hold.
_PROVEN = frozenset({"vat_id", "email", "url", *SCHEMES})
PROOF = 0.8


def valued(scene: Scene, one: Candidate) -> dict[str, float]:
    """What a value and its place among the others say without a label; by the kind of value."""
    if scene.reading.kind == "date":
        return _date(scene, one)
    if scene.reading.kind in ("amount", "number"):
        return _sum(scene, one)
    return _text(scene, one)


def _date(scene: Scene, one: Candidate) -> dict[str, float]:
    return {
        "first": 1.0 / (1 + scene.order[id(one)]),
        "only": float(len(scene.counts) == 1),
        "repeated": float(scene.counts[one.key] > 1),
    }


def _sum(scene: Scene, one: Candidate) -> dict[str, float]:
    value = _number(one)
    rank = scene.ranks.get(value, 9)
    return {
        "largest": (1.0, 0.6, 0.3)[rank] if rank < 3 and one.quality >= PROOF else 0.0,
        "repeated": float(scene.counts[one.key] > 1),
        "negative": float(value < 0),  # type: ignore[operator]
        "zero": float(value == 0),
        "rank": 1.0 / (1 + rank) if rank < 9 else 0.0,
    }


def _number(one: Candidate) -> object:
    return one.value.amount if isinstance(one.value, Amount) else one.value


def _text(scene: Scene, one: Candidate) -> dict[str, float]:
    on_top = one.segment.page == scene.first_page
    text, row = str(one.value), one.segment.row
    tall = (one.box.y1 - one.box.y0) / scene.layout.height(one.segment) - 1.0
    likeness = address_score(text)
    return {
        "top": 1.0 / (1 + 0.35 * row) if on_top else 0.0,
        "block": one.quality if one.lines > 1 or likeness > 0.8 else 0.0,
        "recipient": 1.0 / (1 + 0.03 * row) if on_top else 0.0,
        "block_top": 1.0 / (1 + 0.1 * row) if on_top else 0.0,
        "legal_form": float(has_legal_form(text)),
        "organisation": float(is_organisation(text)),
        "tall": min(max(tall, 0.0), 1.0),
        "address_like": float(likeness > 0.4 and not has_legal_form(text)),
        "capitals": float(text.upper() == text and fold(text) != text),
        "address_score": likeness,
    } | _around(scene, one)


def _around(scene: Scene, one: Candidate) -> dict[str, float]:
    """What the lines of a text are, and the rows over and under it."""
    lines, rows = one.text.split("\n"), scene.layout.rows
    over = scene.layout.row_text(one.segment.row - 1) if one.segment.row else ""
    last = one.segment.row + one.lines
    under = scene.layout.row_text(last) if last < len(rows) else ""
    return {
        "line_address": min(map(address_score, lines)),
        "opens": float(opens_address(lines[0]) or is_unit(lines[0])),
        "closes": float(has_postal_code(lines[-1])),
        "over_nothing": float(not over),
        "row": one.segment.row / len(rows),
        **{f"over_{name}": value for name, value in _kind_of_row(over).items()},
        **{f"under_{name}": value for name, value in _kind_of_row(under).items()},
    }


@lru_cache(maxsize=1024)
def _kind_of_row(text: str) -> Mapping[str, float]:
    return {
        "address": address_score(text),
        "name": float(has_legal_form(text) or is_organisation(text)),
        "contact": float(is_contact(text) or sum(map(str.isdigit, text)) > 5),
    }


def _placed(scene: Scene, one: Candidate) -> dict[str, float]:
    """Where a candidate stands: against its label, on its page, among the others."""
    own, rival = scene.own.get(id(one), NO_SUPPORT), scene.rivals.get(id(one), NO_SUPPORT)
    page = scene.layout.pages[one.segment.page]
    others = scene.strongest_beside(one.key)
    found = {
        "label_closed": float(own.label is not None and own.label.closed),
        "label_lead": own.strength - others,
        "rival_strength": rival.strength,
        "order": scene.order[id(one)] / max(len(scene.candidates) - 1, 1),
        "share": scene.counts[one.key] / len(scene.candidates),
        "page": 1.0 / (1 + max(one.segment.page - scene.first_page, 0)),
        "x": one.box.x0 / (page.width or 1.0),
        "y": one.box.y0 / (page.height or 1.0),
        "height": min((one.segment.box.y1 - one.segment.box.y0) / scene.layout.height(one.segment), 4.0),
        "row_fill": min(len(scene.layout.rows[one.segment.row]) / 5, 2.0),
    }
    return found | ({f"label_{own.relation}": 1.0} if own.relation else {})


def _printed(one: Candidate) -> dict[str, float]:
    """How a candidate is printed."""
    size = max(len(one.text), 1)
    return {
        "lines": one.lines / 7,
        "words": min(len(one.words) / 10, 2.0),
        "length": min(size / 40, 2.0),
        "digits": sum(character.isdigit() for character in one.text) / size,
        "letters": sum(character.isalpha() for character in one.text) / size,
        "alone": min(size / max(len(one.segment.text), 1), 1.0),
        "bold": sum(word.bold for word in one.words) / max(len(one.words), 1),
        "confidence": min((word.confidence for word in one.words), default=1.0),
    }
