"""The homes of the engine: the embedded stores, and the adapters of Google's services on their stand-ins.

The queue is a test's own on both, since what the engine promises must hold whatever a queue does within its contract.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from sheaf.adapters.blobs.gcs import GcsBlobs
from sheaf.adapters.gcs.bucket import Bucket
from sheaf.adapters.store.firestore import FirestoreStore
from sheaf.domain import paths
from tests import services
from tools.emulators import gcs as fake_gcs


class Home(StrEnum):
    """Where the engine lives."""

    EMBEDDED = "embedded"
    GOOGLE = "google"


def parts(home: Home, folder: Path) -> dict[str, Any]:
    """The stores of a home that are not the embedded ones; the folder tells one installation from another."""
    if home is Home.EMBEDDED:
        return {}
    name = f"faults-{paths.digest(str(folder))[:16]}"
    address = services.gcs().url
    fake_gcs.make_bucket(address, name)
    return {
        "store": FirestoreStore(name, emulator=services.firestore()),
        "blobs": GcsBlobs(Bucket(name, endpoint=address)),
    }
