"""Signed URLs of Cloud Storage, checked as Cloud Storage checks them: by the canonical request and the account's public key.

https://cloud.google.com/storage/docs/authentication/canonical-requests
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from google.auth.compute_engine.credentials import Credentials as MachineCredentials
from werkzeug.http import parse_options_header

from sheaf.adapters.blobs.gcs import GcsBlobs, opened
from sheaf.adapters.clock import SystemClock
from sheaf.adapters.gcs.bucket import Bucket
from sheaf.domain.errors import AccessDenied, InvalidInput, Unavailable
from sheaf.ports.blobs import SignedUpload
from sheaf.settings import Settings

ACCOUNT = "sheaf-api@project.iam.gserviceaccount.com"
HOUR = timedelta(hours=1)
PATH = "tenants/a/jobs/b/ü &+%2f~.pdf"


@cache
def key() -> rsa.RSAPrivateKey:
    """The account's key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as Cloud Storage receives it."""

    method: str
    url: str
    headers: Mapping[str, str]

    def changed(self, **parts: Any) -> Asked:
        """The same with something else in it."""
        return Asked(**({"method": self.method, "url": self.url, "headers": self.headers} | parts))


def allows(asked: Asked, *, after: timedelta = timedelta(0)) -> bool:
    """Whether the request carries a signature of the account for exactly this, and so long after still does (V4, RSA-SHA256)."""
    parts = urlsplit(asked.url)
    told = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    signature = bytes.fromhex(told.pop("X-Goog-Signature"))
    sent = {name.lower(): value for name, value in asked.headers.items()} | {"host": parts.netloc}
    signed = told["X-Goog-SignedHeaders"].split(";")
    if any(name.startswith("x-goog-") and name not in signed for name in sent):
        return False
    query = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in told.items()))
    lines = [
        asked.method,
        parts.path,
        query,
        *(f"{name}:{sent.get(name, '')}" for name in signed),
        "",
        ";".join(signed),
        "UNSIGNED-PAYLOAD",
    ]
    account, _, scope = told["X-Goog-Credential"].partition("/")
    canonical = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    text = "\n".join([told["X-Goog-Algorithm"], told["X-Goog-Date"], scope, canonical])
    try:
        key().public_key().verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return account == ACCOUNT and after < timedelta(seconds=int(told["X-Goog-Expires"]))


@pytest.fixture
def blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GcsBlobs:
    """An object store whose process was given an account's key."""
    pem = key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = {"type": "service_account", "client_email": ACCOUNT, "private_key": pem.decode(), "private_key_id": "1"}
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account | {"project_id": "project", "token_uri": "https://oauth2.invalid/token"}))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    return opened(Settings(bucket="objects", project="project"), SystemClock())


def put(signed: SignedUpload) -> Asked:
    """The PUT that a signed upload stands for."""
    return Asked("PUT", signed.url, signed.headers)


def test_an_upload_is_allowed_as_it_was_signed(blobs: GcsBlobs) -> None:
    """With the headers that come beside it the URL holds for its time; they bind type, size and that nothing is there yet."""
    asked = put(blobs.upload_url(PATH, expires_in=HOUR, max_bytes=1_000, content_type="application/pdf"))
    assert asked.url.startswith("https://storage.googleapis.com/objects/tenants/a/jobs/b/")
    assert unquote(urlsplit(asked.url).path) == f"/objects/{PATH}"
    assert asked.headers == {
        "Content-Type": "application/pdf",
        "x-goog-content-length-range": "0,1000",
        "x-goog-if-generation-match": "0",
    }
    assert allows(asked)
    assert allows(asked, after=HOUR - timedelta(seconds=1))
    assert not allows(asked, after=HOUR)


def test_no_part_of_an_upload_can_be_changed(blobs: GcsBlobs) -> None:
    """Another method, object, bucket, host, time, account, type, size or condition, or one left out: none is signed for."""
    asked = put(blobs.upload_url("a/b", expires_in=HOUR, max_bytes=1_000, content_type="application/pdf"))
    url = asked.url
    urls = [
        url.replace("/a/b?", "/a/c?"),
        url.replace("/objects/", "/others/"),
        url.replace("storage.googleapis.com", "storage.example.com"),
        url.replace("X-Goog-Expires=3600", "X-Goog-Expires=36000"),
        url.replace("X-Goog-Date=20", "X-Goog-Date=21"),
        url.replace("sheaf-api", "sheaf-apj"),
        url.replace("content-type%3B", ""),
        url.replace("%3Bx-goog-if-generation-match", ""),
        url + "&generation=1",
        url[:-1] + ("0" if url[-1] != "0" else "1"),
    ]
    headers = [{**asked.headers, name: value + "1"} for name, value in asked.headers.items()]
    headers += [{n: v for n, v in asked.headers.items() if n != name} for name in asked.headers]
    headers += [{**asked.headers, "x-goog-acl": "public-read"}]
    changed = [asked.changed(url=one) for one in urls] + [asked.changed(headers=one) for one in headers] + [asked.changed(method="GET")]
    assert all(one != asked for one in changed)
    assert [one for one in changed if allows(one)] == []


