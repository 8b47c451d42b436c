"""The site as a whole: who is answered, what every answer carries, what is logged, and the pages for people."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from sheaf.domain.errors import InvalidInput
from sheaf.http.routes import operations
from sheaf.http.site import create_site
from tests.acceptance.api.harness import FIELDS, Api, connect

pytestmark = pytest.mark.embedded("it is about the site as one application")


@pytest.mark.parametrize("host", ["localhost:8321", "127.0.0.1:8321", "[::1]:8321", "127.8.8.8", "app.localhost"])
def test_the_owner_is_answered_by_every_name_of_loopback(api: Api, host: str) -> None:
    """Without a log-in, where no key is set."""
    assert api.client.get("/api/jobs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8321", "localhost.evil.example", "10.0.0.1", "127.0.0.1.nip.io", "0x7f.1", ""]
)
def test_a_name_that_was_made_to_lead_here_is_not_answered(api: Api, host: str) -> None:
    """As in DNS rebinding: the browser believes it still talks to the other site."""
    answer = api.client.get("/api/jobs", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_host")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "https://localhost:8321"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:8321", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_page_of_another_site_is_not_answered(api: Api, headers: dict[str, str]) -> None:
    """Neither to read nor to write, whatever it sends."""
    for method in ("GET", "POST"):
        answer = api.client.request(method, "/api/jobs", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")
    assert "Access-Control-Allow-Origin" not in api.client.options("/api/jobs", headers=headers).headers


def test_our_own_pages_are_answered(api: Api) -> None:
    """And so is whoever types the address, or is no browser."""
    for headers in ({"Origin": "http://localhost:8321", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
        assert api.client.get("/api/jobs", headers=headers).status_code == 200


def test_another_machine_is_not_answered_without_a_key(api: Api) -> None:
    """Even where something in front of us lets it through."""
    client = connect(api.kernel, api.settings, remote_addr="192.0.2.7")
    assert client.get("/api/jobs").status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "sheaf.example"])  # noqa: S104 - not bound
def test_an_installation_open_to_others_needs_a_key(api: Api, host: str) -> None:
    """Without one it does not start."""
    with pytest.raises(InvalidInput, match="SHEAF_API_KEY"):
        create_site(api.kernel, replace(api.settings, host=host))
    create_site(api.kernel, replace(api.settings, host=host, api_key="k"))


@pytest.mark.parametrize(
    ("shown", "status"),
    [("Bearer the-key", 200), ("BEARER  the-key", 200), ("Bearer the-kez", 401), ("the-key", 401), ("", 401)],
)
def test_with_a_key_whoever_shows_it_is_answered(api: Api, shown: str, status: int) -> None:
    """From wherever, and nobody else; health is told to everyone."""
    client = connect(api.kernel, replace(api.settings, host="0.0.0.0", api_key="the-key"), remote_addr="192.0.2.7")  # noqa: S104 - not bound
    headers = {"Host": "sheaf.example", "Authorization": shown}
    assert client.get("/api/jobs", headers=headers).status_code == status
    assert client.get("/api/health", headers={"Host": "sheaf.example"}).status_code == 200


def test_a_signed_url_is_on_the_address_that_was_asked(api: Api) -> None:
    """So that the caller can reach it."""
    job = api.job()
    answer = api.send("POST", f"/jobs/{job['id']}/files", json={"files": [{"name": "a"}]}, headers={"Host": "127.0.0.1:9000"})
    assert answer.json()["files"][0]["upload"]["url"].startswith("http://127.0.0.1:9000/blobs/")


@pytest.mark.parametrize("path", ["/", "/api/jobs", "/api/nothing", "/api/docs", "/blobs/x", "/worker/", "/trigger/sweep", "/nothing"])
def test_every_answer_keeps_browsers_safe(api: Api, path: str) -> None:
    """No script but our own files, no frame, no guessing of types, nothing kept by caches; and an id to ask about it by."""
    headers = api.client.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-Id"])


def test_a_request_keeps_the_id_it_came_with(api: Api) -> None:
    """If it is one."""
    assert api.client.get("/api/health", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    for bad in ("a b", "x" * 65, "<script>"):
        assert api.client.get("/api/health", headers={"X-Request-Id": bad}).headers["X-Request-Id"] != bad


def test_every_request_is_one_line_of_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """With method, path, status, time and id, and without what stands in the query."""
    with caplog.at_level(logging.INFO, logger="sheaf.access"):
        api.client.get("/api/jobs%0Aforged?cursor=secret", headers={"X-Request-Id": "r-1"})
    (record,) = [record for record in caplog.records if record.name == "sheaf.access"]
    assert re.fullmatch(r"method=GET path=/api/jobs%0Aforged status=404 ms=[\d.]+ request_id=r-1", record.getMessage())


def test_what_was_only_looked_at_is_told_to_those_who_ask(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Calls that change something and calls that fail are at INFO, the many that poll at DEBUG."""
    with caplog.at_level(logging.DEBUG, logger="sheaf.access"):
        api.client.get("/api/jobs")
        api.client.get("/api/jobs/none")
        api.client.post("/api/jobs", json={})
    levels = [record.levelname for record in caplog.records if record.name == "sheaf.access"]
    assert levels == ["DEBUG", "INFO", "INFO"]


