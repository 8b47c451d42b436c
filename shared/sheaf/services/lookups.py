"""Values that a rule wants found in rows of other files of the run, or of the job's earlier runs.

Both rows count as people left them. Those looked in that were corrected after what rows are found by was made are gone through where
nothing else is found: as many as people make.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from sheaf.domain.between import Entry, Lookup, Told
from sheaf.domain.edits import Edit, EditedRows
from sheaf.domain.judging import Cells
from sheaf.domain.rules import Match, Violation
from sheaf.services import edits
from sheaf.services.entries import Entries
from sheaf.services.kernel import Kernel
from sheaf.services.places import Place, Places

#: Rows with the values looked for that are looked at for one that agrees.
MAX_ALIKE = 1_000
#: Neighbourhoods of rows with corrections that are gone through.
MAX_EDITED = 5_000


@dataclass(frozen=True, slots=True)
class Lookups:
    """Looks the values of one rule up."""

    kernel: Kernel
    lookup: Lookup
    entries: Entries
    places: Places
    #: Rows corrected since, by what they are found by now; read when they are first asked for.
    _corrected: dict[bytes, list[Place]] = field(default_factory=dict)
    _read: list[bool] = field(default_factory=list)

    def judge(self, mine: Place, filename: str, read: Cells, cells: Cells) -> Match | Violation | None:
        """What a row at a place, left so by people, was matched to, or that nothing was found; None where the rule says nothing of it."""
        del read
        key = self.lookup.asks(filename, cells)
        if key is None:
            return None
        unlike: tuple[Place, str, Told] | None = None
        for place, entry in self._found(key):
            if place.is_of(mine):
                continue
            told = self.lookup.disagreement(cells, entry.kept)
            if told is None:
                return self._match(place)
            unlike = unlike or (place, *told)
        return self._unfound(cells) if unlike is None else self._unlike(*unlike)

    def _found(self, key: bytes) -> Iterator[tuple[Place, Entry]]:
        """Rows that have these values now, with what is kept of them."""
        for place in chain(islice(self.entries.of_key(key), MAX_ALIKE), self._of_corrected(key)):
            entry = self.places.entry(self.lookup, place)
            if entry is not None and entry.key == key:
                yield place, entry

    def _match(self, place: Place) -> Match:
        file_id, run_id = place.task.decode(), place.run.decode()
        return Match(rule=self.lookup.rule.name, run_id=run_id, file_id=file_id, file=self.places.file(place), row=place.row)

    def _unlike(self, place: Place, name: str, told: Told) -> Violation:
        message = self.lookup.rule.message or f"{name} {told()} in {self.places.name(place)}."
        return Violation(rule=self.lookup.rule.name, message=message, fields=(name,))

    def _unfound(self, cells: Cells) -> Violation:
        anywhere = len(self.entries) > 0 or bool(self._corrected)
        told = self.lookup.rule.message or self.lookup.unfound(cells, anywhere=anywhere)
        return Violation(rule=self.lookup.rule.name, message=told, fields=self.lookup.asked)

    def _of_corrected(self, key: bytes) -> Iterator[Place]:
        if self.places.edited and not self._read:
            self._read.append(True)
            for place in self._places():
                self._corrected.setdefault(place.key, []).append(place)
        yield from self._corrected.get(key, ())

    def _places(self) -> Iterator[Place]:
        """Rows to look in that something was said of, in this run since it was submitted; for the job, in the earlier ones too."""
        run = self.places.run
        since = None if self.lookup.in_job else run.submitted_at
        for record in islice(edits.of_job(self.kernel, run.tenant, run.job_id, since=since), MAX_EDITED):
            for (row, run_id), task_id in self._rows(record).items():
                place = Place(b"", bytes.fromhex(record.content), row, task_id.encode(), run_id.encode())
                entry = self.places.left(self.lookup, place, record.cells)
                if entry is not None:
                    yield place._replace(key=entry.key, kept=entry.kept)

    def _rows(self, record: EditedRows) -> dict[tuple[int, str], str]:
        """The rows of which something that matters was said, each with the run and the file it was said in."""
        said = [(row, edit) for row, name, made in record.by_cell() if name in self.lookup.theirs for edit in made]
        return {(row, edit.run_id): edit.task_id for row, edit in said if edit.task_id and self._counts(edit)}

    def _counts(self, edit: Edit) -> bool:
        if edit.run_id == self.places.run.id or not self.lookup.in_job:
            return edit.run_id == self.places.run.id
        run = self.places.run_of(edit.run_id)
        return run is not None and run.number < self.places.run.number
