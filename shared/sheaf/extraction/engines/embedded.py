"""The embedded engine: fields by label, layout and type, with no network, no key, no model and no template per vendor."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.documents.model import Document
from sheaf.domain.costs import Charge
from sheaf.domain.fields import Field, RowMode
from sheaf.extraction.concepts import understand
from sheaf.extraction.engine import Extraction, Memo, Source
from sheaf.settings import Settings

#: It runs here.
CHARGE = Charge.NOTHING


def opened(_settings: Settings, _memo: Memo) -> EmbeddedEngine:
    """The engine; it needs no settings and keeps nothing."""
    return EmbeddedEngine()


class EmbeddedEngine:
    """Reads values from any page model by rules that hold for documents in general; see the modules beside it."""

    name: str = "embedded"
    version: str = "embedded/1"

    def extract(
        self,
        document: Document,
        fields: Sequence[Field],
        *,
        rows: RowMode = RowMode.FILE,
        source: Source | None = None,
    ) -> Extraction:
        """Read ``fields`` from ``document``; rows per file, or per row of the document's tables."""
        from sheaf.extraction.assemble import extract

        learned = source.learned if source else None
        return extract(document, learned.readings(fields) if learned else understand(fields), rows)
