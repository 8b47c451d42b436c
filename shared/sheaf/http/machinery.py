"""The queue's and the scheduler's calls: who may make them.

Where settings name the service account that calls, its identity token is asked for (https://cloud.google.com/run/docs/authenticating/service-to-service);
an embedded installation's own parts show each other a key.
"""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Literal

from flask import Request

from sheaf import bootstrap
from sheaf.adapters.keys import installation_key
from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record
from sheaf.http.authentication import Authenticator, BearerKey, Identity, bearer
from sheaf.http.errors import Forbidden, Unauthenticated
from sheaf.settings import PREFIX, Settings

if TYPE_CHECKING:
    from sheaf.ports.identity import Claims, TokenVerifier

_log = logging.getLogger(__name__)

#: What Cloud Run puts in the place of a signature that it has checked itself; from anybody else it proves nothing.
_TAKEN_OFF = ".SIGNATURE_REMOVED_BY_GOOGLE"

MACHINERY = Identity("", "machinery")

Part = Literal["worker", "trigger"]


@record(frozen=True, kw_only=True, slots=True)
class ServiceCaller:
    """One service account, by an identity token for ``audience``; a genuine token of anybody else is forbidden."""

    verifier: TokenVerifier
    audience: str
    email: str

    def identify(self, request: Request) -> Identity:
        """See :class:`sheaf.http.authentication.Authenticator`; raises Unavailable when a token cannot be checked."""
        token = bearer(request)
        claims = self.verifier.verify(token, audience=self.audience) if token else None
        if claims is None:
            _explain(token or "")
            raise Unauthenticated("Show an identity token of the installation's caller as: Authorization: Bearer TOKEN.")
        if not self._is_the_caller(claims):
            raise Forbidden("This service account may not call here.", code="wrong_caller")
        return MACHINERY

    def _is_the_caller(self, claims: Claims) -> bool:
        return hmac.compare_digest(claims.email.casefold().encode(), self.email.casefold().encode()) and claims.email_verified


def _explain(token: str) -> None:
    """Tell the operator, not the caller, of the one mistake that looks like a forgery."""
    if token.endswith(_TAKEN_OFF):
        _log.error("the platform checks who may invoke this service and takes the signatures off tokens: disable its invoker check")


def internal_key(settings: Settings) -> str:
    """What the parts of an embedded installation show each other; made on first use."""
    return installation_key(settings.data_dir / "internal.key").hex()


def callers(settings: Settings, part: Part) -> Authenticator:
    """Who may call a part; raises InvalidInput that names the setting without which a managed queue's worker would have no caller."""
    url, caller = (settings.worker_url, settings.worker_caller) if part == "worker" else (settings.trigger_url, settings.trigger_caller)
    if caller and not url:
        raise InvalidInput(f"{PREFIX}{part.upper()}_CALLER needs {PREFIX}{part.upper()}_URL: its tokens are for that.", field=f"{part}_url")
    if caller:
        return ServiceCaller(verifier=bootstrap.verifier(settings), audience=url, email=caller)
    if settings.queue == "cloud_tasks":
        name = f"{PREFIX}{part.upper()}_CALLER"
        raise InvalidInput(f"{PREFIX}QUEUE=cloud_tasks needs {name}, the service account that calls the {part}.", field=f"{part}_caller")
    return BearerKey(internal_key(settings), MACHINERY)
