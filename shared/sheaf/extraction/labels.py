"""Where labels stand: runs of words that match a field's phrases or the lexicon's, exactly or but for a few misread letters.

``purity`` says how much of the printed label the match covers: "Total" inside "Sub Total" is not a label of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sheaf.domain.rows import Box
from sheaf.extraction import lexicon, senses
from sheaf.extraction.concepts import Reading, name_key
from sheaf.extraction.layout import Layout, Segment, union
from sheaf.extraction.rules import rule
from sheaf.extraction.traits import is_title

MAX_WORDS = 6
#: Longest segment, in words, whose parts are compared letter by letter; prose is only matched exactly.
FUZZY_WORDS = 8
FUZZY_CUTOFF = 89.0
_DIGIT = re.compile(r"\d")
#: Most words of a town before the comma in "Town, date".
_TOWN_WORDS = 2
_MARKS = (":", "\uff1a")
#: Nouns that turn the label before them into another one.
_TAIL_NOUNS = frozenset(
    "ref reference code id no date type address phone email external account group status rate period office terms".split()
)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A label as printed: words ``[first, last)`` of a segment."""

    segment: Segment
    first: int
    last: int
    #: Label key of the phrase that matched.
    phrase: str
    #: Likeness of the letters, 0 to 1.
    match: float
    #: Share of the printed label that the phrase covers, 0 to 1.
    purity: float

    @property
    def strength(self) -> float:
        """How surely this is that label."""
        return self.match * self.purity

    @property
    def text(self) -> str:
        """The label as printed, without its colon."""
        return " ".join(word.text for word in self.segment.words[self.first : self.last]).rstrip(" :.-")

    @property
    def box(self) -> Box:
        """Where the label stands."""
        return union(self.segment.words[self.first : self.last])

    @property
    def end(self) -> int:
        """Where the label ends in the segment's text."""
        return self.segment.starts[self.last - 1] + len(self.segment.words[self.last - 1].text)

    @property
    def closed(self) -> bool:
        """Whether a colon ends the label."""
        following = self.segment.words[self.last].text[:1] if self.last < len(self.segment.words) else ""
        return self.segment.words[self.last - 1].text.endswith(_MARKS) or following in _MARKS


@dataclass(frozen=True)
class Labels:
    """Every label of a document, by phrase and by segment."""

    by_phrase: dict[str, list[Occurrence]]
    by_segment: dict[int, list[Occurrence]]
    #: Labels printed here that mean a field though they are spelt otherwise, by the reading's index: label key → weight.
    meant: dict[int, dict[str, float]] = field(default_factory=dict)

    def phrases(self, reading: Reading) -> dict[str, float]:
        """Label keys of a field with their weights: its own, and those printed here that mean the same."""
        return self.meant.get(reading.index, {}) | reading.phrases

    def of(self, reading: Reading) -> list[tuple[Occurrence, float]]:
        """Labels of a field, each with its strength, the strongest first."""
        phrases = own_name_first(reading, self.phrases(reading), self.by_phrase)
        found = [(one, one.strength * weight) for phrase, weight in phrases.items() for one in self.by_phrase.get(phrase, ())]
        return sorted(found, key=lambda pair: -pair[1])

    def next_start(self, segment: Segment, end: int) -> int:
        """Where the next label after ``end`` begins in the segment's text, or its length."""
        starts = [segment.starts[one.first] for one in self.by_segment.get(segment.index, ()) if _parts_value(one)]
        return min((start for start in starts if start >= end), default=len(segment.text))

    def is_label(self, segment: Segment) -> bool:
        """Whether the segment as a whole is a label, with no value in it."""
        if segment.text.rstrip().endswith((":", "#")) and len(segment.text) > 1:
            return True
        return any(one.strength >= 0.75 and not segment.text[one.end :].strip(" :.-") for one in self.by_segment.get(segment.index, ()))

    def begins(self, segment: Segment) -> bool:
        """Whether the segment begins with a label of its own: all of it, or one with its value behind it."""
        if self.is_label(segment):
            return True
        return any(one.first == 0 and one.strength >= 0.75 and one.closed for one in self.by_segment.get(segment.index, ()))


#: What is left of a field's other labels where its own name is printed.
OTHERS = 0.75


