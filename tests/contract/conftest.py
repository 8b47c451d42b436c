"""Fixtures of the contract suites: each adapter in a fresh installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from sheaf.adapters.queue.embedded import EmbeddedQueue
from sheaf.ports.blobs import BlobStore
from sheaf.ports.store import DocumentStore
from tests.contract.adapters import BLOBS, QUEUES, STORES, BlobAdapter, QueueAdapter, StoreAdapter
from tests.contract.clock import TestClock


@pytest.fixture
def clock() -> TestClock:
    """A clock of the test's own."""
    return TestClock()


@pytest.fixture(params=list(STORES.values()), ids=list(STORES))
def store_adapter(request: pytest.FixtureRequest) -> StoreAdapter:
    """Every kind of document store, one after the other."""
    return cast("StoreAdapter", request.param)


@pytest.fixture
def store(store_adapter: StoreAdapter, tmp_path: Path) -> Iterator[DocumentStore]:
    """An empty document store."""
    opened = store_adapter.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=list(BLOBS.values()), ids=list(BLOBS))
def blob_adapter(request: pytest.FixtureRequest) -> BlobAdapter:
    """Every kind of object store, one after the other."""
    return cast("BlobAdapter", request.param)


@pytest.fixture
def blobs(blob_adapter: BlobAdapter, tmp_path: Path, clock: TestClock) -> BlobStore:
    """An empty object store, on the test's clock."""
    return blob_adapter.open(tmp_path, clock)


@pytest.fixture(params=list(QUEUES.values()), ids=list(QUEUES))
def queue_adapter(request: pytest.FixtureRequest) -> QueueAdapter:
    """Every kind of task queue, one after the other."""
    return cast("QueueAdapter", request.param)


@pytest.fixture
def queue(queue_adapter: QueueAdapter, tmp_path: Path, clock: TestClock) -> Iterator[EmbeddedQueue]:
    """An empty task queue, on the test's clock."""
    opened = queue_adapter.open(tmp_path, clock)
    yield opened
    opened.close()
