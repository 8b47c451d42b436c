"""Cloud Storage when the wire fails: answers lost, bodies cut or changed, refusals for a while and for good."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from sheaf.adapters import streams
from sheaf.adapters.blobs import gcs
from sheaf.adapters.blobs.gcs import GcsBlobs
from sheaf.adapters.clock import SystemClock
from sheaf.adapters.gcs import bucket as buckets
from sheaf.adapters.gcs.bucket import Bucket
from sheaf.adapters.gcs.writing import CHUNK_BYTES
from sheaf.domain.errors import AccessDenied, InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.settings import Settings
from tests.contract.buckets import gcs_bucket
from tests.contract.wire import Answer, Wire, lost, status, wire

DATA = bytes(range(256)) * 8_000


@pytest.fixture
def direct(tmp_path: Path) -> GcsBlobs:
    """The object store on a wire that never fails."""
    return GcsBlobs(gcs_bucket(tmp_path))


@pytest.fixture
def on(tmp_path: Path, direct: GcsBlobs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """A wire that a test may cut; nobody waits long before trying again."""
    del direct
    monkeypatch.setattr(streams, "_PAUSE_S", 0.0)
    retry = buckets.retries().with_delay(initial=0.001, maximum=0.001).with_timeout(1.0)
    for module in ("bucket", "reading", "writing"):
        monkeypatch.setattr(f"sheaf.adapters.gcs.{module}.retries", lambda: retry)
    monkeypatch.setattr("sheaf.adapters.blobs.gcs.retries", lambda: retry)
    with wire((tmp_path / "gcs.address").read_text()) as made:
        yield made


@pytest.fixture
def blobs(on: Wire, tmp_path: Path) -> GcsBlobs:
    """The object store at the end of that wire."""
    return GcsBlobs(Bucket(gcs_bucket(tmp_path).name, endpoint=on.url))


class Endless(io.RawIOBase):
    """So many bytes, made as they are read."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """At most a mebibyte."""
        given = min(self._left, size, 2**20)
        self._left -= given
        return b"x" * given


@pytest.mark.parametrize("size", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 8 * CHUNK_BYTES + 7])
def test_any_size_is_stored_in_bounded_memory(direct: GcsBlobs, size: int) -> None:
    """Below, at and above whole chunks, all bytes arrive; a large object never lies in memory as a whole."""
    tracemalloc.start()
    info = direct.put("big", cast("BinaryIO", Endless(size)), content_type="text/x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (info.size, info.content_type, direct.info("big")) == (size, "text/x", info)
    with direct.open("big", start=size - 10) as data:
        assert data.read() == b"x" * 10
    assert peak < 6 * CHUNK_BYTES


def test_large_and_new(on: Wire, blobs: GcsBlobs) -> None:
    """What is sent in chunks must be new too, and its sum is sent with the last of them, to be compared before the object is seen."""
    blobs.put("big", cast("BinaryIO", Endless(CHUNK_BYTES + 1)), new=True)
    begun, *chunks = on.seen
    assert "uploadType=resumable&ifGenerationMatch=0" in begun[1]
    assert [headers.get("x-goog-hash", "")[:7] for _, _, headers in chunks] == ["", "crc32c="]


def test_passing_trouble_is_passed_over(on: Wire, blobs: GcsBlobs) -> None:
    """Every kind of call is made again after a refusal for the moment, and answers as if there had been none."""
    on.faults = [status(503), status(429)]
    put = blobs.put("a", b"x")
    on.faults = [status(500), lost]
    assert blobs.info("a") == put
    on.faults = [status(503), status(408)]
    assert list(blobs.list("a")) == [put]
    on.faults = [status(502), lost]
    with blobs.open("a") as data:
        assert data.read() == b"x"
    on.faults = [status(504), lost]
    blobs.delete("a")
    assert blobs.info("a") is None


def test_a_lost_answer_to_a_new_object(on: Wire, blobs: GcsBlobs) -> None:
    """The call that wrote it finds its own object on the second try, and says so instead of refusing."""
    on.faults = [lost]
    assert blobs.put("a", b"x", new=True) == blobs.info("a")
    assert [method for method, _, _ in on.seen] == ["POST", "POST", "GET", "GET"]


def test_a_lost_answer_and_another_writer(on: Wire, blobs: GcsBlobs, direct: GcsBlobs) -> None:
    """An object of the same bytes that another call wrote is none of one's own."""

    def overtaken(*_: object) -> Answer:
        direct.put("a", b"x", new=True)
        return Answer(503, {}, b"")

    overtaken.__qualname__ = "status.overtaken"
    on.faults = [overtaken]
    with pytest.raises(PreconditionFailed):
        blobs.put("a", b"x", new=True)


