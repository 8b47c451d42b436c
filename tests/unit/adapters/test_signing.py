"""Signed URLs: they allow what was signed, for as long as it was signed, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheaf.adapters.blobs.disk import DiskBlobs
from sheaf.adapters.blobs.signing import Grant, sign, verify
from sheaf.domain.errors import InvalidInput
from tests.contract.clock import TestClock

KEY = b"k" * 32
CLOCK = TestClock()
UPLOAD = Grant(method="PUT", path="a/b ü.pdf", expires=int(CLOCK.now().timestamp()) + 60, max_bytes=100, content_type="text/plain; x=1")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def parts(url: str) -> tuple[str, str]:
    """The object's path, decoded as a server does it, and the query as it stands."""
    split = urlsplit(url)
    return unquote(split.path.removeprefix("/blobs/")), split.query


def refusal(method: str, path: str, query: str, *, key: bytes = KEY, after: float = 0) -> str:
    """The code that a URL is refused with."""
    with pytest.raises(InvalidInput) as caught:
        verify(key, method, path, query, now=CLOCK.now() + timedelta(seconds=after))  # type: ignore[arg-type]  # any method, on purpose
    return caught.value.kind


@given(path=TEXTS, content_type=TEXTS, file_name=TEXTS, max_bytes=st.integers(0, 10**10))
def test_what_is_signed_is_granted(path: str, content_type: str, file_name: str, max_bytes: int) -> None:
    """Whatever texts and numbers a grant holds, its URL stands for it."""
    grant = Grant(method="GET", path=path, expires=UPLOAD.expires, max_bytes=max_bytes, content_type=content_type, file_name=file_name)
    url = sign(KEY, grant)
    assert url.startswith("/blobs/")
    assert url.isascii()
    assert verify(KEY, "GET", *parts(url), now=CLOCK.now()) == grant


def test_it_holds_until_it_expires() -> None:
    """A moment before the time it is granted, from then on it is url_expired."""
    path, query = parts(sign(KEY, UPLOAD))
    assert verify(KEY, "PUT", path, query, now=CLOCK.now() + timedelta(seconds=59.999)) == UPLOAD
    assert refusal("PUT", path, query, after=60) == "url_expired"


def test_it_is_for_one_method_path_and_key() -> None:
    """Another method, another object or another installation's key is bad_signature, also when it has expired."""
    path, query = parts(sign(KEY, UPLOAD))
    assert refusal("GET", path, query) == "bad_signature"
    assert refusal("PUT", path + "x", query) == "bad_signature"
    assert refusal("PUT", "a/b%20%C3%BC.pdf", query) == "bad_signature"
    assert refusal("PUT", path, query, key=b"K" * 32, after=99) == "bad_signature"


@pytest.mark.parametrize("name", ["expires", "max_bytes", "content_type", "signature"])
def test_no_parameter_can_be_changed(name: str) -> None:
    """Changed, left out, given twice or in other words, every parameter makes it bad_signature."""
    path, query = parts(sign(KEY, UPLOAD))
    given_ = dict(parse_qsl(query))
    for changed in (
        {**given_, name: given_[name] + "0"},
        {key: value for key, value in given_.items() if key != name},
        {**given_, name: ""},
        {**given_, name: "0" + given_[name]},
        {**given_, name: " " + given_[name]},
        {**given_, "file_name": "x"},
    ):
        assert refusal("PUT", path, urlencode(changed)) == "bad_signature"
    assert refusal("PUT", path, f"{query}&{name}=1") == "bad_signature"


@given(
    query=st.one_of(st.text(max_size=300), st.sampled_from(["", "signature", "expires=9", "x" * 20_000, "&".join("ab") * 99, "expires=١"]))
)
def test_any_query_is_refused(query: str) -> None:
    """Whatever stands behind the path, the answer is bad_signature."""
    assert refusal("PUT", UPLOAD.path, query) == "bad_signature"


def test_texts_cannot_be_moved_between_parameters() -> None:
    """Two grants of which parts read alike when strung together have signatures of their own."""
    one = Grant(method="GET", path="a", expires=UPLOAD.expires, content_type="b", file_name="")
    other = Grant(method="GET", path="a", expires=UPLOAD.expires, content_type="", file_name="b")
    signature = dict(parse_qsl(parts(sign(KEY, one))[1]))["signature"]
    assert dict(parse_qsl(parts(sign(KEY, other))[1]))["signature"] != signature


def test_the_store_signs_and_verifies(tmp_path: Path) -> None:
    """Uploads carry size and type, downloads the name to save under, and neither serves as the other."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=CLOCK)
    upload = parts(blobs.upload_url("a/b", expires_in=timedelta(minutes=1), max_bytes=5, content_type="text/plain").url)
    download = parts(blobs.download_url("a/b", expires_in=timedelta(minutes=1), file_name='ü"\r\n.pdf'))
    assert (blobs.verify_upload(*upload).max_bytes, blobs.verify_upload(*upload).content_type) == (5, "text/plain")
    assert blobs.verify_download(*download).file_name == 'ü"\r\n.pdf'
    for verify_, wrong in ((blobs.verify_upload, download), (blobs.verify_download, upload)):
        with pytest.raises(InvalidInput):
            verify_(*wrong)


@pytest.mark.parametrize("expires_in", [timedelta(0), timedelta(seconds=-1), timedelta(days=8)])
def test_a_time_that_cannot_be_is_refused(tmp_path: Path, expires_in: timedelta) -> None:
    """A URL holds for more than no time and at most seven days."""
    blobs = DiskBlobs(tmp_path, key=KEY, clock=CLOCK)
    with pytest.raises(InvalidInput):
        blobs.upload_url("a", expires_in=expires_in, max_bytes=1, content_type="a/b")
    with pytest.raises(InvalidInput):
        blobs.download_url("a", expires_in=expires_in, file_name="a")


@pytest.mark.parametrize("max_bytes", [0, -1, 10**11])
def test_a_size_that_cannot_be_is_refused(tmp_path: Path, max_bytes: int) -> None:
    """An upload takes at least one byte, and not without bounds."""
    with pytest.raises(InvalidInput):
        DiskBlobs(tmp_path, key=KEY, clock=CLOCK).upload_url("a", expires_in=timedelta(1), max_bytes=max_bytes, content_type="a/b")


def test_a_weak_key_is_refused(tmp_path: Path) -> None:
    """A key of fewer than 32 bytes signs nothing."""
    with pytest.raises(ValueError, match="32"):
        DiskBlobs(tmp_path, key=b"short", clock=CLOCK)
