"""Files attached to a PDF: an electronic invoice among them is read (Factur-X, ZUGFeRD, Order-X), the others are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2

from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Table
from sheaf.documents.xml.content import content_of, standard_of
from sheaf.documents.xml.parsing import parsed
from sheaf.domain.errors import FileProblem


@dataclass(frozen=True, slots=True)
class Attached:
    """What a PDF's attachments came to."""

    data: Sequence[Datum] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()


def attached(document: pypdfium2.PdfDocument, limits: Limits) -> Attached:
    """Read the first attachment that is an invoice or order in a known standard."""
    notes: list[str] = []
    for name, data in _xml_files(document, limits):
        try:
            root = parsed(data, limits)
        except FileProblem as problem:
            notes.append(f"The attached {name} was left out. {problem.message}")
            continue
        if standard_of(root) is not None:
            content = content_of(root, prefix=name)
            return Attached(content.data, content.tables, notes)
    count = document.count_attachments()
    if count and not notes:
        notes.append(f"{count} files attached to the PDF were not read.")
    return Attached(notes=notes)


def _xml_files(document: pypdfium2.PdfDocument, limits: Limits) -> Iterator[tuple[str, bytes]]:
    for index in range(min(document.count_attachments(), limits.max_members)):
        attachment = document.get_attachment(index)
        try:
            name = attachment.get_name()
            if name.lower().endswith(".xml"):
                yield name, bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            continue
