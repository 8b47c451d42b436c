"""Identity tokens of Google (https://cloud.google.com/docs/authentication/token-types#id): signed RS256, checked by google-auth.

google-auth leaves the issuer to its caller and fetches the certificates for every token; both are done here.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sheaf.adapters.identity.certificates import Certificates, published
from sheaf.domain.errors import InvalidInput
from sheaf.ports.clock import Clock
from sheaf.ports.identity import Claims
from sheaf.settings import PREFIX, Settings, is_loopback

#: Either is what Google calls itself (https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken).
ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})

#: Google's tokens have about 1,000 characters.
_LONGEST_TOKEN = 8_192
_CLOCK_SKEW_S = 10


def opened(settings: Settings, clock: Clock) -> GoogleTokens:
    """The verifier of an installation; raises InvalidInput for keys that anyone on the way could put others in the place of."""
    url = urlsplit(settings.certificates_url)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname or "")):
        raise InvalidInput(f"{PREFIX}CERTIFICATES_URL must begin with https://, or be on loopback.", field="certificates_url")
    return GoogleTokens(Certificates(lambda: published(settings.certificates_url), clock))


class GoogleTokens:
    """See :class:`sheaf.ports.identity.TokenVerifier`; times are held against this machine's clock, ten seconds more or less."""

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates

    def verify(self, token: str, *, audience: str) -> Claims | None:
        """What the token says, if it is genuine, for this audience and valid now; raises Unavailable as the contract says."""
        key_id = _key_id(token)
        key = self._certificates.key(key_id) if key_id else None
        if key_id is None or key is None:
            return None
        said = _verified(token, {key_id: key}, audience)
        if said is None or said.get("iss") not in ISSUERS or not isinstance(said.get("sub"), str):
            return None
        email = said.get("email")
        return Claims(
            issuer=said["iss"],
            subject=said["sub"],
            email=email if isinstance(email, str) else "",
            email_verified=said.get("email_verified") is True,
        )


def _key_id(token: str) -> str | None:
    """The id of the key that the token says it was signed with, by the only algorithm that is taken."""
    from google.auth import jwt

    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    try:
        header = jwt.decode_header(token)
    except Exception:  # noqa: BLE001 - whatever a parser can be made to do, it was no token
        return None
    key_id = header.get("kid")
    return key_id if header.get("alg") == "RS256" and isinstance(key_id, str) else None


def _verified(token: str, keys: dict[str, str], audience: str) -> dict[str, Any] | None:
    from google.auth import jwt

    try:
        said = jwt.decode(token, certs=keys, audience=audience, clock_skew_in_seconds=_CLOCK_SKEW_S)
    except Exception:  # noqa: BLE001 - why a token is not genuine is nobody's business
        return None
    return dict(said)