@rule("own-names-first", otherwise=lambda _, phrases, __: phrases)
def own_name_first(reading: Reading, phrases: dict[str, float], printed: Mapping[str, Sequence[Occurrence]]) -> dict[str, float]:
    """The weights of a field's labels, the others' less where the field's own name of several words is printed as a label.

    Assumes that a paper with the very words asked for, such as "Balance due", means them, and something else by "Total".
    """
    own = name_key(reading.field.name)
    if not names_itself(reading, printed):
        return phrases
    return {phrase: weight if phrase == own else OTHERS * weight for phrase, weight in phrases.items()}


def names_itself(reading: Reading, printed: Mapping[str, Sequence[Occurrence]]) -> bool:
    """Whether a field's own name of several words is printed as a label."""
    own = name_key(reading.field.name)
    return " " in own and any(one.strength >= 0.9 for one in printed.get(own, ()))


def find_labels(layout: Layout, readings: Iterable[Reading]) -> Labels:
    """All labels of ``layout``: the fields' phrases and, as their rivals, the whole lexicon."""
    readings = list(readings)
    grams = [gram for segment in layout.segments for gram in _grams(segment)]
    keys = {gram[3] for gram in grams}
    days, printed = title_days(layout), senses.meanings(keys)
    meant_here = {
        reading.index: senses.bare_dates(reading, days, keys) | senses.bare_names(reading, keys) | senses.meant(reading, printed)
        for reading in readings
    }
    phrases = {phrase for reading in readings for phrase in (*reading.phrases, *meant_here[reading.index])}
    known = phrases | lexicon.labels().keys()
    matches = _fuzzy({gram[3] for gram in grams if gram[4] and gram[3] not in known}, sorted(known))
    by_segment: dict[int, list[Occurrence]] = {}
    for segment, first, last, key, _ in grams:
        phrase, match = (key, 1.0) if key in known else matches.get(key, ("", 0.0))
        if phrase and not _qualifies_sum(segment, first, last, phrase):
            by_segment.setdefault(segment.index, []).append(Occurrence(segment, first, last, phrase, match, _purity(segment, first, last)))
    kept = {index: _longest(found) for index, found in by_segment.items()}
    by_phrase: dict[str, list[Occurrence]] = {}
    for found in kept.values():
        for one in found:
            by_phrase.setdefault(one.phrase, []).append(one)
    return Labels(by_phrase, kept, meant_here)


_TAXES = frozenset({"tax_amount", "tax_rate"})
#: Words beside a tax that say whether a sum holds it.
_HOLDS = frozenset(
    "incl inkl included inclusive inclus incluse incluses comprise compris incluido incluida incluidos inclusa incluso inbegrepen "
    "enthalten excl exkl excluded excluido excluida esclusa escluso".split()
)


@rule("sums-with-taxes", otherwise=lambda *_: False)
def _qualifies_sum(segment: Segment, first: int, last: int, phrase: str) -> bool:
    """Whether a tax's label says how a sum before it is meant: "Total (IVA incl.)" is no tax.

    Assumes that a word for held or left out behind the name of a tax speaks of the sum that it stands with.
    """
    if last >= len(segment.words) or lexicon.label_key(segment.words[last].text) not in _HOLDS:
        return False
    return first + 1 < last + segment.words[first].text.startswith("(") and bool(_TAXES & set(lexicon.labels().get(phrase, ())))


#: Rows in which a title may stand.
TITLE_ROWS = 40


def title_days(layout: Layout) -> frozenset[str]:
    """What days the titles on the first page speak of."""
    page = layout.segments[0].page if layout.segments else 0
    titles = [one.text for one in layout.segments if one.page == page and one.row < TITLE_ROWS and is_title(one.text)]
    return frozenset(day for title in titles for day in senses.days_of_title(lexicon.label_key(title)))


def _grams(segment: Segment) -> Iterable[tuple[Segment, int, int, str, bool]]:
    """Runs of up to six words: (segment, first, last, label key, whether near matches may count)."""
    keys = [lexicon.label_key(word.text) for word in segment.words]
    near = len(keys) <= FUZZY_WORDS
    for first, head in enumerate(keys):
        if not head:
            continue
        gram = ""
        for last in range(first + 1, min(first + MAX_WORDS, len(keys)) + 1):
            tail = keys[last - 1]
            if segment.words[last - 1].text in _MARKS:
                break
            if not tail:
                continue
            gram = f"{gram} {tail}" if gram else tail
            yield segment, first, last, gram, near
            if segment.words[last - 1].text.endswith(_MARKS):
                break


