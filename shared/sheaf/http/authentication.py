"""Who is calling the API: whoever shows the installation's key, or on loopback, without one, its one owner.

Other installations put their own :class:`Authenticator` in this place; :mod:`sheaf.http.machinery` tells the queue's and the scheduler's
calls.
"""

from __future__ import annotations

import hmac
from typing import Protocol

from flask import Request

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.http.errors import Forbidden, Unauthenticated
from sheaf.settings import Settings, in_cloud, is_loopback

#: What a proxy says of whom it calls for (RFC 7239 and what came before it).
_OF_PROXIES = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@record(frozen=True, slots=True)
class Identity:
    """A known caller and the tenant it acts for."""

    tenant: str
    subject: str


class Authenticator(Protocol):
    """Tells who is calling."""

    def identify(self, request: Request) -> Identity:
        """The caller; raises Unauthenticated or Forbidden, and says nothing about why a credential is wrong."""
        ...


def bearer(request: Request) -> str | None:
    """What is shown as ``Authorization: Bearer`` (RFC 6750), if anything is."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    return shown.strip() if scheme.casefold() == "bearer" else None


@record(frozen=True, slots=True)
class BearerKey:
    """Whoever shows the key as ``Authorization: Bearer`` (RFC 6750), compared in constant time."""

    key: str
    identity: Identity

    def identify(self, request: Request) -> Identity:
        """See :class:`Authenticator`."""
        shown = bearer(request)
        if shown is None or not hmac.compare_digest(shown.encode(), self.key.encode()):
            raise Unauthenticated("Show the installation's key as: Authorization: Bearer KEY.")
        return self.identity


@record(frozen=True, slots=True)
class LoopbackOwner:
    """Everyone on this machine is the owner; a page of another site in the owner's browser is not.

    A browser tells the page's origin and how it relates to the address asked (Fetch metadata); a name that was made to resolve to
    loopback (DNS rebinding) shows in the Host header, and a proxy on this machine, which calls for strangers, in headers of its own.
    """

    identity: Identity

    def identify(self, request: Request) -> Identity:
        """See :class:`Authenticator`."""
        if not is_loopback(request.remote_addr or ""):
            raise Unauthenticated("Without SHEAF_API_KEY only this machine itself is answered.")
        if any(header in request.headers for header in _OF_PROXIES):
            raise Unauthenticated("Behind a proxy, callers are told apart by a key: set SHEAF_API_KEY.")
        if not is_loopback(_host_name(request.host)):
            raise Forbidden("Ask by the address localhost or 127.0.0.1; other names of this machine are not answered.", code="wrong_host")
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "none")
        if site not in {"none", "same-origin"} or origin not in {None, request.host_url.rstrip("/")}:
            raise Forbidden("Pages of other sites may not use this installation.", code="cross_origin")
        return self.identity


def _host_name(host: str) -> str:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return name.strip("[]")


def of_users(settings: Settings) -> Authenticator:
    """Who may use the API; raises InvalidInput when it would be open to others than this machine."""
    if settings.api_key:
        return BearerKey(settings.api_key, Identity(settings.tenant, "key"))
    if in_cloud():
        raise InvalidInput("In the cloud, set SHEAF_API_KEY: strangers can reach this service.", field="api_key")
    if not settings.on_loopback:
        raise InvalidInput(
            f"To listen on {settings.host}, set SHEAF_API_KEY: without a key only this machine may be answered.", field="api_key"
        )
    return LoopbackOwner(Identity(settings.tenant, "owner"))
