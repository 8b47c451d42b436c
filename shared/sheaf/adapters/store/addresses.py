"""Which addresses a document store accepts: Firestore's rules for every adapter, so that what one takes the others take too.

Collection and id alternate (``tenants/acme/runs/r1``). A part is 1 to 1,500 bytes of text without ``/`` and control characters, and is
neither ``.`` nor ``..`` nor ``__x__`` (https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields).
"""

from __future__ import annotations

import functools
import re

from sheaf.domain.errors import InvalidInput

_MAX_PART_BYTES = 1_500
#: Firestore allows 6 KiB for the full name, which begins with project and database.
_MAX_PATH_BYTES = 6_000

_PART = r"(?!\.{1,2}(?:/|\Z))(?!__[^/]*__(?:/|\Z))[^/\x00-\x1f\x7f\ud800-\udfff]+"
_DOCUMENT = rf"{_PART}/{_PART}(?:/{_PART}/{_PART})*"
_COLLECTION = rf"{_PART}(?:/{_PART}/{_PART})*"


def split(path: object) -> tuple[str, str]:
    """Return a document's collection and id; raises InvalidInput when ``path`` cannot be a document's address."""
    if not (isinstance(path, str) and _pattern(_DOCUMENT).fullmatch(path) and _fits(path)):
        raise InvalidInput(f"{_shown(path)} is not a document's address: collection and id in turn, such as tenants/acme.", field="path")
    collection, _, document_id = path.rpartition("/")
    return collection, document_id


def check_collection(collection: object, *, group: bool) -> str:
    """Return ``collection``; raises InvalidInput when it cannot be a collection's address, or its last part where ``group`` is set."""
    pattern = _pattern(_PART if group else _COLLECTION)
    if not (isinstance(collection, str) and pattern.fullmatch(collection) and _fits(collection)):
        raise InvalidInput(f"{_shown(collection)} is not a collection's address.", field="collection")
    return collection


def check_id(document_id: object) -> str:
    """Return ``document_id``; raises InvalidInput when no document can have it."""
    if not (isinstance(document_id, str) and _pattern(_PART).fullmatch(document_id) and _fits(document_id)):
        raise InvalidInput(f"{_shown(document_id)} is not a document's id.", field="__id__")
    return document_id


def kind_of(collection: str) -> str:
    """Return the last part of a collection's address: the name of its collection group."""
    return collection.rpartition("/")[2]


def _fits(path: str) -> bool:
    if len(path) * 4 <= _MAX_PART_BYTES:
        return True
    return len(path.encode()) <= _MAX_PATH_BYTES and all(len(part.encode()) <= _MAX_PART_BYTES for part in path.split("/"))


def _shown(path: object) -> str:
    return repr(path)[:100]


@functools.cache
def _pattern(text: str) -> re.Pattern[str]:
    """Compiled when it is first held against something: these take a few milliseconds, and a process that has just started needs one."""
    return re.compile(text)