@rule("nearly-spelt-labels", otherwise=lambda *_: {})
def _fuzzy(grams: set[str], known: Sequence[str]) -> dict[str, tuple[str, float]]:
    """The nearest phrase of each run of words, where one is near enough.

    Assumes that a letter or two of a label may be misread or misprinted, and that no other label is as near.
    """
    wanted = [gram for gram in grams if 4 <= len(gram) <= 40 and not gram.replace(" ", "").isdigit()]
    whole = frozenset(known)
    found = {gram: pair for gram in wanted if (pair := _suffix(gram, whole))}
    wanted = [gram for gram in wanted if gram not in found]
    if not wanted:
        return found
    from rapidfuzz import fuzz, process

    choices = [phrase for phrase in known if len(phrase) >= 5]
    scores = process.cdist(wanted, choices, scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF)
    best, best_scores = scores.argmax(axis=1), scores.max(axis=1)
    for index, gram in enumerate(wanted):
        if best_scores[index]:
            found[gram] = (choices[best[index]], float(best_scores[index]) / 100)
    return found


@rule("compound-labels", otherwise=lambda *_: None)
def _suffix(gram: str, known: frozenset[str]) -> tuple[str, float] | None:
    """A compound that ends in a long label, as German and Dutch build them: Handelsrechnung is a Rechnung.

    Assumes that the last part of a compound says what it is.
    """
    if " " in gram or len(gram) < 9:
        return None
    longest = next((gram[start:] for start in range(3, len(gram) - 5) if gram[start:] in known), None)
    return (longest, 0.8) if longest else None


@rule("whole-labels", otherwise=lambda *_: 1.0)
def _purity(segment: Segment, first: int, last: int) -> float:
    """Letters of the match over those of the printed label, which reaches to the next value, colon or slash on either side.

    Words before a label change its meaning more ("Sub Total", "Alt Order #") than words after it, except nouns that make another label
    of it ("Advertiser Ref") and words up to a colon.

    Assumes that a label is all that is printed up to its value: "Sub Total" is not "Total"; a word or two before a comma at the
    beginning of a line are no part of it, as the town is none in "Gen\u00e8ve, le".
    """
    words = [word.text for word in segment.words]
    low = first
    town = 0 < first <= _TOWN_WORDS and words[first - 1].endswith(",")
    while low > 0 and not town and not _ends_label(words[low - 1]) and not _DIGIT.search(words[low - 1]):
        low -= 1
    high = last
    while (
        high < len(words) and not _ends_label(words[high - 1]) and not _DIGIT.search(words[high]) and words[high] not in (*_MARKS, "/", "|")
    ):
        high += 1
    inside = max(_letters(words[first:last]), 1)
    return inside / (inside + 1.6 * _letters(words[low:first]) + _tail(words[last:high]))


def _ends_label(word: str) -> bool:
    return word.endswith(_MARKS) or word in ("/", "|")


def _tail(after: Sequence[str]) -> float:
    """Weight of the words that follow a match inside its label."""
    if not after:
        return 0.0
    nouns = [word for word in after if lexicon.label_key(word) in _TAIL_NOUNS]
    if len(nouns) == len(after) or (after[-1].endswith(_MARKS) and len(after) <= 4):
        return 1.2 * _letters(after)
    return 0.35 * _letters(after)


def _parts_value(one: Occurrence) -> bool:
    """Whether a label ends the value before it: a sure one, or a lexicon label of several words at the segment's end."""
    if one.strength >= 0.6 and (one.closed or one.purity >= 0.95):
        return True
    return one.match == 1.0 and one.last - one.first >= 2 and one.last == len(one.segment.words)


def _letters(words: Sequence[str]) -> int:
    return sum(map(_letters_of, words))


@lru_cache(maxsize=16_384)
def _letters_of(word: str) -> int:
    return sum(map(str.isalnum, word))


def _longest(found: list[Occurrence]) -> list[Occurrence]:
    """Without those that stand inside a longer match."""
    return [one for one in found if not any(_inside(one, other) for other in found)]


def _inside(one: Occurrence, other: Occurrence) -> bool:
    larger = other.last - other.first > one.last - one.first
    return larger and other.first <= one.first and one.last <= other.last and other.match >= 0.9
