"""HTML: what a browser would show, tables as tables, and the JSON-LD inside."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree, html

from sheaf.documents.bounds import read_bytes
from sheaf.documents.codepages import WESTERN
from sheaf.documents.encoding import SAMPLE_BYTES, encoding_of
from sheaf.documents.grid import Block
from sheaf.documents.html.elements import Walker
from sheaf.documents.jsonld import data_of
from sheaf.documents.limits import Limits
from sheaf.documents.model import Datum, Document
from sheaf.domain.errors import FailureCategory, FileProblem

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def read(path: Path, limits: Limits) -> Document:
    """Read the page.

    Raises:
        FileProblem: ``empty``, ``corrupt`` or ``too_large``.
    """
    data = read_bytes(path, limits)
    content = content_of(data.decode(_encoding(data[:SAMPLE_BYTES]), "replace"), limits)
    page = content.block.page(1, limits.max_words)
    if not page.words and not content.data:
        raise FileProblem(FailureCategory.EMPTY, "The page shows no text.")
    return Document(format="html", pages=[page], data=content.data, metadata=content.metadata, notes=content.notes)


class Content(NamedTuple):
    """What a page shows, and what it says besides."""

    block: Block
    data: list[Datum]
    metadata: dict[str, str]
    notes: list[str]


def content_of(text: str, limits: Limits) -> Content:
    """Read HTML at hand, such as a mail's; nothing to show is an empty block.

    Raises:
        FileProblem: ``too_large``.
    """
    root = _parsed(text)
    if root is None:
        return Content(Block(), [], {}, [])
    data, notes = data_of(root, limits.max_words)
    return Content(Walker(limits).document(root), data, _metadata(root), notes)


def _encoding(head: bytes) -> str:
    """Unicode where the bytes are that, else what the page declares, else what they look like."""
    found = encoding_of(head) or WESTERN
    declared = _CHARSET.search(head)
    if found.startswith("utf") or declared is None:
        return found
    try:
        return codecs.lookup(declared[1].decode("ascii")).name
    except LookupError:
        return found


def _parsed(text: str) -> Any:
    # Markup declared in another encoding than the one at hand would confuse the parser, so it is told.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser, ensure_head_body=False)
    except (etree.LxmlError, ValueError, AssertionError):
        # lxml's way of saying that there is no element in it.
        return None


def _metadata(root: Any) -> dict[str, str]:
    found = {"title": " ".join((root.findtext(".//title") or "").split())}
    for meta in root.iter("meta"):
        name = (meta.get("name") or "").lower()
        if name in {"author", "description", "date", "keywords"}:
            found[name] = meta.get("content", "")
    return {key: value for key, value in found.items() if value}
