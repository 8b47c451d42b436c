"""Buckets of stand-ins for the contract suites: one for each installation folder."""

from __future__ import annotations

from pathlib import Path

from sheaf.adapters.blobs.gcs import GcsBlobs
from sheaf.adapters.gcs.bucket import Bucket
from sheaf.domain import paths
from sheaf.ports.clock import Clock
from tests import services
from tools.emulators import gcs as fake_gcs


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
