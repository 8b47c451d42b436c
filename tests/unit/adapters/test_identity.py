"""Identity tokens: genuine ones are told from everything else, and their issuer is asked no more than it must be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from google.auth import jwt
from hypothesis import given
from hypothesis import strategies as st

from sheaf.adapters.identity import certificates, google
from sheaf.adapters.identity.certificates import Certificates, Fetched, published
from sheaf.adapters.identity.google import GoogleTokens
from sheaf.domain.errors import InvalidInput, Unavailable
from sheaf.settings import Settings
from tests.contract.clock import TestClock
from tools.emulators.tasks.keys import Keys, KeyServer, SigningKey, claims

AUDIENCE = "https://worker.example/"
CALLER = "tasks@project.iam.gserviceaccount.com"
HOUR = 3_600


@cache
def made(_: int) -> SigningKey:
    """One of a few keys, as making them takes a while."""
    return SigningKey()


class Issuer:
    """Keys, how often they were asked for, and a switch that makes asking fail."""

    def __init__(self, key: int = 0) -> None:
        self.keys = Keys(made(key))
        self.asked = 0
        self.down = False
        self.max_age_s = HOUR

    def fetch(self) -> Fetched:
        """What it publishes."""
        self.asked += 1
        if self.down:
            raise Unavailable("no route")
        return Fetched(keys=self.keys.certificates(), max_age=timedelta(seconds=self.max_age_s))

    def token(self, **changed: Any) -> str:
        """A token of the caller for the audience, with other claims."""
        said = claims(CALLER, AUDIENCE, time.time()) | changed
        return self.keys.signed({name: value for name, value in said.items() if value is not None})


@pytest.fixture
def issuer() -> Issuer:
    """An issuer with one key."""
    return Issuer()


@pytest.fixture
def tokens(issuer: Issuer, clock: TestClock) -> GoogleTokens:
    """A verifier that trusts it."""
    return GoogleTokens(Certificates(issuer.fetch, clock))


@pytest.fixture
def clock() -> TestClock:
    """A clock of the test's own, for how long keys are kept."""
    return TestClock()


def test_a_genuine_token_says_whose_it_is(issuer: Issuer, tokens: GoogleTokens) -> None:
    """Issuer, subject, e-mail and whether that was verified."""
    said = tokens.verify(issuer.token(), audience=AUDIENCE)
    assert said is not None
    assert (said.issuer, said.email, said.email_verified) == ("https://accounts.google.com", CALLER, True)
    assert said.subject


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://trigger.example/"},
        {"aud": [AUDIENCE]},
        {"aud": None},
        {"iss": "https://accounts.google.example"},
        {"iss": None},
        {"iss": 1},
        {"sub": None},
        pytest.param({"exp": time.time() - 60}, id="expired"),
        {"exp": None},
        {"exp": "never"},
        pytest.param({"iat": time.time() + 864_000}, id="not yet"),
        {"iat": None},
    ],
    ids=str,
)
def test_a_signed_token_that_is_not_for_here_and_now_is_none(issuer: Issuer, tokens: GoogleTokens, changed: dict[str, Any]) -> None:
    """Another audience or issuer, one that is over or not yet begun, or one that lacks what it must say."""
    assert tokens.verify(issuer.token(**changed), audience=AUDIENCE) is None


@pytest.mark.parametrize(("changed", "verified"), [({"email_verified": "true"}, False), ({"email": None}, True), ({"email": 5}, True)])
def test_what_a_token_does_not_say_plainly_is_not_taken_for_said(
    issuer: Issuer, tokens: GoogleTokens, changed: dict[str, Any], verified: object
) -> None:
    """Verified is true and nothing like it; an e-mail is a text."""
    said = tokens.verify(issuer.token(**changed), audience=AUDIENCE)
    assert said is not None
    assert said.email_verified is verified
    assert said.email in {CALLER, ""}


