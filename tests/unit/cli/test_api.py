"""The client behind every command: what it repeats, what it gives up on, and what it makes of errors."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from sheaf.cli import uploads
from sheaf.cli.api import Api
from sheaf.cli.failures import Exit, exit_code
from sheaf.cli.inputs import gather
from sheaf.client import calls as module
from sheaf.client.errors import ApiError, Refused
from sheaf.domain.errors import InvalidInput, Unavailable

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE_S", 0.0)


def _api(handler: Handler) -> Api:
    client = httpx.Client(transport=httpx.MockTransport(handler), base_url="http://server", headers={"Authorization": "Bearer key"})
    return Api(client, httpx.Client(transport=httpx.MockTransport(handler)), where="http://server")


class Answers:
    """A server that gives one answer after the other, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next one; the last is given for ever."""
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize("trouble", [httpx.Response(503), httpx.Response(429), httpx.ConnectError("refused"), httpx.ReadTimeout("late")])
def test_a_call_is_repeated_until_it_is_answered(trouble: Any) -> None:
    """A server that restarts is waited for; the repetition carries the key of the first try."""
    server = Answers(trouble, trouble, httpx.Response(200, json={"id": "1"}))
    assert _api(server).post("/api/jobs", {"name": "x"}) == {"id": "1"}
    keys = {request.headers["Idempotency-Key"] for request in server.asked}
    assert len(server.asked) == 3
    assert len(keys) == 1


def test_a_call_whose_first_try_is_still_at_work_is_repeated() -> None:
    """The connection broke, the server went on: its answer is waited for; another clash is none of these."""
    at_work = httpx.Response(409, json={"status": 409, "code": "idempotency_key_in_use", "detail": "At work."})
    server = Answers(httpx.ReadTimeout("late"), at_work, httpx.Response(200, json={"id": "1"}))
    assert _api(server).post("/api/jobs", {"name": "x"}) == {"id": "1"}
    with pytest.raises(Refused, match=r"^At work\.$"):
        _api(Answers(at_work)).post("/api/jobs")


def test_two_calls_have_two_keys() -> None:
    """Creating two of a kind on purpose stays possible."""
    server = Answers(httpx.Response(200, json={}))
    api = _api(server)
    api.post("/api/jobs")
    api.post("/api/jobs")
    assert len({request.headers["Idempotency-Key"] for request in server.asked}) == 2


def test_a_server_that_stays_away_is_unavailable() -> None:
    """After a few tries; the message says which server."""
    server = Answers(httpx.ConnectError("refused"))
    with pytest.raises(Unavailable, match="http://server cannot be reached") as caught:
        _api(server).get("/api/jobs")
    assert 1 < len(server.asked) < 10
    assert exit_code(caught.value) == Exit.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "code"), [(400, 2), (401, 5), (403, 5), (404, 3), (409, 4), (412, 4), (413, 2), (422, 2), (500, 1), (503, 6)]
)
def test_a_refusal_is_not_repeated_and_has_its_exit_code(status: int, code: int) -> None:
    """The problem document is kept whole; what the server could not answer is asked again first."""
    problem = {"status": status, "code": "some_code", "detail": "No.", "extra": 1}
    server = Answers(httpx.Response(status, json=problem))
    with pytest.raises(ApiError, match=r"^No\.$") as caught:
        _api(server).get("/api/jobs")
    assert caught.value.problem == problem
    assert exit_code(caught.value) == code
    assert (len(server.asked) == 1) == (status != 503)


@pytest.mark.parametrize("body", [b"<html>Not found</html>", b"[]", b'"x"', b"\xff"])
def test_an_answer_that_is_not_ours_asks_whether_the_address_is_right(body: bytes) -> None:
    """Such as another program's on that port."""
    with pytest.raises(ApiError, match="Is the address right"):
        _api(Answers(httpx.Response(404, content=body))).get("/api/jobs")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>Sign in</html>"),
        httpx.Response(200, json=[1]),
        httpx.Response(301, headers={"Location": "https://server/api/jobs"}),
        httpx.Response(302, json={"detail": "elsewhere"}),
        httpx.Response(520, content=b"oops"),
        httpx.Response(200),
    ],
)
def test_a_page_or_a_redirection_in_place_of_an_answer_is_told_as_one(answer: httpx.Response) -> None:
    """Such as a proxy's, or that of a server which is spoken to over https alone; whatever the call."""
    api = _api(Answers(answer))
    for call in (api.get, partial(api.post, body={}), partial(api.put, body={}), partial(api.patch, body={})):
        with pytest.raises(ApiError, match="Is the address right") as caught:
            call("/api/jobs")
        assert caught.value.status == answer.status_code


def test_pages_are_read_to_the_end() -> None:
    """By each page's cursor."""
    pages = [httpx.Response(200, json={"jobs": [1, 2], "next_cursor": "c"}), httpx.Response(200, json={"jobs": [3], "next_cursor": None})]
    server = Answers(*pages)
    assert list(_api(server).pages("/api/jobs", "jobs", archived=True, name=None)) == [1, 2, 3]
    assert [dict(request.url.params) for request in server.asked] == [
        {"limit": "200", "archived": "true"},
        {"limit": "200", "archived": "true", "cursor": "c"},
    ]


