"""The keys that an issuer signs with, fetched from where it publishes them and kept for as long as it says."""

from __future__ import annotations

import base64
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from sheaf.domain.errors import Unavailable
from sheaf.ports.clock import Clock

_log = logging.getLogger(__name__)

#: For how long keys are kept, whatever the issuer says.
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=1)
#: Keys whose time is over are still good for this long while the issuer cannot be asked.
_GRACE = timedelta(days=1)
#: A key that is not known is asked for at most this often, so that forged tokens cost the issuer nothing; so is one that did not answer.
_PAUSE = timedelta(seconds=30)
_MOST_BYTES = 2**20
_MOST_KEYS = 100
_TIMEOUT_S = 5.0
_MAX_AGE = re.compile(r"\bmax-age=(\d{1,9})\b", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What an issuer published: public keys or certificates as PEM, by key id, and how long they may be kept."""

    keys: Mapping[str, str]
    max_age: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    keys: Mapping[str, str]
    good_until: datetime


class Certificates:
    """The keys of one issuer. Safe for threads: one asks, and the others go on with what they have."""

    def __init__(self, fetch: Callable[[], Fetched], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: _Kept | None = None
        self._asked: datetime | None = None
        self._asking = threading.Lock()

    def key(self, key_id: str) -> str | None:
        """The key of that id as PEM, None where the issuer has none; raises Unavailable where only the issuer could tell and does not."""
        now, kept = self._clock.now(), self._kept
        if kept is not None and key_id in kept.keys and now < kept.good_until:
            return kept.keys[key_id]
        reached = self._ask(now, wait=kept is None or key_id not in kept.keys)
        kept = self._kept
        if kept is not None and key_id in kept.keys and now < kept.good_until + _GRACE:
            return kept.keys[key_id]
        if not reached:
            raise Unavailable("The keys of identity tokens cannot be had now.")
        return None

    def _ask(self, now: datetime, *, wait: bool) -> bool:
        """Whether what is kept is what the issuer says; it is asked now, unless that was done a moment ago or another thread does."""
        if not self._asking.acquire(blocking=wait):
            return False
        try:
            if self._asked is None or not timedelta(0) <= now - self._asked < _PAUSE:
                self._asked = now
                self._keep(self._fetch(), now)
        except Unavailable as error:
            _log.warning("%s", error.message)
        finally:
            self._asking.release()
        return self._kept is not None and now < self._kept.good_until

    def _keep(self, fetched: Fetched, now: datetime) -> None:
        self._kept = _Kept(keys=fetched.keys, good_until=now + min(_LONGEST, max(_SHORTEST, fetched.max_age)))


def published(url: str) -> Fetched:
    """What ``url`` publishes, as a JWK set (RFC 7517) or as X.509 certificates by key id; raises Unavailable for anything else."""
    import httpx

    try:
        with httpx.stream("GET", url, timeout=_TIMEOUT_S, follow_redirects=False) as response:
            response.raise_for_status()
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise Unavailable(f"What {url} publishes is no set of keys.")
            return Fetched(keys=_keys(orjson.loads(content)), max_age=_max_age(response.headers.get("Cache-Control", "")))
    except (httpx.HTTPError, orjson.JSONDecodeError, ValueError, TypeError, KeyError) as error:
        raise Unavailable(f"The keys of identity tokens cannot be had from {url} ({type(error).__name__}).") from error


def _max_age(cache_control: str) -> timedelta:
    found = _MAX_AGE.search(cache_control)
    return timedelta(seconds=int(found[1])) if found else timedelta(0)


def _keys(document: Any) -> dict[str, str]:
    if isinstance(document.get("keys") if isinstance(document, dict) else None, list):
        usable = [key for key in document["keys"][:_MOST_KEYS] if isinstance(key, dict) and key.get("kty") == "RSA"]
        return {str(key["kid"]): _pem(key["n"], key["e"]) for key in usable}
    if not isinstance(document, dict) or not all(isinstance(pem, str) for pem in document.values()) or len(document) > _MOST_KEYS:
        raise ValueError("neither a JWK set nor certificates by key id")
    return document


def _pem(modulus: str, exponent: str) -> str:
    """An RSA key of a JWK set as PEM."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = RSAPublicNumbers(e=_number(exponent), n=_number(modulus)).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
