"""Identity tokens: who signed them, and what they say."""

from __future__ import annotations

from typing import Protocol

from sheaf.domain.record import record


@record(frozen=True, kw_only=True, slots=True)
class Claims:
    """What a valid token says of its bearer (OpenID Connect Core 1.0, section 2)."""

    issuer: str
    #: The issuer's own name of the bearer.
    subject: str
    email: str = ""
    email_verified: bool = False


class TokenVerifier(Protocol):
    """Tells whether an identity token is genuine."""

    def verify(self, token: str, *, audience: str) -> Claims | None:
        """What the token says, if a known key signed it for this audience and it is valid now; else None, without a reason.

        Raises Unavailable when the keys cannot be had, which says nothing about the token.
        """
        ...