def test_another_signature_is_none(issuer: Issuer, tokens: GoogleTokens) -> None:
    """Of a key that only calls itself the issuer's, or over something else."""
    forger = Issuer(1)
    renamed = jwt.encode(forger.keys.all[0].signer, claims(CALLER, AUDIENCE, time.time()), key_id=issuer.keys.all[0].id)
    assert tokens.verify(renamed.decode(), audience=AUDIENCE) is None
    head, body, signature = issuer.token().split(".")
    other = forger.token(email="me@evil.example").split(".")[1]
    assert tokens.verify(f"{head}.{other}.{signature}", audience=AUDIENCE) is None
    assert tokens.verify(f"{head}.{body}.", audience=AUDIENCE) is None


def test_an_algorithm_is_not_the_token_s_to_choose(issuer: Issuer, tokens: GoogleTokens) -> None:
    """Neither none, nor HS256 with the public key as its secret, nor another."""
    key_id = issuer.keys.all[0].id
    secret = issuer.keys.certificates()[key_id].encode()
    body = segment(claims(CALLER, AUDIENCE, time.time()))
    for algorithm in ("none", "None", "HS256", "RS512", "ES256", "", None, ["RS256"]):
        signed = f"{segment({'alg': algorithm, 'kid': key_id, 'typ': 'JWT'})}.{body}"
        signature = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
        assert tokens.verify(f"{signed}.{signature}", audience=AUDIENCE) is None
        assert tokens.verify(f"{signed}.", audience=AUDIENCE) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d",
        "é.b.c",
        "x" * 100_000,
        "e30.e30.e30",
        "W10.W10.W10",
        "bnVsbA.bnVsbA.bnVsbA",
        f"{base64.urlsafe_b64encode(b'[' * 5_000).decode()}.e30.e30",
    ],
    ids=lambda token: repr(token[:20]).encode("ascii", "replace").decode(),
)
def test_what_is_no_token_is_none(issuer: Issuer, tokens: GoogleTokens, token: str) -> None:
    """Cut short, too long, nested to overflow a parser: without asking the issuer anything."""
    assert tokens.verify(token, audience=AUDIENCE) is None
    assert issuer.asked == 0


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=200))
def test_no_text_breaks_the_check(text: str) -> None:
    """Whatever is shown is a token or none."""
    tokens = GoogleTokens(Certificates(lambda: Fetched(keys={}, max_age=timedelta(0)), TestClock()))
    assert tokens.verify(text, audience=AUDIENCE) is None


def test_a_clock_may_be_slightly_off(issuer: Issuer, tokens: GoogleTokens) -> None:
    """By ten seconds and no minute; the token is made for the middle between."""
    assert tokens.verify(issuer.token(exp=time.time() - 2), audience=AUDIENCE) is not None
    assert tokens.verify(issuer.token(iat=time.time() + 5), audience=AUDIENCE) is not None
    assert tokens.verify(issuer.token(exp=time.time() - 30), audience=AUDIENCE) is None


def test_keys_are_asked_for_once(issuer: Issuer, tokens: GoogleTokens, clock: TestClock) -> None:
    """For as long as the issuer says, and then again."""
    for _ in range(50):
        assert tokens.verify(issuer.token(), audience=AUDIENCE) is not None
    assert issuer.asked == 1
    clock.advance(HOUR + 1)
    assert tokens.verify(issuer.token(), audience=AUDIENCE) is not None
    assert issuer.asked == 2


def test_a_new_key_is_found_before_the_old_ones_are_over(issuer: Issuer, tokens: GoogleTokens, clock: TestClock) -> None:
    """One more question for a key that is not known, the older tokens still pass."""
    old = issuer.token()
    assert tokens.verify(old, audience=AUDIENCE) is not None
    clock.advance(60)
    issuer.keys.roll(made(2))
    assert tokens.verify(issuer.token(), audience=AUDIENCE) is not None
    assert tokens.verify(old, audience=AUDIENCE) is not None
    assert issuer.asked == 2


