"""Where a managed queue and a scheduler call: the worker and the trigger answer their own service accounts alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sheaf.domain.errors import InvalidInput
from sheaf.http import machinery
from sheaf.settings import Settings
from tests.acceptance.api.harness import Api, connect, install
from tests.faults.kit import fast_folder
from tools.emulators.tasks.keys import Keys, KeyServer, SigningKey, claims

if TYPE_CHECKING:
    import httpx

URLS = {"worker": "https://worker.example/", "trigger": "https://trigger.example/"}
CALLERS = {"worker": "tasks@p.iam.gserviceaccount.com", "trigger": "scheduler@p.iam.gserviceaccount.com"}
ROUTES = ["/worker/", "/worker/any/path", "/trigger/tick", "/trigger/sweep"]
HEADERS = {"X-CloudTasks-QueueName": "steps", "X-CloudTasks-TaskName": "n", "X-CloudTasks-TaskRetryCount": "0"}
CALL = b'{"kind": "prepare", "tenant": "default", "run_id": "r"}'


class Untouched:
    """A store or a queue that must not be asked for anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


@pytest.fixture(scope="module")
def issuer() -> Iterator[KeyServer]:
    """The issuer of the callers' tokens."""
    served = KeyServer(Keys())
    yield served
    served.stop()


@pytest.fixture(scope="module")
def cloud(issuer: KeyServer) -> Iterator[Api]:
    """An installation whose worker and trigger have callers."""
    with fast_folder() as folder:
        named = {f"{part}_{what}": table[part] for part in URLS for what, table in (("url", URLS), ("caller", CALLERS))}
        yield install(Path(folder), certificates_url=f"{issuer.url}/certs", **named)


@pytest.fixture(scope="module")
def guarded(cloud: Api) -> httpx.Client:
    """The same, where nothing but the question who calls may be answered."""
    untouched: Any = Untouched()
    return connect(replace(cloud.kernel, store=untouched, queue=untouched), cloud.settings)


def call(client: httpx.Client, route: str, token: str | None) -> httpx.Response:
    """A delivery or a tick, with a token."""
    shown = {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.post(route, content=CALL, headers=HEADERS | shown)


def said(route: str, **changed: Any) -> dict[str, Any]:
    """What a right token for a route says, but for the changes."""
    part = route.split("/")[1]
    return {name: value for name, value in (claims(CALLERS[part], URLS[part], time.time()) | changed).items() if value is not None}


@pytest.mark.parametrize("route", ROUTES)
def test_the_right_caller_is_answered(cloud: Api, issuer: KeyServer, route: str) -> None:
    """With a token of its own for this very part; the scheme's case and the e-mail's do not matter."""
    part = route.split("/")[1]
    assert call(cloud.client, route, issuer.keys.token(CALLERS[part], URLS[part])).status_code == 200
    shown = {"Authorization": f"bearer {issuer.keys.signed(said(route, email=CALLERS[part].upper()))}"}
    assert cloud.client.post(route, content=CALL, headers=HEADERS | shown).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1_000_000},
        {"iat": 4_000_000_000, "exp": 4_000_003_600},
        {"aud": "https://elsewhere.example/"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
    ],
    ids=str,
)
def test_a_token_for_elsewhere_or_another_time_is_refused(
    guarded: httpx.Client, issuer: KeyServer, route: str, changed: dict[str, Any]
) -> None:
    """Expired, of the future, for another audience, of another issuer: though the right key signed it."""
    answer = call(guarded, route, issuer.keys.signed(said(route, **changed)))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "changed",
    [
        {"email": "me@p.iam.gserviceaccount.com"},
        {"email": ""},
        {"email": None},
        {"email": "tasks@p.iam.gserviceaccount.com.evil.example"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
    ],
    ids=str,
)
def test_another_account_is_forbidden(guarded: httpx.Client, issuer: KeyServer, route: str, changed: dict[str, Any]) -> None:
    """However genuine its token is; an e-mail that is not verified is nobody's."""
    answer = call(guarded, route, issuer.keys.signed(said(route, **changed)))
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_caller")


def test_the_parts_have_callers_of_their_own(guarded: httpx.Client, issuer: KeyServer) -> None:
    """The queue may not tick and the scheduler may not deliver, whichever audience they name."""
    for route, other in (("/worker/", "trigger"), ("/trigger/tick", "worker")):
        part = route.split("/")[1]
        assert call(guarded, route, issuer.keys.token(CALLERS[other], URLS[other])).status_code == 401
        assert call(guarded, route, issuer.keys.token(CALLERS[other], URLS[part])).status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_what_is_no_token_of_the_issuer_is_refused(guarded: httpx.Client, cloud: Api, issuer: KeyServer, route: str) -> None:
    """None at all, the embedded installation's key, a forgery, one without a signature, one signed with the public key, a huge one."""
    genuine = issuer.keys.signed(said(route))
    head, body, _ = genuine.split(".")
    key_id = issuer.keys.all[0].id
    confused = f"{_segment({'alg': 'HS256', 'kid': key_id})}.{body}"
    mac = hmac.new(issuer.keys.certificates()[key_id].encode(), confused.encode(), hashlib.sha256).digest()
    wrong = [
        None,
        "",
        "x",
        machinery.internal_key(cloud.settings),
        Keys(SigningKey()).signed(said(route)),
        f"{_segment({'alg': 'none', 'kid': key_id})}.{body}.",
        f"{head}.{body}.",
        f"{confused}.{_base64(mac)}",
        genuine[:-4],
        genuine + "x" * 20_000,
    ]
    answers = [call(guarded, route, token) for token in wrong]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "unauthenticated")}


def test_a_signature_that_the_platform_took_off_proves_nothing(
    guarded: httpx.Client, issuer: KeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Anybody can write that; the log tells the operator what to set."""
    head, body, _ = issuer.keys.signed(said("/worker/")).split(".")
    assert call(guarded, "/worker/", f"{head}.{body}.SIGNATURE_REMOVED_BY_GOOGLE").status_code == 401
    assert "invoker check" in caplog.text


def test_a_worker_that_cannot_check_asks_to_be_called_again(cloud: Api, issuer: KeyServer) -> None:
    """Without the issuer's keys a delivery is neither refused for good nor carried out."""
    away = connect(cloud.kernel, replace(cloud.settings, certificates_url=f"{issuer.url}/gone"))
    answer = call(away, "/worker/", issuer.keys.signed(said("/worker/")))
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize("part", ["worker", "trigger"])
def test_a_managed_queue_s_part_does_not_start_without_a_caller(part: machinery.Part, tmp_path: Path) -> None:
    """It names the setting, and neither needs nor makes a folder."""
    folder = tmp_path / "none"
    given = Settings(data_dir=folder, queue="cloud_tasks", worker_url=URLS["worker"], trigger_url=URLS["trigger"])
    with pytest.raises(InvalidInput, match=f"SHEAF_{part.upper()}_CALLER"):
        machinery.callers(given, part)
    with pytest.raises(InvalidInput, match=f"SHEAF_{part.upper()}_URL"):
        machinery.callers(Settings(data_dir=folder, worker_caller="a@b.c", trigger_caller="a@b.c"), part)
    machinery.callers(replace(given, worker_caller="a@b.c", trigger_caller="a@b.c"), part)
    assert not folder.exists()


def _segment(content: object) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
