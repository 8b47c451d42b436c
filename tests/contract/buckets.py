"""Buckets of stand-ins for the contract suites: one for each installation folder, and one for each test of a folder elsewhere."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sheaf.adapters.blobs.gcs import GcsBlobs
from sheaf.adapters.gcs.bucket import Bucket
from sheaf.connectors import addresses, s3
from sheaf.connectors.gcs import GcsFolder
from sheaf.connectors.s3 import S3Folder
from sheaf.domain import paths
from sheaf.ports.clock import Clock
from sheaf.ports.folders import Folder
from tests import services
from tools.emulators import gcs as fake_gcs
from tools.emulators import s3 as fake_s3


def open_gcs(root: Path, clock: Clock | None = None) -> GcsBlobs:
    """The object store of an installation on Google Cloud: a bucket of its own, in pages small enough to be turned."""
    del clock
    return GcsBlobs(gcs_bucket(root), page=2)


def raw_gcs(root: Path) -> list[bytes]:
    """What the bucket holds, asked without the adapter."""
    bucket = gcs_bucket(root)
    return sorted(blob.download_as_bytes() for blob in bucket.client.list_blobs(bucket.name))


def gcs_bucket(root: Path) -> Bucket:
    """The installation's bucket; the server's address lies in its folder, so that other processes find it there."""
    known, name = root / "gcs.address", f"sheaf-{paths.digest(str(root))}"
    if not known.exists():
        address = services.gcs().url
        fake_gcs.make_bucket(address, name)
        known.write_text(address)
    return Bucket(name, endpoint=known.read_text())


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A bucket as others see it, who write what they like into it."""

    #: Its address, without a slash at the end.
    url: str
    write: Callable[[str, bytes], object]
    remove: Callable[[str], object]
    #: The folder at a place of the bucket, in pages small enough to be turned.
    folder: Callable[[str], Folder]
    #: Where its service is, for a wire that can be cut.
    service: str


@contextmanager
def s3_elsewhere() -> Iterator[Elsewhere]:
    """A new bucket of S3, which this process' own credentials open."""
    name, running = f"sheaf-{secrets.token_hex(8)}", services.s3()
    fake_s3.make_bucket(running.url, name)
    with speaking_to(fake_s3.environment(running)):
        plain = s3.client()
        yield Elsewhere(
            url=f"s3://{name}",
            write=lambda key, data: plain.put_object(Bucket=name, Key=key, Body=data),
            remove=lambda key: plain.delete_object(Bucket=name, Key=key),
            folder=lambda prefix: S3Folder(addresses.parse(f"s3://{name}/{prefix}", "s3", s3.BUCKET), page=2),
            service=running.url,
        )


@contextmanager
def gcs_elsewhere() -> Iterator[Elsewhere]:
    """A new bucket of Cloud Storage."""
    name, running = f"sheaf-{secrets.token_hex(8)}", services.gcs()
    fake_gcs.make_bucket(running.url, name)
    with speaking_to({"STORAGE_EMULATOR_HOST": running.url}):
        bucket = Bucket(name, endpoint=running.url)
        yield Elsewhere(
            url=f"gs://{name}",
            write=lambda key, data: bucket.blob(key).upload_from_string(data),
            remove=lambda key: bucket.blob(key).delete(),
            folder=lambda prefix: GcsFolder(addresses.Address("gs", name, prefix and f"{prefix}/"), bucket, page=2),
            service=running.url,
        )


#: Every kind of folder elsewhere, by the scheme of its addresses.
FOLDERS: dict[str, Callable[[], AbstractContextManager[Elsewhere]]] = {"s3": s3_elsewhere, "gs": gcs_elsewhere}


@contextmanager
def speaking_to(environment: dict[str, str]) -> Iterator[None]:
    """Let this process speak to what the environment says, with a client of its own."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as after:
        for name, value in environment.items():
            patch.setenv(name, value)
        s3.client.cache_clear()
        after.callback(s3.client.cache_clear)
        yield
