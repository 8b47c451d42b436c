"""What sentences of agreements and letters say: effective date, governing law, parties, term."""

from __future__ import annotations

from collections.abc import Iterable

from sheaf.extraction.candidates import Candidate, Customs
from sheaf.extraction.concepts import Reading
from sheaf.extraction.layout import Layout


class Prose:
    """The sentences of one document."""

    def __init__(self, layout: Layout, customs: Customs) -> None:
        self.layout = layout
        self.customs = customs

    def candidates(self, reading: Reading) -> Iterable[Candidate]:
        """Values that a sentence names for the field's concept."""
        return ()