def test_a_download_that_is_refused_writes_nothing() -> None:
    """The problem does not end up in the file."""
    target = io.BytesIO()
    with pytest.raises(ApiError, match="gone"):
        _api(Answers(httpx.Response(404, json={"status": 404, "detail": "gone"}))).download("/x", target)
    assert target.getvalue() == b""


@pytest.mark.parametrize("trouble", [httpx.ConnectError("refused"), httpx.RemoteProtocolError("closed too early")])
def test_a_download_that_breaks_off_is_told_as_such(trouble: Exception) -> None:
    """No half of a file passes for the whole."""
    with pytest.raises(Unavailable, match="cut off") as caught:
        _api(Answers(trouble)).download("/x", io.BytesIO())
    assert exit_code(caught.value) == Exit.UNREACHABLE


def test_a_download_that_leads_elsewhere_writes_nothing() -> None:
    """The page of a redirection is no export."""
    target = io.BytesIO()
    with pytest.raises(ApiError, match="leads elsewhere"):
        _api(Answers(httpx.Response(302, headers={"Location": "https://x/"}, content=b"Moved"))).download("/x", target)
    assert target.getvalue() == b""


class Bucket:
    """An object store that takes uploads, refusing each file's first ``refusals`` tries; and the API around it."""

    def __init__(self, refusals: int = 0, refusal: int = 503) -> None:
        self.refusals, self.refusal = refusals, refusal
        self.stored: dict[str, bytes] = {}
        self.taken = httpx.Response(409, json={"status": 409, "code": "already_uploaded", "detail": "there"})
        self.tries: dict[str, int] = {}
        self.confirmed: list[str] = []
        self.batches: list[int] = []
        self.keys: set[str | None] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Announce, take or confirm."""
        if request.method == "PUT":
            return self._take(request)
        if request.url.path.endswith("/uploaded"):
            self.confirmed.append(request.url.path.split("/")[-2])
            return httpx.Response(200, json={})
        return self._announce(request)

    def _announce(self, request: httpx.Request) -> httpx.Response:
        import orjson

        names = [each["name"] for each in orjson.loads(request.content)["files"]]
        self.batches.append(len(names))
        return httpx.Response(201, json={"files": [_announced(name) for name in names]})

    def _take(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.lstrip("/")
        self.keys.add(request.headers.get("Authorization"))
        self.tries[name] = self.tries.get(name, 0) + 1
        if self.tries[name] <= self.refusals:
            return httpx.Response(self.refusal, json={"status": self.refusal, "detail": "not now"})
        if name in self.stored:
            return self.taken
        self.stored[name] = request.read()
        return httpx.Response(201)


def _announced(name: str) -> dict[str, Any]:
    upload = {"url": f"http://bucket/{name}", "headers": {"Content-Type": "text/plain"}}
    return {"id": name, "job_id": "j", "job_run_id": "r", "upload": upload}


def _upload(tmp_path: Path, bucket: Bucket, count: int) -> None:
    for number in range(count):
        (tmp_path / f"{number}.txt").write_text(f"content {number}")
    files = gather([str(tmp_path)])
    named = [type(each)(name=each.path.name, path=each.path, size=each.size) for each in files]
    assert uploads.add(_api(bucket), "j", "r", named, quiet=True) == count


def test_uploads_arrive_whole_in_bounded_batches(tmp_path: Path) -> None:
    """Announced at most 200 at a time, sent, confirmed; the key is not shown to the bucket."""
    bucket = Bucket()
    _upload(tmp_path, bucket, 250)
    assert bucket.batches == [200, 50]
    assert bucket.stored == {f"{number}.txt": f"content {number}".encode() for number in range(250)}
    assert sorted(bucket.confirmed) == sorted(bucket.stored)
    assert bucket.keys == {None}


def test_an_upload_that_is_cut_off_is_sent_again_from_its_start(tmp_path: Path) -> None:
    """What arrives is whole."""
    bucket = Bucket(refusals=2)
    _upload(tmp_path, bucket, 3)
    assert set(bucket.tries.values()) == {3}
    assert bucket.stored["2.txt"] == b"content 2"


@pytest.mark.parametrize("taken", [None, httpx.Response(412, text="<Error><Code>PreconditionFailed</Code></Error>")])
def test_bytes_that_are_there_already_are_confirmed(tmp_path: Path, taken: httpx.Response | None) -> None:
    """When an earlier try arrived and only its answer was lost: as our own store says it, and as Cloud Storage does."""
    bucket = Bucket()
    bucket.stored["0.txt"] = b"content 0"
    bucket.taken = taken or bucket.taken
    _upload(tmp_path, bucket, 1)
    assert bucket.confirmed == ["0.txt"]


def test_an_upload_that_is_refused_is_not_sent_again(tmp_path: Path) -> None:
    """A file that is too large stays so."""
    bucket = Bucket(refusals=9, refusal=413)
    with pytest.raises(ApiError, match="not now"):
        _upload(tmp_path, bucket, 1)
    assert bucket.tries == {"0.txt": 1}


def test_nothing_is_announced_when_a_file_is_missing(tmp_path: Path) -> None:
    """All problems are told before the first byte goes."""
    bucket = Bucket()
    missing = gather([str(tmp_path / f"gone{number}") for number in range(7)])
    with pytest.raises(InvalidInput, match="and 2 more"):
        uploads.add(_api(bucket), "j", "r", missing, quiet=True)
    assert bucket.batches == []
