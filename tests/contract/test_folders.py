"""What :class:`sheaf.ports.folders.Folder` says, sentence by sentence, over every kind of folder elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO, cast

import pytest

from sheaf import bootstrap, catalog
from sheaf.adapters.gcs import reading
from sheaf.connectors import s3
from sheaf.domain.errors import AccessDenied, InvalidInput, NotFound, PreconditionFailed, Unavailable
from sheaf.ports.folders import Folder
from sheaf.settings import Settings
from tests.contract import buckets
from tests.contract.buckets import FOLDERS, Elsewhere
from tests.contract.wire import Wire, status, wire
from tools.emulators import s3 as fake_s3

ODD = [
    "../../etc/passwd",
    "/leading",
    "//two",
    "a//b",
    "a/./b",
    "with space.pdf",
    "Übersicht – 发票.pdf",
    "e\u0301",
    "%2e%2e%2f",
    "a?b=c#d&e",
    "quote\"'<>.pdf",
    "back\\slash",
    "~+;:@=,!*()",
    "emoji 🧾",
    "tab\there",
    "x" * 900,
]


@pytest.fixture(params=list(FOLDERS.values()), ids=list(FOLDERS))
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    """A new bucket of each kind, one after the other."""
    with request.param() as made:
        yield made


def read(folder: Folder, name: str, version: str = "") -> bytes:
    """The bytes of a file."""
    with folder.open(name, version=version) as data:
        return data.read()


def test_every_scheme_has_a_suite() -> None:
    """What the catalogue lists is what is tested here."""
    assert set(catalog.FOLDERS) == set(FOLDERS)


def test_files_are_listed_by_name(elsewhere: Elsewhere) -> None:
    """All files below the folder and no others, in order, with what is known of them; empty files too, but no markers of folders."""
    for key in ("in/b/2", "in/b/1", "in/a", "in/", "in/sub/", "inside", "out/a", "in", "in/empty"):
        elsewhere.write(key, b"" if key.endswith(("/", "empty")) else key.encode())
    listed = list(elsewhere.folder("in").files())
    assert [file.name for file in listed] == ["a", "b/1", "b/2", "empty"]
    assert [file.size for file in listed] == [4, 6, 6, 0]
    assert [file.url for file in listed] == [f"{elsewhere.url}/in/{file.name}" for file in listed]
    assert all(file.version and file.updated_at.tzinfo for file in listed)
    assert listed == [elsewhere.folder("in").file(file.name) for file in listed]
    assert [file.name for file in elsewhere.folder("").files()] == ["in", "in/a", "in/b/1", "in/b/2", "in/empty", "inside", "out/a"]
    assert list(elsewhere.folder("nothing").files()) == []


def test_a_listing_is_taken_up_behind_a_name(elsewhere: Elsewhere) -> None:
    """Behind any name, there or not, come the names that sort after it; so pages join without a gap or a repeat."""
    names = ["a", "a/1", "b", "c", "é"]
    for name in names:
        elsewhere.write(f"in/{name}", b"x")
    folder = elsewhere.folder("in")
    for after in ["", *names, "aa", "zz", "~"]:
        expected = [name for name in names if name.encode() > after.encode()]
        assert [file.name for file in folder.files(after=after)] == expected


def test_odd_names_are_names(elsewhere: Elsewhere) -> None:
    """A name is never a path: whatever it holds, that very file is listed, read and written, and no other is touched."""
    folder = elsewhere.folder("in")
    elsewhere.write("etc/passwd", b"outside")
    for number, name in enumerate(ODD):
        elsewhere.write(f"in/{name}", b"%d" % number)
    assert sorted(file.name for file in folder.files()) == sorted(ODD)
    assert [read(folder, name) for name in ODD] == [b"%d" % number for number in range(len(ODD))]
    for name in ODD:
        assert folder.put(name, io.BytesIO(b"new " + name.encode())) == folder.file(name)
    assert [read(folder, name) for name in ODD] == [b"new " + name.encode() for name in ODD]
    assert read(elsewhere.folder(""), "etc/passwd") == b"outside"


def test_a_file_is_read_from_any_place_on(elsewhere: Elsewhere) -> None:
    """In the version that is asked for, up to its end."""
    data = bytes(range(256)) * 2_000
    folder = elsewhere.folder("in")
    put = folder.put("a", io.BytesIO(data))
    for start in (0, 1, 300_000, len(data) - 1):
        with folder.open("a", version=put.version, start=start) as rest:
            assert rest.read() == data[start:]
    elsewhere.write("in/a", data.upper())
    with pytest.raises(PreconditionFailed):
        folder.open("a", version=put.version, start=5)


def test_a_version_is_held_to(elsewhere: Elsewhere) -> None:
    """A file that was replaced since it was listed is not taken for the one that was; without a version the newest is read."""
    folder = elsewhere.folder("in")
    elsewhere.write("in/a", b"one")
    first = folder.file("a")
    assert read(folder, "a", first.version) == b"one"
    elsewhere.write("in/a", b"two")
    with pytest.raises(PreconditionFailed):
        folder.open("a", version=first.version)
    assert read(folder, "a", folder.file("a").version) == read(folder, "a") == b"two"


def test_what_is_not_there(elsewhere: Elsewhere) -> None:
    """A file that is gone is NotFound, with a version or without."""
    folder = elsewhere.folder("in")
    elsewhere.write("in/a", b"x")
    version = folder.file("a").version
    elsewhere.remove("in/a")
    acts: list[Callable[[], object]] = [lambda: folder.open("a"), lambda: folder.open("a", version=version), lambda: folder.file("a")]
    for act in acts:
        with pytest.raises(NotFound):
            act()


def test_no_such_bucket(elsewhere: Elsewhere) -> None:
    """A bucket that is not there is NotFound, whatever is asked of it."""
    scheme = elsewhere.url.partition("://")[0]
    folder = bootstrap.folder(Settings(), f"{scheme}://no-such-bucket-at-all/in")
    acts: list[Callable[[], object]] = [
        lambda: list(folder.files()),
        lambda: folder.open("a"),
        lambda: folder.file("a"),
        lambda: folder.put("a", io.BytesIO(b"x")),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()


class Failing(io.RawIOBase):
    """Many bytes, then an error."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """At most a mebibyte."""
        if self._left <= 0:
            raise InvalidInput("too much")
        given = min(self._left, 2**20, size if size > 0 else 2**20)
        self._left -= given
        return b"x" * given


@pytest.mark.parametrize("size", [0, 100, 20 * 2**20])
def test_a_file_is_written_whole_or_not_at_all(elsewhere: Elsewhere, size: int) -> None:
    """When its bytes end in an error, it is passed on, and what was there stays: also when most of them were sent."""
    folder = elsewhere.folder("in")
    before = folder.put("a", io.BytesIO(b"old"))
    with pytest.raises(InvalidInput, match="too much"):
        folder.put("a", cast("BinaryIO", Failing(size)))
    assert folder.file("a") == before
    assert [file.name for file in folder.files()] == ["a"]


def test_a_large_file_goes_and_comes_in_pieces(elsewhere: Elsewhere) -> None:
    """Bytes of any number arrive as they were, from a stream that gives them in pieces of its own choosing."""
    data = bytes(range(256)) * 80_000

    class Pieces(io.RawIOBase):
        given = io.BytesIO(data)

        def read(self, size: int = -1) -> bytes:
            return self.given.read(min(size, 100_001) if size > 0 else 100_001)

    folder = elsewhere.folder("in")
    put = folder.put("large", cast("BinaryIO", Pieces()))
    assert put.size == len(data)
    with folder.open("large", version=put.version) as back:
        assert b"".join(iter(lambda: back.read(1_000_003), b"")) == data


@pytest.mark.parametrize("name", ["", "a/", "/", "a\0b", "a\nb", "\ud800", "x" * 1_100])
def test_a_name_that_cannot_be_is_refused(elsewhere: Elsewhere, name: str) -> None:
    """What is no file's name is InvalidInput, and nobody is asked."""
    folder = elsewhere.folder("in")
    acts: list[Callable[[], object]] = [lambda: folder.open(name), lambda: folder.file(name), lambda: folder.put(name, io.BytesIO())]
    for act in acts:
        with pytest.raises(InvalidInput):
            act()


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "ab",
        "/etc/passwd",
        "UPPER/a",
        "127.0.0.1/a",
        "169.254.169.254/latest",
        "bucket@host.example/a",
        "host.example:80/a",
        "localhost:9000/a",
        "[::1]/a",
        "a..b/c",
        "-abc/d",
        "abc-/d",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/x/a",
        "bucket?x/a",
        "bucket#x/a",
        "b%75cket/a",
        "x" * 64 + "/a",
        "bucket/a\0b",
        "bucket/" + "x" * 1_100,
    ],
)
@pytest.mark.parametrize("scheme", FOLDERS)
def test_an_address_names_a_bucket_and_never_a_host(scheme: str, rest: str) -> None:
    """Anything but a bucket's name between the slashes is InvalidInput."""
    with pytest.raises(InvalidInput):
        bootstrap.folder(Settings(), f"{scheme}://{rest}")


