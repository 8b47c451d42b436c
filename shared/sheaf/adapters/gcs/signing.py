"""V4 signed URLs: by the credentials' own key, by IAM for credentials that have none, by a key made up where nobody looks.

https://cloud.google.com/storage/docs/authentication/signatures
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from sheaf.adapters.gcs.bucket import Bucket
from sheaf.adapters.gcs.errors import translated
from sheaf.domain.errors import AccessDenied, Unavailable

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

_MAY_SIGN = "roles/iam.serviceAccountTokenCreator"


def sign(
    bucket: Bucket,
    path: str,
    method: Literal["GET", "PUT"],
    *,
    expires_in: timedelta,
    headers: Mapping[str, str] | None = None,
    disposition: str | None = None,
) -> str:
    """A URL for one request with exactly these headers; raises AccessDenied when the credentials can sign none."""
    with translated(f"gs://{bucket.name}/{path}"), _refusing():
        url: str = bucket.blob(path).generate_signed_url(
            version="v4",
            expiration=expires_in,
            method=method,
            headers=dict(headers or {}),
            response_disposition=disposition,
            **_signer(bucket),
        )
    return url


@contextmanager
def _refusing() -> Iterator[None]:
    """Say which right it takes when IAM did not sign; why it did not is told in a text alone."""
    from google.auth.exceptions import TransportError

    try:
        yield
    except TransportError as error:
        raise Unavailable(f"IAM signed no URL. The service account must be a {_MAY_SIGN} of itself.") from error


def _signer(bucket: Bucket) -> Mapping[str, Any]:
    from google.auth.credentials import Signing

    if bucket.endpoint:
        return {"credentials": _made_up()}
    if isinstance(bucket.credentials, Signing):
        return {"credentials": bucket.credentials}
    return _by_iam(bucket.credentials)


def _by_iam(credentials: Credentials) -> Mapping[str, Any]:
    """Have IAM sign as the service account that the credentials stand for, which must be allowed to sign as itself.

    https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/signBlob
    """
    from google.auth.transport.requests import Request

    if not credentials.valid:
        credentials.refresh(Request())
    email = getattr(credentials, "service_account_email", None)
    if not email:
        raise AccessDenied("These Google credentials are no service account's, and so can sign no URL. Show those of one.")
    return {"service_account_email": email, "access_token": credentials.token}


@cache
def _made_up() -> Any:
    """Credentials for an emulator, which has no key to check a signature by."""
    from google.oauth2.service_account import Credentials

    return Credentials(_Unchecked(), service_account_email="nobody@emulator.invalid", token_uri="")


class _Unchecked:
    """A signer whose key nobody else has."""

    key_id = None

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def sign(self, message: bytes) -> bytes:
        """Some signature."""
        return hmac.digest(self._key, message, "sha256")
