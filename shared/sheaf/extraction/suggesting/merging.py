"""What samples share becomes fields: named in their labels' words, typed, with examples, the surest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from sheaf.domain.fields import Field, FieldType, RowMode
from sheaf.domain.suggestions import MAX_SUGGESTIONS, Sample, Sighting, Suggestion, Suggestions
from sheaf.extraction.concepts import read_field
from sheaf.extraction.lexicon import concepts
from sheaf.extraction.suggesting.looking import TABLE, field_of
from sheaf.extraction.suggesting.naming import name_of, unique

#: Share of the samples that must have a field, of two samples or more.
ENOUGH = 0.3
MAX_EXAMPLES, MAX_SYNONYMS = 3, 5


def suggest(samples: Sequence[Sample]) -> Suggestions:
    """The fields that samples suggest, at most :data:`MAX_SUGGESTIONS`: what most of them have first, the surer before the others.

    Where most samples are tables by nature their columns are suggested, with a row for each of their rows; what the others say is left out.
    """
    tabular = 2 * sum(sample.tabular for sample in samples) > len(samples)
    alike = [sample for sample in samples if sample.tabular == tabular]
    groups: dict[str, list[Sighting]] = {}
    for sample in alike:
        for one in {one.key: one for one in reversed(sample.sightings)}.values():
            groups.setdefault(one.key, []).append(one)
    kept = [group for group in groups.values() if len(group) >= min(2, len(alike)) and len(group) >= ENOUGH * len(alike)]
    ranked = sorted(kept, key=lambda group: (-len(group), -fmean(one.confidence for one in group), group[0].key))
    taken: set[str] = set()
    fields = tuple(_suggestion(group, len(alike), taken) for group in ranked[:MAX_SUGGESTIONS])
    return Suggestions(fields=fields, row_mode=RowMode.TABLE_ROW if tabular else RowMode.FILE)


def _suggestion(group: Sequence[Sighting], samples: int, taken: set[str]) -> Suggestion:
    sure = fmean(one.confidence for one in group) * (0.5 + 0.5 * len(group) / samples)
    return Suggestion(field=_field(group, taken), samples=len(group), confidence=round(sure, 3))


def _field(group: Sequence[Sighting], taken: set[str]) -> Field:
    one = group[0]
    labels = [label for label, _ in Counter(sighting.label for sighting in group if sighting.label).most_common(MAX_SYNONYMS)]
    base = field_of(concepts()[one.key]) if one.key in concepts() else Field(name=one.name)
    name = _name(one, labels)
    return Field(
        name=unique(name, taken),
        type=_type(group),
        description=one.description,
        examples=tuple(dict.fromkeys(sighting.text for sighting in group if sighting.text))[:MAX_EXAMPLES],
        synonyms=tuple(label for label in labels if name_of(label) != name),
        scheme=base.scheme,
        columns=_columns(group) if one.type is FieldType.TABLE else (),
    )


def _name(one: Sighting, labels: Sequence[str]) -> str:
    """The commonest label's words, where a field of that name asks for the same; else what documents in general call it."""
    for label in labels:
        name = name_of(label)
        if name and name != TABLE and (one.key not in concepts() or read_field(Field(name=name)).concepts[:1] == (one.key,)):
            return name
    return one.name


def _type(group: Sequence[Sighting]) -> FieldType:
    """The type that all samples agree on; a number where some are whole, else text."""
    kinds = {one.type for one in group if one.text} or {one.type for one in group}
    if len(kinds) == 1:
        return next(iter(kinds))
    return FieldType.NUMBER if kinds == {FieldType.NUMBER, FieldType.INTEGER} else FieldType.TEXT


def _columns(group: Sequence[Sighting]) -> tuple[Field, ...]:
    """The columns that most of the samples' tables have, in the order of the first."""
    times = Counter(column.name for one in group for column in one.columns)
    kinds: dict[str, set[FieldType]] = {}
    for one in group:
        for column in one.columns:
            kinds.setdefault(column.name, set()).add(column.type)
    names = [name for name in kinds if 2 * times[name] > len(group)] or [column.name for column in group[0].columns]
    return tuple(Field(name=name, type=min(kinds[name]) if len(kinds[name]) == 1 else FieldType.TEXT) for name in names)