@pytest.mark.parametrize("name", ["plain.csv", 'quo"te;\r\nX: y.csv', "Übersicht – 发票.csv", "back\\slash & more.csv"])
def test_a_download_is_an_attachment_of_that_name(blobs: GcsBlobs, name: str) -> None:
    """The answer's disposition is part of what is signed, and says the name in any script."""
    asked = Asked("GET", blobs.download_url(PATH, expires_in=HOUR, file_name=name), {})
    told = dict(parse_qsl(urlsplit(asked.url).query))
    kind, options = parse_options_header(told["response-content-disposition"])
    assert (kind, options["filename"]) == ("attachment", name)
    assert allows(asked)
    assert not allows(asked.changed(url=asked.url.replace("attachment", "inline")))
    assert not allows(asked.changed(method="PUT"))


@pytest.mark.parametrize("expires_in", [timedelta(0), timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_a_url_holds_for_up_to_seven_days(blobs: GcsBlobs, expires_in: timedelta) -> None:
    """Shorter than nothing or longer than Cloud Storage signs for is refused here."""
    with pytest.raises(InvalidInput):
        blobs.upload_url("a", expires_in=expires_in, max_bytes=1, content_type="a/b")
    with pytest.raises(InvalidInput):
        blobs.download_url("a", expires_in=expires_in, file_name="a")


@pytest.mark.parametrize("max_bytes", [0, -1, 10**10 + 1])
def test_an_upload_is_bounded(blobs: GcsBlobs, max_bytes: int) -> None:
    """There is no upload without a bound."""
    with pytest.raises(InvalidInput):
        blobs.upload_url("a", expires_in=HOUR, max_bytes=max_bytes, content_type="a/b")


class Iam:
    """IAM's signBlob, and what it was asked; its session is the one that the library would make for itself."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.asked = status, list[tuple[str, Mapping[str, str]]]()

    def __call__(self, *, url: str, method: str, headers: Mapping[str, str], body: bytes, **_: Any) -> Iam.Answer:
        """Sign, or refuse to."""
        self.asked.append((f"{method} {url}", headers))
        text = base64.b64decode(json.loads(body)["payload"])
        signature = key().sign(text, padding.PKCS1v15(), hashes.SHA256())
        return Iam.Answer(self.status, json.dumps({"keyId": "1", "signedBlob": base64.b64encode(signature).decode()}).encode())

    @dataclass(frozen=True, slots=True)
    class Answer:
        """What IAM answers."""

        status: int
        data: bytes


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> GcsBlobs:
    """An object store of a function: its credentials have a token, and no key."""
    credentials = MachineCredentials(service_account_email=ACCOUNT, universe_domain="googleapis.com")
    credentials.token, credentials.expiry = "the token", None
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    bucket = Bucket("objects", project="project")
    bucket.__dict__["credentials"] = credentials
    return GcsBlobs(bucket)


def test_iam_signs_for_credentials_without_a_key(machine: GcsBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function signs as its own account, by IAM, with its token; what comes out is signed as by key."""
    iam = Iam()
    monkeypatch.setattr("google.auth.transport.requests.Request", lambda *_: iam)
    asked = put(machine.upload_url(PATH, expires_in=HOUR, max_bytes=1_000, content_type="application/pdf"))
    assert allows(asked)
    ((call, headers),) = iam.asked
    assert call == f"POST https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ACCOUNT}:signBlob?alt=json"
    assert headers["Authorization"] == "Bearer the token"
    assert "the token" not in asked.url


def test_an_account_that_may_not_sign(machine: GcsBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where IAM does not sign, the error says which right it takes."""
    monkeypatch.setattr("google.auth.transport.requests.Request", lambda *_: Iam(403))
    with pytest.raises(Unavailable, match="serviceAccountTokenCreator"):
        machine.download_url("a", expires_in=HOUR, file_name="a")


def test_people_cannot_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that are no service account's can sign nothing, and the error says what would."""
    from google.oauth2.credentials import Credentials

    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    bucket = Bucket("objects", project="project")
    bucket.__dict__["credentials"] = Credentials(token="a person's")
    with pytest.raises(AccessDenied, match="service account"):
        GcsBlobs(bucket).download_url("a", expires_in=HOUR, file_name="a")


def test_an_emulator_needs_no_credentials() -> None:
    """There a key is made up: the URL is the emulator's own, and has all the parts of one that is checked."""
    blobs = GcsBlobs(Bucket("objects", endpoint="http://127.0.0.1:1"))
    url = blobs.download_url("a", expires_in=HOUR, file_name="a")
    assert url.startswith("http://127.0.0.1:1/objects/a?")
    assert {"X-Goog-Signature", "X-Goog-Expires"} <= {name for name, _ in parse_qsl(urlsplit(url).query)}
