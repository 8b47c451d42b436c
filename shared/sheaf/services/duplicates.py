"""Values that a rule wants unique: found again in other rows of the run, or of the job's earlier runs.

A row is looked up as people left it: a correction of either of two rows clears both. A correction that makes two rows alike is told of the
corrected row alone, until what rows are found by is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sheaf.domain.between import Entry, Unique
from sheaf.domain.judging import Cells
from sheaf.domain.rules import Violation
from sheaf.services.entries import Entries
from sheaf.services.places import Place, Places

#: Rows with the same values that are looked at for one that still has them.
_MAX_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Finds the values of one rule again."""

    unique: Unique
    entries: Entries
    places: Places

    def judge(self, mine: Place, filename: str, read: Cells, cells: Cells) -> Violation | None:
        """What is said of a row at a place, read so and left so by people; None where no other has its values."""
        key = self.unique.entry(filename, cells)
        other = self._other(mine, key.key, self.unique.entry(filename, read)) if key else None
        if other is None:
            return None
        told = self.unique.rule.message or f"The same {', '.join(self.unique.names)} as in {self.places.name(other)}."
        return Violation(rule=self.unique.rule.name, message=told, fields=self.unique.names)

    def _other(self, mine: Place, key: bytes, read: Entry | None) -> Place | None:
        """Another row with the same values; one of the same content was corrected together with this one."""
        twins = self.entries.of_content(read.key, mine.content, mine.row) if read else iter(())
        return next((twin for twin in twins if twin.run == mine.run and not twin.is_of(mine)), None) or next(self._alike(mine, key), None)

    def _alike(self, mine: Place, key: bytes) -> Iterator[Place]:
        others = (place for place in self.entries.of_key(key) if not place.is_of(mine))
        return (place for place in islice(others, _MAX_ALIKE) if self.places.entry(self.unique, place) == Entry(key))
