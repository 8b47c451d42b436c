"""What :class:`sheaf.ports.blobs.BlobStore` says, sentence by sentence."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sheaf.domain.errors import InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.ports.blobs import BlobStore
from tests.contract import children
from tests.contract.adapters import BlobAdapter
from tests.contract.clock import TestClock

PARTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="/"), min_size=1, max_size=90).filter(
    lambda part: part not in {".", ".."}
)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join).filter(lambda path: len(path.encode()) <= 1_024)


class Slow(io.RawIOBase):
    """Bytes that come in small pieces, and fail after some if they are to."""

    def __init__(self, data: bytes, *, fail: bool = False) -> None:
        self._data = io.BytesIO(data)
        self._fail = fail

    def read(self, _size: int = -1) -> bytes:
        """At most seven bytes."""
        piece = self._data.read(7)
        if not piece and self._fail:
            raise InvalidInput("too much")
        return piece


def read(blobs: BlobStore, path: str, start: int = 0, end: int | None = None) -> bytes:
    """The bytes of an object."""
    with blobs.open(path, start=start, end=end) as file:
        return file.read()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(path=PATHS, data=st.binary(max_size=200))
@example(path="A", data=b"")
@example(path="%41", data=b"")
@example(path="con/nul/.git/a%o/b%/~", data=b"x")
@example(path="x" * 1024, data=b"x")
@example(path="é" * 512, data=b"x")
@example(path="e\u0301/é/ß/ss", data=b"x")
def test_what_is_put_is_there(blobs: BlobStore, path: str, data: bytes) -> None:
    """Under any path, the bytes come back as they were, and what is told of them is true."""
    told = blobs.put(path, data, content_type="text/plain")
    assert read(blobs, path) == data
    assert blobs.info(path) == told
    assert (told.path, told.size, told.content_type) == (path, len(data), "text/plain")
    assert told in list(blobs.list(path))
    with blobs.local(path) as file:
        assert file.read_bytes() == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    paths=st.lists(
        st.one_of(PATHS, st.sampled_from(["a", "a/b", "a-", "A", "a/B", "a%", "y" * 70, "y" * 70 + "/a", "y" * 75])),
        unique=True,
        max_size=8,
    ),
    prefix=st.one_of(st.text("ay/-A", max_size=3), st.just("y" * 70)),
)
def test_listing_by_prefix(blobs: BlobStore, paths: list[str], prefix: str) -> None:
    """All paths that start so and no others, in the order of their UTF-8 bytes; no two paths are one object."""
    for info in list(blobs.list("")):
        blobs.delete(info.path)
    for path in paths:
        blobs.put(path, path.encode(), new=True)
    assert [info.path for info in blobs.list("")] == sorted(paths, key=str.encode)
    assert [info.path for info in blobs.list(prefix)] == sorted([p for p in paths if p.startswith(prefix)], key=str.encode)
    assert all(read(blobs, path) == path.encode() for path in paths)
    for path in paths:
        if path.startswith(prefix):
            blobs.delete(path)
    assert {info.path for info in blobs.list("")} == {path for path in paths if not path.startswith(prefix)}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/..",
        "../a",
        "a/../../b",
        "./a",
        "a/./b",
        "a\0",
        "a\nb",
        "\x7f",
        "\ud800",
        "x" * 1025,
        "a\u2028",
    ],
)
def test_a_path_that_cannot_be_is_refused(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path, path: str) -> None:
    """What is no object's path is InvalidInput everywhere, and leaves nothing anywhere."""
    acts: list[Callable[[], object]] = [
        lambda: blobs.put(path, b"x"),
        lambda: blobs.open(path),
        lambda: blobs.info(path),
        lambda: blobs.delete(path),
        lambda: blobs.upload_url(path, expires_in=timedelta(1), max_bytes=1, content_type="a/b"),
        lambda: blobs.download_url(path, expires_in=timedelta(1), file_name="a"),
    ]
    for act in acts:
        with pytest.raises(InvalidInput):
            act()
    with pytest.raises(InvalidInput), blobs.local(path):
        pass
    assert blob_adapter.raw(tmp_path) == []


@pytest.mark.parametrize("prefix", ["nothing", "nothing/", "a/nothing", "a//", "../", "/", ".."])
def test_a_prefix_of_nothing_lists_nothing(blobs: BlobStore, prefix: str) -> None:
    """Whatever no path starts with is an empty list, not an error."""
    blobs.put("a/b", b"x")
    assert list(blobs.list(prefix)) == []


def test_a_stream_is_read_to_its_end(blobs: BlobStore) -> None:
    """Whatever the pieces it comes in, all of it is stored."""
    data = bytes(range(256)) * 20
    assert blobs.put("a", cast("BinaryIO", Slow(data))).size == len(data)
    assert read(blobs, "a") == data


