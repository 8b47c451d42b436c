"""What is learned from of a document, as bytes: its pages' words and where they stand, read in one process and learned from in another."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from sheaf.documents.model import Document
from sheaf.domain.errors import FailureCategory, FileProblem

#: Bytes of one document, which are some hundreds of pages: a hundred of them are held at once to be learned from.
MAX_BYTES = 16 * 2**20


def studied(document: Document) -> bytes:
    """A document's words, packed; raises FileProblem for one that teaches nothing: a table by nature, or one that is too long."""
    if document.tabular:
        raise FileProblem(FailureCategory.UNSUPPORTED, "It is a table, which is read as one; its values teach nothing.")
    pages = tuple(replace(page, tables=()) for page in document.pages)
    data = msgspec.msgpack.encode(Document(format=document.format, pages=pages))
    if len(data) > MAX_BYTES:
        raise FileProblem(FailureCategory.TOO_LARGE, "It is too long to be learned from.")
    return data


def document_of(data: bytes) -> Document:
    """The document that :func:`studied` packed; raises msgspec.DecodeError for anything else."""
    return msgspec.msgpack.decode(data, type=Document)