@pytest.mark.parametrize(
    "url", ["ftp://bucket/a", "https://example.com/a", "/srv/files", "s3:bucket", "", "file:///etc/passwd", "S3://bucket/a"]
)
def test_an_unknown_scheme_is_refused(url: str) -> None:
    """It is InvalidInput that lists the known ones."""
    with pytest.raises(InvalidInput) as caught:
        bootstrap.folder(Settings(), url)
    assert caught.value.details["known"] == sorted(FOLDERS)


def test_the_installations_own_bucket_is_no_folder_elsewhere() -> None:
    """What every tenant's runs hold cannot be imported into one of them, nor written over."""
    for url in ("gs://objects", "gs://objects/", "gs://objects/tenants/another"):
        with pytest.raises(InvalidInput) as caught:
            bootstrap.folder(Settings(bucket="objects"), url)
        assert caught.value.kind == "own_bucket"
    assert bootstrap.folder(Settings(bucket="objects"), "gs://objects-of-others/in") is not None


def test_nothing_is_asked_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a folder looks for no credentials and for no service."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere")
    for scheme in FOLDERS:
        assert bootstrap.folder(Settings(), f"{scheme}://bucket/folder") is not None


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was given none is denied."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "STORAGE_EMULATOR_HOST"):
        monkeypatch.delenv(name, raising=False)
    nowhere = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "GOOGLE_APPLICATION_CREDENTIALS"), "/nowhere")
    with buckets.speaking_to({**nowhere, "AWS_EC2_METADATA_DISABLED": "true"}):
        for scheme in FOLDERS:
            with pytest.raises(AccessDenied):
                bootstrap.folder(Settings(), f"{scheme}://bucket/folder").open("a")


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that does not answer is Unavailable, after a few tries."""
    monkeypatch.setattr("sheaf.connectors.s3._ATTEMPTS", 1)
    monkeypatch.setattr("sheaf.adapters.gcs.reading.retries", lambda: lambda call: call)
    nobody = "http://127.0.0.1:1"
    with buckets.speaking_to({**fake_s3.ENVIRONMENT, "AWS_ENDPOINT_URL_S3": nobody, "STORAGE_EMULATOR_HOST": nobody}):
        for scheme in FOLDERS:
            with pytest.raises(Unavailable):
                bootstrap.folder(Settings(), f"{scheme}://bucket/folder").open("a")


@pytest.fixture
def on(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """A wire to the bucket's service that a test may cut, and that this process now speaks over."""
    monkeypatch.setattr("sheaf.adapters.streams._PAUSE_S", 0.0)
    with wire(elsewhere.service) as made:
        name = "AWS_ENDPOINT_URL_S3" if elsewhere.url.startswith("s3:") else "STORAGE_EMULATOR_HOST"
        with buckets.speaking_to({name: made.url}):
            yield made