def test_forged_keys_cost_the_issuer_nothing(issuer: Issuer, tokens: GoogleTokens, clock: TestClock) -> None:
    """Tokens of unknown keys ask at most every half minute."""
    forger = Issuer(1)
    for _ in range(20):
        assert tokens.verify(forger.token(), audience=AUDIENCE) is None
    assert issuer.asked == 1
    clock.advance(31)
    for _ in range(20):
        assert tokens.verify(forger.token(), audience=AUDIENCE) is None
    assert issuer.asked == 2


def test_without_the_issuer_known_keys_go_on(issuer: Issuer, tokens: GoogleTokens, clock: TestClock) -> None:
    """Even over their time, for a day; a key that only the issuer could know is Unavailable, which says nothing of the token."""
    assert tokens.verify(issuer.token(), audience=AUDIENCE) is not None
    issuer.down = True
    clock.advance(2 * HOUR)
    for _ in range(3):
        assert tokens.verify(issuer.token(), audience=AUDIENCE) is not None
    assert issuer.asked == 2
    with pytest.raises(Unavailable):
        tokens.verify(Issuer(1).token(), audience=AUDIENCE)
    clock.advance(24 * HOUR)
    with pytest.raises(Unavailable):
        tokens.verify(issuer.token(), audience=AUDIENCE)
    issuer.down = False
    clock.advance(31)
    assert tokens.verify(issuer.token(), audience=AUDIENCE) is not None


def test_an_issuer_that_never_answered_is_unavailable(issuer: Issuer, tokens: GoogleTokens) -> None:
    """Rather than every token false."""
    issuer.down = True
    for _ in range(5):
        with pytest.raises(Unavailable):
            tokens.verify(issuer.token(), audience=AUDIENCE)
    assert issuer.asked == 1


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """Keys on loopback."""
    served = KeyServer(Keys(made(0)), max_age_s=7_200)
    yield served
    served.stop()


@pytest.mark.parametrize("path", ["certs", "jwks"])
def test_keys_are_read_in_both_forms(server: KeyServer, path: str) -> None:
    """As X.509 certificates by key id and as a JWK set, kept for as long as the answer says."""
    fetched = published(f"{server.url}/{path}")
    assert fetched.max_age.total_seconds() == 7_200
    tokens = GoogleTokens(Certificates(lambda: fetched, TestClock()))
    said = tokens.verify(server.keys.token(CALLER, AUDIENCE), audience=AUDIENCE)
    assert said is not None


@pytest.mark.parametrize("path", ["none", "text", "list", "large"])
def test_what_publishes_no_keys_is_unavailable(server: KeyServer, path: str) -> None:
    """An error, another document, or one without end."""
    server.also = {"/text": b"keys", "/list": b"[1]", "/large": b"{" + b" " * 2**21 + b"}"}
    with pytest.raises(Unavailable):
        published(f"{server.url}/{path}")


def test_nobody_there_is_unavailable(server: KeyServer) -> None:
    """A refused connection too."""
    server.stop()
    with pytest.raises(Unavailable):
        published(f"{server.url}/certs")


@pytest.mark.parametrize("url", ["http://keys.example/certs", "file:///etc/passwd", "ftp://127.0.0.1/x", ""])
def test_keys_come_from_a_place_that_nobody_can_stand_in_for(url: str) -> None:
    """Over TLS, or from this very machine."""
    with pytest.raises(InvalidInput, match="SHEAF_CERTIFICATES_URL"):
        google.opened(Settings(certificates_url=url), TestClock())
    google.opened(Settings(certificates_url="http://127.0.0.1:9/certs"), TestClock())
    google.opened(Settings(), TestClock())


def segment(said: object) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def test_entries_that_are_no_keys_are_left_out() -> None:
    """A set of keys may hold what is none of ours; that keeps nobody from the others."""
    assert certificates._keys({"keys": ["text", None, 5, {"kty": "EC"}]}) == {}