def test_a_cut_answer_is_taken_up_again(on: Wire, blobs: GcsBlobs) -> None:
    """Reading goes on where the connection broke, on the same generation, as often as it breaks within reason."""
    generation = blobs.put("a", DATA).generation
    on.seen.clear()
    on.faults = [lambda _m, _p, a: replace(a, cut=700_000), lambda _m, _p, a: replace(a, cut=300_001), lost]
    with blobs.open("a") as data:
        assert data.read() == DATA
    ranges = [headers.get("Range") for _, _, headers in on.seen]
    assert ranges == [None, "bytes=700000-", "bytes=1000001-", "bytes=1000001-"]
    assert all(f"generation={generation}" in path for _, path, _ in on.seen[1:])


def test_one_generation_is_deleted(on: Wire, blobs: GcsBlobs) -> None:
    """The service is told which; that it is another by now, or gone, is no error."""
    generation = blobs.put("a", DATA).generation
    for code in (412, 404):
        on.faults = [status(code)]
        blobs.delete("a", generation=generation)
        assert on.faults == []
        assert on.seen[-1][:1] == ("DELETE",)
        assert f"ifGenerationMatch={generation}" in on.seen[-1][1]


def test_two_versions_are_never_mixed(on: Wire, blobs: GcsBlobs) -> None:
    """When the object was replaced while its answer was cut, reading fails; it does not go on in the new bytes."""
    blobs.put("a", DATA)
    on.faults = [lambda _m, _p, a: replace(a, cut=700_000)]
    data = blobs.open("a")
    blobs.put("a", DATA.upper())
    with data, pytest.raises(NotFound):
        data.read()


def test_changed_bytes_are_noticed(on: Wire, blobs: GcsBlobs) -> None:
    """A body that is not what is stored fails at its end, and a local copy of it is never handed out."""
    blobs.put("a", DATA)
    on.faults = [lambda _m, _p, a: replace(a, body=a.body[:-1] + b"?")] * 2
    with blobs.open("a") as data, pytest.raises(Unavailable):
        data.read()
    with pytest.raises(Unavailable), blobs.local("a"):
        pytest.fail("handed out")


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, InvalidInput), (403, AccessDenied), (412, PreconditionFailed), (418, Unavailable), (503, Unavailable)],
)
def test_a_refusal_has_its_kind(on: Wire, blobs: GcsBlobs, code: int, kind: type[Exception]) -> None:
    """What Cloud Storage refuses for good is told by its kind, whatever was asked."""
    on.faults = [status(code)] * 10_000
    acts: list[Callable[[], object]] = [
        lambda: blobs.put("a", b"x"),
        lambda: blobs.info("a"),
        lambda: blobs.open("a"),
        lambda: list(blobs.list("")),
        lambda: blobs.delete("a"),
    ]
    for act in acts[:1] if code == 503 else acts:
        with pytest.raises(kind):
            act()


def test_nobody_there(tmp_path: Path, on: Wire) -> None:
    """A service that cannot be reached is Unavailable."""
    del on
    with pytest.raises(Unavailable):
        GcsBlobs(Bucket(gcs_bucket(tmp_path).name, endpoint="http://127.0.0.1:1")).info("a")


def test_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without credentials every call is denied, and nothing is looked for before the first."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    blobs = gcs.opened(Settings(bucket="some-bucket"), SystemClock())
    for act in (lambda: blobs.info("a"), lambda: blobs.put("a", b""), lambda: blobs.open("a")):
        with pytest.raises(AccessDenied):
            act()


def test_the_emulator_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment names it as Google's own clients expect, with or without a scheme; a bucket has to be set."""
    bucket = gcs_bucket(tmp_path)
    for host in (bucket.endpoint, bucket.endpoint.removeprefix("http://")):
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", host)
        assert gcs.opened(Settings(bucket=bucket.name), SystemClock()).info("a") is None
    with pytest.raises(InvalidInput, match="SHEAF_BUCKET"):
        gcs.opened(Settings(), SystemClock())
    monkeypatch.setenv("K_SERVICE", "api")
    with pytest.raises(InvalidInput, match="STORAGE_EMULATOR_HOST"):
        gcs.opened(Settings(bucket=bucket.name), SystemClock())