def test_a_cut_answer_is_taken_up_again(on: Wire, elsewhere: Elsewhere) -> None:
    """Reading goes on where the connection broke, in the same version; when the file was replaced meanwhile, it fails instead."""
    data = bytes(range(256)) * 8_000
    elsewhere.write("in/a", data)
    folder = bootstrap.folder(Settings(), f"{elsewhere.url}/in")
    version = folder.file("a").version
    on.faults = [lambda _m, _p, a: replace(a, cut=700_000), lambda _m, _p, a: replace(a, cut=300_001)]
    assert read(folder, "a", version) == data
    on.faults = [lambda _m, _p, a: replace(a, cut=700_000)]
    with folder.open("a", version=version) as cut:
        elsewhere.write("in/a", data.upper())
        with pytest.raises((NotFound, PreconditionFailed)):
            cut.read()


@pytest.mark.parametrize("size", [0, 5])
def test_an_answer_that_breaks_at_its_very_end_is_whole(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """There is nothing to take up again, and a service that is asked for what lies behind the end has none of it."""
    monkeypatch.setattr("sheaf.adapters.streams._PAUSE_S", 0.0)
    answers = s3._Answer if elsewhere.url.startswith("s3:") else reading._Answer
    whole, broken = answers.read, list[bytes]()

    def broken_at_the_end(self: object, most: int, /) -> bytes:
        data = whole(self, most)  # type: ignore[arg-type]  # an answer of either kind
        if not data and not broken:
            broken.append(data)
            raise Unavailable("The connection broke.")
        return data

    monkeypatch.setattr(answers, "read", broken_at_the_end)
    elsewhere.write("in/a", b"x" * size)
    assert read(elsewhere.folder("in"), "a") == b"x" * size
    assert broken


def test_passing_trouble_is_passed_over(on: Wire, elsewhere: Elsewhere) -> None:
    """A refusal for the moment is no failure: the call is made again."""
    elsewhere.write("in/a", b"x")
    folder = bootstrap.folder(Settings(), f"{elsewhere.url}/in")
    acts: list[Callable[[], object]] = [
        lambda: list(folder.files()),
        lambda: folder.file("a"),
        lambda: read(folder, "a"),
        lambda: folder.put("a", io.BytesIO(b"y")),
    ]
    for act in acts:
        on.faults = [status(503)]
        act()
        assert on.faults == []
    assert read(folder, "a") == b"y"
