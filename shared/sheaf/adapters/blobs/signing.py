"""URLs that let their holder do one thing with one object for a while: HMAC-SHA256 (RFC 2104) over all that they allow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qs, quote, urlencode

from sheaf.domain.errors import InvalidInput
from sheaf.domain.paths import SIGNED

Method = Literal["GET", "PUT"]

_KEY_BYTES = 32
_DIGITS = re.compile(r"0|[1-9][0-9]{0,10}", re.ASCII)
_SIGNATURE = "signature"
_MAX_QUERY_CHARACTERS = 8_192


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What a signed URL allows."""

    method: Method
    path: str
    #: Seconds since 1970.
    expires: int
    #: For PUT: the most bytes taken, and the content type they are stored under.
    max_bytes: int = 0
    content_type: str = ""
    #: For GET: the name the object is saved under.
    file_name: str = ""


def sign(key: bytes, grant: Grant) -> str:
    """Return the URL of a grant, relative to where they are served."""
    query = {name: value for name, value in asdict(grant).items() if name not in {"method", "path"} and value}
    return f"{SIGNED}{quote(grant.path)}?{urlencode({**query, _SIGNATURE: _signature(key, grant)})}"


def verify(key: bytes, method: Method, path: str, query: str, *, now: datetime) -> Grant:
    """Return what the URL of ``path`` (decoded) and ``query`` (as it stands) allows.

    Raises InvalidInput: ``bad_signature`` when it was not signed by ``key`` for this method and path, ``url_expired`` when it was, for a
    time that is over.
    """
    told = _told(query)
    grant = Grant(
        method=method,
        path=path,
        expires=_number(told, "expires"),
        max_bytes=_number(told, "max_bytes"),
        content_type=told.get("content_type", ""),
        file_name=told.get("file_name", ""),
    )
    if not hmac.compare_digest(_signature(key, grant).encode(), told.get(_SIGNATURE, "").encode()):
        raise _refusal()
    if datetime.fromtimestamp(grant.expires, UTC) <= now:
        raise InvalidInput("This URL has expired; ask for a new one.", code="url_expired")
    return grant


def check_key(key: bytes) -> bytes:
    """Return ``key``; raises ValueError for one that could be guessed."""
    if len(key) < _KEY_BYTES:
        raise ValueError(f"A signing key has at least {_KEY_BYTES} random bytes.")
    return key


def _signature(key: bytes, grant: Grant) -> str:
    content = json.dumps(["sheaf.blobs.1", *asdict(grant).values()], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hmac.digest(key, content.encode(), hashlib.sha256)).rstrip(b"=").decode()


def _told(query: str) -> dict[str, str]:
    """The parameters of a query; one that is given twice is none that was signed."""
    if len(query) > _MAX_QUERY_CHARACTERS:
        raise _refusal()
    try:
        values = parse_qs(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=10)
    except ValueError as error:
        raise _refusal() from error
    if any(len(given) > 1 for given in values.values()):
        raise _refusal()
    return {name: given[0] for name, given in values.items()}


def _number(told: Mapping[str, str], name: str) -> int:
    text = told.get(name, "0")
    if not _DIGITS.fullmatch(text):
        raise _refusal()
    return int(text)


def _refusal() -> InvalidInput:
    return InvalidInput("This URL was not made here for this, or was changed.", code="bad_signature")