def test_a_stream_that_fails_changes_nothing(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path) -> None:
    """An error while reading is passed on; what was there stays, and what was not is not."""
    before = blobs.put("a", b"old", content_type="text/old")
    for path in ("a", "b"):
        with pytest.raises(InvalidInput, match="too much"):
            blobs.put(path, cast("BinaryIO", Slow(b"x" * 100, fail=True)), content_type="text/new")
    assert (blobs.info("a"), blobs.info("b")) == (before, None)
    assert blob_adapter.raw(tmp_path) == [b"old"]


def test_put_replaces_whole(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path, clock: TestClock) -> None:
    """A second put takes the place of the first: bytes, size, type, time and generation."""
    first = blobs.put("a", b"longer than the other", content_type="text/a")
    clock.advance(5)
    second = blobs.put("a", b"short", content_type="text/b")
    assert blobs.info("a") == second
    assert (second.size, second.content_type) == (5, "text/b")
    assert second.updated_at > first.updated_at if blob_adapter.remote else second.updated_at == clock.now()
    assert first.generation != second.generation
    blobs.put("a", b"shorter")
    found = blobs.info("a")
    assert found is not None
    assert found.content_type == "application/octet-stream"
    assert blob_adapter.raw(tmp_path) == [b"shorter"]


def test_every_write_changes_the_generation(blobs: BlobStore) -> None:
    """The same bytes put again, at the same moment, are another generation; also after a delete."""
    generations = []
    for _ in range(30):
        generations.append(blobs.put("a", b"same").generation)
        generations.append(blobs.put("a", b"same").generation)
        blobs.delete("a")
    assert all(one != next_ for one, next_ in itertools.pairwise(generations))


def test_new_means_new(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path) -> None:
    """With ``new`` the first is stored and the second fails, changing nothing; after a delete it works again."""
    first = blobs.put("a/b", b"first", content_type="text/first", new=True)
    with pytest.raises(PreconditionFailed):
        blobs.put("a/b", b"second", content_type="text/second", new=True)
    assert (blobs.info("a/b"), read(blobs, "a/b")) == (first, b"first")
    blobs.delete("a/b")
    blobs.put("a/b", b"third", new=True)
    assert blob_adapter.raw(tmp_path) == [b"third"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 5, b"34"),
        (0, 0, b""),
        (5, 5, b""),
        (8, 99, b"89"),
        (10, None, b""),
        (99, 100, b""),
    ],
)
def test_ranges(blobs: BlobStore, start: int, end: int | None, expected: bytes) -> None:
    """The bytes from start up to end, read at once or in pieces, no further than there are any."""
    blobs.put("a", b"0123456789")
    assert read(blobs, "a", start, end) == expected
    with blobs.open("a", start=start, end=end) as file:
        assert b"".join(iter(lambda: file.read(2), b"")) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, None), (0, -1), (5, 4)])
def test_a_range_that_cannot_be_is_refused(blobs: BlobStore, start: int, end: int | None) -> None:
    """Negative or backward ranges are InvalidInput."""
    blobs.put("a", b"0123456789")
    with pytest.raises(InvalidInput):
        blobs.open("a", start=start, end=end)


def test_what_is_not_there(blobs: BlobStore) -> None:
    """Both open and local raise NotFound, info is None, delete is no error; a folder of objects is no object."""
    blobs.put("a/b/c", b"x")
    for path in ("nothing", "a", "a/b", "a/b/c/d"):
        with pytest.raises(NotFound):
            blobs.open(path)
        with pytest.raises(NotFound), blobs.local(path):
            pass
        assert blobs.info(path) is None
        blobs.delete(path)
    assert [info.path for info in blobs.list("")] == ["a/b/c"]


def test_deleting_leaves_no_trace(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path) -> None:
    """A deleted object is gone in every respect; its neighbours, above and below it, stay."""
    for path in ("a", "a/b", "a/b/c", "a/d"):
        blobs.put(path, path.encode(), content_type="text/x")
    blobs.delete("a/b")
    blobs.delete("a/b")
    assert blobs.info("a/b") is None
    assert [info.path for info in blobs.list("a")] == ["a", "a/b/c", "a/d"]
    assert blob_adapter.raw(tmp_path) == [b"a", b"a/b/c", b"a/d"]


def test_one_generation_is_deleted_and_no_other(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path) -> None:
    """What was written again since stays whole, with its type; the generation that is there goes, and one that is gone is no error."""
    first = blobs.put("a/b", b"1", content_type="text/plain")
    second = blobs.put("a/b", b"2", content_type="text/html")
    if not blob_adapter.remote:  # fake-gcs-server ignores the generation; what is sent is looked at in test_gcs.py
        blobs.delete("a/b", generation=first.generation)
    assert blobs.info("a/b") == second
    blobs.delete("a/b", generation=second.generation)
    blobs.delete("a/b", generation=second.generation)
    assert (blobs.info("a/b"), blob_adapter.raw(tmp_path)) == (None, [])