def test_what_was_not_foreseen_is_logged_and_not_told(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """The answer has the id under which the log holds the trace."""

    class Broken:
        def query(self, _: object) -> None:
            raise RuntimeError("a secret")

    api.client = connect(replace(api.kernel, store=Broken()), api.settings)  # type: ignore[arg-type]  # all that is called of it
    problem = api.refused("GET", "/jobs", 500, "internal_error")
    assert "secret" not in json.dumps(problem)
    assert problem["request_id"] in caplog.text
    assert "a secret" in caplog.text


def test_health_tells_when_the_store_is_away(api: Api) -> None:
    """Alive, and not ready."""

    class Broken:
        def get(self, _: str) -> None:
            raise OSError("no disk")

    answer = connect(replace(api.kernel, store=Broken()), api.settings).get("/api/health")  # type: ignore[arg-type]  # all that is called of it
    assert (answer.status_code, answer.json()["ready"], answer.json()["checks"]) == (503, False, {"store": "failed"})
    assert api.get("/health")["status"] == "ok"


class Page(HTMLParser):
    """What a page links to and is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))

    def all(self, attribute: str) -> set[str]:
        """Every value of an attribute."""
        return {value for _, attributes in self.tags if (value := attributes.get(attribute))}


@pytest.mark.parametrize("path", ["/", "/api/docs"])
def test_pages_work_offline_and_without_scripts(api: Api, path: str) -> None:
    """Everything they need is here."""
    answer = api.client.get(path)
    page = Page(answer.text)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "style", "img"})
    assert not page.all("style")
    for link in page.all("href"):
        target, _, fragment = link.partition("#")
        assert not target or api.client.get(target).status_code == 200, link
        assert not fragment or target or fragment in page.all("id"), link


def test_the_page_of_the_api_shows_every_operation_and_schema(api: Api) -> None:
    """Each under an anchor of its own."""
    shown = Page(api.client.get("/api/docs").text).all("id")
    document = api.client.get("/api/openapi.json").json()
    assert {operation.id for operation in operations()} <= shown
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= shown


def test_the_same_request_is_answered_over_a_network_as_in_process(api: Api) -> None:
    """The site is plain WSGI."""
    import threading
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Silent(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with make_server("127.0.0.1", 0, create_site(api.kernel, api.settings), handler_class=Silent) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        answer = httpx.post(f"http://127.0.0.1:{server.server_port}/api/jobs", json={"name": "A", "fields": FIELDS})
        thread.join()
    assert answer.status_code == 201
    assert api.get("/jobs")["jobs"][0]["id"] == answer.json()["id"]
