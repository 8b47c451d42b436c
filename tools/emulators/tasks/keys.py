"""The keys that the double signs identity tokens with, as Google serves its own: a JWK set (RFC 7517) and X.509 certificates by key id.

Times are the wall clock's, since those who check tokens look at it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

ISSUER = "https://accounts.google.com"
LIFETIME_S = 3_600
#: A token is used for a while, as signing takes a millisecond.
_KEPT_S = 300
_BITS = 2_048


class SigningKey:
    """An RSA key and its id."""

    def __init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
        der = self._private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.id = hashlib.sha256(der).hexdigest()[:40]
        pem = self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        self.signer = crypt.RSASigner.from_string(pem, key_id=self.id)

    def jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key."""
        numbers = self._private.public_key().public_numbers()
        return {"kid": self.id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": _base64(numbers.n), "e": _base64(numbers.e)}

    def certificate(self) -> str:
        """The public half in a certificate of its own signature, as PEM."""
        now = datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tasks.invalid")])
        builder = x509.CertificateBuilder(name, name, self._private.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
        return builder.sign(self._private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


class Keys:
    """Signs tokens, and knows the keys by which they can be checked; also the older one, for a roll-over.

    The first key is made when it is first asked for, as that takes a while, unless one is handed in.
    """

    def __init__(self, key: SigningKey | None = None) -> None:
        self._keys = [key] if key else []
        self._kept: dict[tuple[str, str], tuple[float, str]] = {}
        self._lock = threading.RLock()

    @property
    def all(self) -> list[SigningKey]:
        """The newest key and the one before it."""
        with self._lock:
            self._keys = self._keys or [SigningKey()]
            return self._keys

    def roll(self, key: SigningKey | None = None) -> None:
        """Sign with a new key from now on; the one before is published beside it."""
        with self._lock:
            self._keys = [key or SigningKey(), self.all[0]]
            self._kept.clear()

    def token(self, email: str, audience: str) -> str:
        """An identity token of a service account, good for some time yet."""
        now = time.time()
        with self._lock:
            made, token = self._kept.get((email, audience), (0.0, ""))
            if now - made > _KEPT_S:
                made, token = now, self.signed(claims(email, audience, now))
                self._kept[email, audience] = made, token
            return token

    def signed(self, payload: dict[str, Any]) -> str:
        """Any claims, signed with the newest key."""
        signed: bytes = jwt.encode(self.all[0].signer, payload)
        return signed.decode()

    def jwks(self) -> dict[str, Any]:
        """The keys as a JWK set."""
        return {"keys": [key.jwk() for key in self.all]}

    def certificates(self) -> dict[str, str]:
        """The keys as X.509 certificates by key id."""
        return {key.id: key.certificate() for key in self.all}


def claims(email: str, audience: str, now: float) -> dict[str, Any]:
    """What Google says of a service account (https://cloud.google.com/docs/authentication/token-types#id)."""
    subject = str(int(hashlib.sha256(email.encode()).hexdigest()[:16], 16))
    return {
        "iss": ISSUER,
        "aud": audience,
        "azp": subject,
        "sub": subject,
        "email": email,
        "email_verified": True,
        "iat": int(now),
        "exp": int(now) + LIFETIME_S,
    }


def _base64(number: int) -> str:
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class KeyServer:
    """Serves keys on loopback: ``/certs`` as certificates, ``/jwks`` as a JWK set, with the time for which they may be kept."""

    def __init__(self, keys: Keys, *, port: int = 0, max_age_s: int = 3_600) -> None:
        self.keys = keys
        self.max_age_s = max_age_s
        #: Further documents by their paths.
        self.also: dict[str, bytes] = {}
        handler = type("Handler", (_Handler,), {"serves": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="keys", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def document(self, path: str) -> bytes | None:
        """What lies at a path."""
        match path:
            case "/certs":
                return json.dumps(self.keys.certificates()).encode()
            case "/jwks":
                return json.dumps(self.keys.jwks()).encode()
            case _:
                return self.also.get(path)

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    serves: ClassVar[KeyServer]

    def do_GET(self) -> None:
        body = self.serves.document(self.path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", f"public, max-age={self.serves.max_age_s}, must-revalidate, no-transform")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
        """Nothing: whoever asks for keys is told by what it does with them."""
