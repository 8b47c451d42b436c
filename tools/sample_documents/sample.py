"""What a sample is: a file's name and bytes, what it shows, and the true value of every field of the register."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.sample_documents.register import FIELDS

#: Every archive entry carries this time, so that the same content has the same bytes.
ENTRY_TIME = (2026, 10, 1, 12, 0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """The true values of one document; None where it truly has none. Dates are ISO, amounts plain digits."""

    document_number: str | None = None
    date: str | None = None
    issuer: str | None = None
    recipient: str | None = None
    total: str | None = None
    currency: str | None = None
    due_date: str | None = None
    iban: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the values as a result row writes them."""
        total = None if self.total is None else {"amount": self.total, "currency": self.currency}
        values = {field["name"]: getattr(self, field["name"]) for field in FIELDS}
        return values | {"total": total}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One file of the sample set."""

    name: str
    data: bytes
    about: str
    #: None for a file that only holds others.
    truth: Truth | None = None
    #: For a list of many documents: the truth of each of its rows.
    rows: Sequence[Truth] = ()
    #: Files inside this one, by their path in it.
    members: Sequence[Sample] = ()


def repack(data: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Write a ZIP-based file anew with fixed times, with some of its entries replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist() if not info.is_dir()]
    return pack([(name, (replaced or {}).get(name, content)) for name, content in entries])


def pack(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a ZIP file of these entries whose bytes depend on nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, ENTRY_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()
