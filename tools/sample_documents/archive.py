"""A ZIP of documents in sub-folders."""

from __future__ import annotations

from dataclasses import replace

from tools.sample_documents import delivery_note, invoice_swedish, nda
from tools.sample_documents.sample import Sample, pack

NAME = "archive-2026-q3.zip"


def sample() -> Sample:
    """Return the archive of the third quarter."""
    inside = [module.sample() for module in (nda, invoice_swedish, delivery_note)]
    members = [replace(document, name=f"{NAME}/{document.name}") for document in inside]
    return Sample(
        name=NAME,
        data=pack([(document.name, document.data) for document in inside]),
        members=members,
        about="ZIP of three more documents in sub-folders",
    )
