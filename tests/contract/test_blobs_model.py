"""Any sequence of puts, deletes and listings, run against each object store and against a dict: the two never differ."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sheaf.domain.errors import NotFound, PreconditionFailed
from sheaf.ports.blobs import BlobInfo, BlobStore
from tests.contract.adapters import BLOBS, BlobAdapter
from tests.contract.clock import TestClock
from tests.contract.machines import run

LONG = "y" * 70
PATHS = st.sampled_from(
    ["a", "A", "a/b", "a/b/c", "a-b", "a%", "a%2fb", ".a", "é/x", f"{LONG}", f"{LONG}/a", f"{LONG}z", f"{LONG}-/q", "t/r/s/t/u"]
)
TYPES = st.sampled_from(["application/octet-stream", "text/plain", "application/json; v=1"])


class BlobMachine(RuleBasedStateMachine):
    """An object store and a dict, given the same."""

    adapter: BlobAdapter

    @initialize()
    def open(self) -> None:
        """A fresh installation."""
        self.root = Path(tempfile.mkdtemp())
        self.clock = TestClock()
        self.blobs: BlobStore = self.adapter.open(self.root, self.clock)
        self.objects: dict[str, tuple[bytes, BlobInfo]] = {}

    def teardown(self) -> None:
        """Compare the medium with the dict, and leave nothing behind."""
        if not hasattr(self, "blobs"):
            return
        assert self.adapter.raw(self.root) == sorted(data for data, _ in self.objects.values())
        shutil.rmtree(self.root)

    @rule(path=PATHS, data=st.binary(max_size=20), content_type=TYPES, new=st.booleans())
    def put(self, path: str, data: bytes, content_type: str, *, new: bool) -> None:
        """Store something, perhaps only if nothing is there."""
        if new and path in self.objects:
            with pytest.raises(PreconditionFailed):
                self.blobs.put(path, data, content_type=content_type, new=True)
            return
        info = self.blobs.put(path, data, content_type=content_type, new=new)
        assert (info.path, info.size, info.content_type) == (path, len(data), content_type)
        assert self.adapter.remote or info.updated_at == self.clock.now()
        assert path not in self.objects or info.generation != self.objects[path][1].generation
        self.objects[path] = data, info

    @rule(path=PATHS)
    def delete(self, path: str) -> None:
        """Remove what may be there."""
        self.blobs.delete(path)
        self.objects.pop(path, None)

    @rule(path=PATHS, start=st.integers(0, 25), length=st.one_of(st.none(), st.integers(0, 25)))
    def read(self, path: str, start: int, length: int | None) -> None:
        """Read a part of what may be there."""
        end = None if length is None else start + length
        if path not in self.objects:
            with pytest.raises(NotFound):
                self.blobs.open(path, start=start, end=end)
            return
        with self.blobs.open(path, start=start, end=end) as file:
            assert file.read() == self.objects[path][0][start:end]

    @rule(prefix=st.one_of(PATHS, st.sampled_from(["", "a/", "y", f"{LONG}-", f"{LONG}/", "t/r"])))
    def list(self, prefix: str) -> None:
        """List what starts so."""
        expected = sorted((path for path in self.objects if path.startswith(prefix)), key=str.encode)
        assert list(self.blobs.list(prefix)) == [self.objects[path][1] for path in expected]

    @rule(seconds=st.sampled_from([0.000001, 1, 86_400]))
    def pass_time(self, seconds: float) -> None:
        """Time goes by."""
        self.clock.advance(seconds)

    @rule()
    def reopen(self) -> None:
        """Another process opens the same place."""
        self.blobs = self.adapter.open(self.root, self.clock)

    @invariant()
    def same_objects(self) -> None:
        """Of every object, the same is known here and there."""
        if hasattr(self, "blobs"):
            assert {path: self.blobs.info(path) for path in self.objects} == {path: info for path, (_, info) in self.objects.items()}


@pytest.mark.parametrize("adapter", BLOBS.values(), ids=BLOBS)
def test_an_object_store_is_a_dict(adapter: BlobAdapter) -> None:
    """Whatever is put, read, listed or deleted, in whatever order, an object store does as a dict would."""
    run(BlobMachine, adapter, remote=adapter.remote)
