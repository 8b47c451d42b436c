"""Signed URLs of the embedded object store: HMAC-SHA256 over what the holder may do, checked in constant time."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from urllib.parse import quote, urlencode

from sheaf.domain.errors import InvalidInput
from sheaf.ports.clock import Clock

Method = Literal["GET", "PUT"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What the holder of a signed URL may do until it expires."""

    method: Method
    path: str
    expires: int
    #: For PUT: most bytes, and the only content type.
    max_bytes: int = 0
    content_type: str = ""
    #: For GET: the name under which the bytes are saved.
    file_name: str = ""

    def parameters(self) -> dict[str, str]:
        """The query parameters that say all this, without the signature."""
        given = {"expires": self.expires, "max_bytes": self.max_bytes, "content_type": self.content_type, "file_name": self.file_name}
        return {key: str(value) for key, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs grants with the installation's key and reads them back."""

    key: bytes
    clock: Clock

    def url(self, grant: Grant) -> str:
        """A relative URL that carries the grant."""
        query = urlencode({**grant.parameters(), "signature": self._signature(grant)})
        return f"/blobs/{quote(grant.path, safe='/')}?{query}"

    def expiry(self, after: timedelta) -> int:
        """The second at which something signed now expires."""
        return int((self.clock.now() + after).timestamp())

    def read(self, method: str, path: str, query: Mapping[str, str]) -> Grant:
        """The grant that a request shows.

        Raises:
            InvalidInput: with code ``bad_signature`` or ``url_expired``, telling nothing of the store.
        """
        if method not in {"GET", "PUT"}:
            raise InvalidInput("This URL is not signed for that.", code="bad_signature")
        grant = _parse("PUT" if method == "PUT" else "GET", path, query)
        if not hmac.compare_digest(self._signature(grant), query.get("signature", "")):
            raise InvalidInput("The URL's signature does not fit. Ask for a new URL.", code="bad_signature")
        if self.clock.now() >= datetime.fromtimestamp(grant.expires, self.clock.now().tzinfo):
            raise InvalidInput("The URL has expired. Ask for a new one.", code="url_expired")
        return grant

    def _signature(self, grant: Grant) -> str:
        signed = urlencode({"method": grant.method, "path": grant.path, **grant.parameters()})
        return hmac.new(self.key, signed.encode(), sha256).hexdigest()


def _parse(method: Method, path: str, query: Mapping[str, str]) -> Grant:
    expires, max_bytes = query.get("expires", "0"), query.get("max_bytes", "0")
    if not (expires.isascii() and expires.isdigit() and max_bytes.isascii() and max_bytes.isdigit() and len(expires + max_bytes) < 40):  # noqa: PLR2004 - two numbers
        raise InvalidInput("The URL's signature does not fit. Ask for a new URL.", code="bad_signature")
    return Grant(
        method=method,
        path=path,
        expires=int(expires),
        max_bytes=int(max_bytes),
        content_type=query.get("content_type", ""),
        file_name=query.get("file_name", ""),
    )