def test_what_is_open_stays_readable(blobs: BlobStore) -> None:
    """Bytes being read are those of the object when it was opened, though it is replaced or deleted meanwhile."""
    blobs.put("a", b"first " * 100_000)
    with blobs.open("a") as file:
        head = file.read(6)
        blobs.put("a", b"second")
        assert head + file.read() == b"first " * 100_000
    with blobs.open("a") as file:
        blobs.delete("a")
        assert file.read() == b"second"


def test_listing_is_lazy(blobs: BlobStore) -> None:
    """The first object is there before the last was looked at: what is deleted ahead of the listing is not in it."""
    for n in range(5):
        blobs.put(f"a/{n}/x", b"")
    listing = blobs.list("a/")
    assert next(listing).path == "a/0/x"
    blobs.delete("a/3/x")
    assert [info.path for info in listing] == ["a/1/x", "a/2/x", "a/4/x"]


@pytest.mark.parametrize("content_type", ["", "a\nb", "ä/b", "x" * 256, "a/b\0"])
def test_a_content_type_that_cannot_be_is_refused(blobs: BlobStore, content_type: str) -> None:
    """What could not stand in a header is InvalidInput."""
    with pytest.raises(InvalidInput):
        blobs.put("a", b"", content_type=content_type)
    with pytest.raises(InvalidInput):
        blobs.upload_url("a", expires_in=timedelta(1), max_bytes=1, content_type=content_type)


@pytest.mark.parametrize("content_type", ["text/plain; charset=utf-8", 'a/b; x="//../.."', "x" * 255, "/etc/passwd", ".."])
def test_any_content_type_is_kept(blobs: BlobStore, content_type: str) -> None:
    """It comes back as it was given, whatever it looks like, from info and from list."""
    blobs.put("a", b"", content_type=content_type)
    assert [info.content_type for info in blobs.list("")] == [content_type]


def test_one_of_many_is_new(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path) -> None:
    """Of two processes that put the same new objects, each object is whole and one's."""
    calls = [(blob_adapter.name, tmp_path, who, 60) for who in ("a", "b")]
    first, second = children.together(children.put_new, calls)
    assert sorted(first + second) == list(range(60))
    for n in range(60):
        who = "a" if n in first else "b"
        info = blobs.info(f"race/{n}")
        assert info is not None
        assert (read(blobs, f"race/{n}"), info.content_type) == (who.encode() * 1000, f"text/{who}")


def test_folders_that_come_and_go(blobs: BlobStore) -> None:
    """Putting into a place where others delete, and listing it meanwhile, never fails."""
    stop = threading.Event()

    def come_and_go(name: str) -> None:
        while not stop.is_set():
            blobs.put(f"a/b/c/{name}", b"x", content_type="text/x")
            blobs.delete(f"a/b/c/{name}")

    def watch() -> None:
        while not stop.is_set():
            assert all(info.size == 1 for info in blobs.list("a"))

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(come_and_go, name) for name in ("one", "two", "three")] + [pool.submit(watch)]
        for n in range(60):
            blobs.put(f"a/b/{n}", b"x", new=True)
            blobs.delete(f"a/b/{n}")
        stop.set()
        for future in running:
            future.result()
    assert list(blobs.list("")) == []


@pytest.mark.parametrize("seed", range(3))
def test_what_was_put_survives_kill_9(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path, seed: int) -> None:
    """A process killed while it puts leaves every object it reported, whole, and no half one to be seen."""
    reported = children.killed_after(children.put_objects, (blob_adapter.name, tmp_path, 0), 5 + 12 * seed)
    there = {info.path: info for info in blobs.list("")}
    assert {f"new/{number % 7}/{number}" for number in reported} <= set(there)
    assert len(there) <= len(reported) + 3
    for path, info in there.items():
        number = int(info.content_type.removeprefix("text/n"))
        assert read(blobs, path) == children.content(number)
        assert path in {"again", f"new/{number % 7}/{number}"}
    assert int(there["again"].content_type.removeprefix("text/n")) >= max(reported)


def test_a_full_disk_is_unavailable(blobs: BlobStore, blob_adapter: BlobAdapter, tmp_path: Path) -> None:
    """When the medium fails while it is written to, the put is Unavailable, and what was there stays."""
    blobs.put("a", b"old")

    class Failing(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable):
        blobs.put("a", cast("BinaryIO", Failing()))
    assert blob_adapter.raw(tmp_path) == [b"old"]
